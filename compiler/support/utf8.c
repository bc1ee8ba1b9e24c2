/* utf8.c: decoding and escaping. See utf8.h. */

#include "support/utf8.h"

#include <string.h>

int utf8_decode(const char *chars, size_t length, uint32_t *code) {
    const unsigned char *bytes = (const unsigned char *)chars;
    if (length == 0) return 0;
    unsigned char first = bytes[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    int size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || length < (size_t)size) return 0;
    uint32_t result = first & (0x7fu >> size);
    for (int i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
        result = result << 6 | (bytes[i] & 0x3f);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (result < smallest[size] || result > 0x10ffff) return 0;
    if (result >= 0xd800 && result <= 0xdfff) return 0;
    *code = result;
    return size;
}

uint32_t utf8_count(const char *chars, size_t length) {
    uint32_t count = 0;
    uint32_t code;
    for (size_t i = 0; i < length; count++) {
        int size = utf8_decode(chars + i, length - i, &code);
        i += size ? (size_t)size : 1;
    }
    return count;
}

/* Characters that show nothing, or change how their neighbours show. */
static bool is_treacherous(uint32_t code) {
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true; /* control characters */
    if (code == 0xad || code == 0x61c || code == 0x180e || code == 0xfeff) return true;
    if (code >= 0x200b && code <= 0x200f) return true; /* zero width, direction marks */
    if (code >= 0x2028 && code <= 0x202e) return true; /* separators, embeddings, overrides */
    if (code >= 0x2060 && code <= 0x206f) return true; /* joiners, isolates */
    return code >= 0xe0000 && code <= 0xe0fff;         /* tags */
}

uint32_t utf8_add_escaped(Text *text, const char *chars, size_t length) {
    uint32_t columns = 0;
    for (size_t i = 0; i < length;) {
        uint32_t code;
        int size = utf8_decode(chars + i, length - i, &code);
        size_t before = text->length;
        if (size == 0)
            text_format(text, "\\x%02x", (unsigned)(unsigned char)chars[i]);
        else if (code == '\t')
            text_add_char(text, ' ');
        else if (code == '\n')
            text_add(text, "\\n");
        else if (code == '\r')
            text_add(text, "\\r");
        else if (is_treacherous(code) && code < 0x80)
            text_format(text, "\\x%02x", (unsigned)code);
        else if (is_treacherous(code))
            text_format(text, "\\u{%x}", (unsigned)code);
        else {
            text_add_range(text, chars + i, (size_t)size);
            before = text->length - 1; /* one column */
        }
        columns += (uint32_t)(text->length - before);
        i += size ? (size_t)size : 1;
    }
    return columns;
}

void utf8_add_json(Text *text, const char *chars) {
    size_t length = strlen(chars);
    text_add_char(text, '"');
    for (size_t i = 0; i < length;) {
        uint32_t code;
        int size = utf8_decode(chars + i, length - i, &code);
        if (size == 0)
            text_add(text, "\xef\xbf\xbd");
        else if (code == '"' || code == '\\')
            text_format(text, "\\%c", (int)code);
        else if (code < 0x20 || (code < 0x10000 && is_treacherous(code)))
            text_format(text, "\\u%04x", (unsigned)code);
        else
            text_add_range(text, chars + i, (size_t)size);
        i += size ? (size_t)size : 1;
    }
    text_add_char(text, '"');
}
