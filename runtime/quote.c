/* quote.c: bytes of a file made safe for a message.
 *
 * Data may hold anything, terminal escapes included, so what is shown of it is quoted and escaped.
 * Also the test for valid UTF-8 that this and the JSON reader need.
 */
#include "runtime/error.h"
#include "runtime/escape.h"
#include "runtime/json.h"

#include <string.h>

enum { SHOWN_MAX = 40 };

int nnrt_utf8_length(const char *chars, int64_t length) {
    const unsigned char *c = (const unsigned char *)chars;
    if (length < 1) return 0;
    if (c[0] < 0x80) return 1;
    int size = c[0] >= 0xc2 && c[0] <= 0xdf   ? 2
               : c[0] >= 0xe0 && c[0] <= 0xef ? 3
               : c[0] >= 0xf0 && c[0] <= 0xf4 ? 4
                                              : 0;
    if (!size || length < size) return 0;
    for (int i = 1; i < size; i++)
        if ((c[i] & 0xc0) != 0x80) return 0;
    bool overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
    bool surrogate = c[0] == 0xed && c[1] >= 0xa0;
    bool beyond = c[0] == 0xf4 && c[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : size;
}

int nnrt_escape_one(const char *chars, int64_t length, char out[4], int *written) {
    static const char digits[] = "0123456789abcdef";
    unsigned char c = (unsigned char)chars[0];
    int size = nnrt_utf8_length(chars, length);
    /* The C1 controls (U+0080 to U+009F) are commands to some terminals. */
    bool control =
        c < 0x20 || c == 0x7f || (size == 2 && c == 0xc2 && (unsigned char)chars[1] < 0xa0);
    if (size && !control) {
        memcpy(out, chars, (size_t)size);
        return *written = size;
    }
    out[0] = '\\';
    out[1] = 'x';
    out[2] = digits[c >> 4];
    out[3] = digits[c & 15];
    *written = 4;
    return 1;
}

int nnrt_put_escaped(FILE *file, const char *text, int most) {
    int64_t length = (int64_t)strlen(text);
    int columns = 0;
    for (int64_t i = 0; i < length;) {
        char out[4];
        int written, size = nnrt_escape_one(text + i, length - i, out, &written);
        int wide = size == written ? 1 : written;
        if (most && columns + wide > most) {
            if (file) fputs("...", file);
            return columns + 3;
        }
        if (file) fwrite(out, 1, (size_t)written, file);
        columns += wide;
        i += size;
    }
    return columns;
}

NnrtQuoted nnrt_quote(const char *chars, int64_t length) {
    NnrtQuoted quoted;
    char *out = quoted.text;
    *out++ = '"';
    int64_t i = 0;
    for (int shown = 0; i < length && shown < SHOWN_MAX; shown++) {
        if (chars[i] == '"' || chars[i] == '\\') *out++ = '\\';
        int written;
        i += nnrt_escape_one(chars + i, length - i, out, &written);
        out += written;
    }
    memcpy(out, i < length ? "...\"" : "\"", i < length ? 5 : 2);
    return quoted;
}
