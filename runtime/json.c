/* json.c: a strict JSON cursor, and strings written. */
#include "runtime/json.h"

#include <string.h>

static bool fail(NnrtJson *json, const char *expected) {
    return nnrt_fail(json->error, NNRT_EXIT_FORMAT, "%s: header byte %lld: expected %s", json->path,
                     (long long)(json->next - json->start), expected);
}

static void skip_spaces(NnrtJson *json) {
    while (json->next < json->end && (*json->next == ' ' || *json->next == '\t' ||
                                      *json->next == '\n' || *json->next == '\r'))
        json->next++;
}

bool nnrt_json_accept(NnrtJson *json, char c) {
    skip_spaces(json);
    if (json->next == json->end || *json->next != c) return false;
    json->next++;
    return true;
}

bool nnrt_json_expect(NnrtJson *json, char c) {
    char expected[] = {'\'', c, '\'', 0};
    return nnrt_json_accept(json, c) || fail(json, expected);
}

bool nnrt_json_end(NnrtJson *json) {
    skip_spaces(json);
    return json->next == json->end || fail(json, "the end");
}

bool nnrt_json_whole(NnrtJson *json, int64_t *value) {
    skip_spaces(json);
    const char *first = json->next;
    *value = 0;
    for (; json->next < json->end && *json->next >= '0' && *json->next <= '9'; json->next++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, *json->next - '0', value))
            return fail(json, "a smaller number");
    if (json->next == first || (*first == '0' && json->next - first > 1))
        return fail(json, "a whole number");
    return true;
}

/* The four digits of \uXXXX, -1 when they are none. */
static int32_t four_digits(NnrtJson *json) {
    if (json->end - json->next < 4) return -1;
    int32_t code = 0;
    for (int i = 0; i < 4; i++) {
        char c = *json->next++;
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        code = code * 16 + digit;
    }
    return code;
}

static char *put_utf8(char *out, int32_t code) {
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(lead[more] | code >> 6 * more);
    while (more-- > 0)
        *out++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    return out;
}

/* What follows a backslash; a pair of surrogates is one character. NULL when it is no escape. */
static char *take_escape(NnrtJson *json, char *out) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (json->next == json->end) return NULL;
    char c = *json->next++;
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        *out++ = meanings[letter - letters];
        return out;
    }
    int32_t code = c == 'u' ? four_digits(json) : -1;
    if (code >= 0xd800 && code < 0xdc00 && json->end - json->next >= 6 && json->next[0] == '\\' &&
        json->next[1] == 'u') {
        json->next += 2;
        int32_t low = four_digits(json);
        code =
            low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : -1;
    }
    return code <= 0 || (code >= 0xd800 && code < 0xe000) ? NULL : put_utf8(out, code);
}

bool nnrt_json_string(NnrtJson *json, char *out, int64_t *length) {
    char *first = out;
    if (!nnrt_json_accept(json, '"')) return fail(json, "a string");
    while (json->next < json->end && *json->next != '"') {
        int size = nnrt_utf8_length(json->next, json->end - json->next);
        if (size == 0) return fail(json, "UTF-8");
        if ((unsigned char)*json->next < 0x20) return fail(json, "a character that is no control");
        if (*json->next == '\\') {
            json->next++;
            out = take_escape(json, out);
            if (!out) return fail(json, "an escape");
        } else {
            memcpy(out, json->next, (size_t)size);
            out += size;
            json->next += size;
        }
    }
    if (json->next == json->end) return fail(json, "'\"'");
    json->next++;
    *out = 0;
    *length = out - first;
    return true;
}

void nnrt_json_write_string(const char *text, void (*put)(void *user, const char *chars, int64_t n),
                            void *user) {
    put(user, "\"", 1);
    for (int64_t left = (int64_t)strlen(text); left > 0;) {
        unsigned char c = (unsigned char)*text;
        int size = nnrt_utf8_length(text, left);
        char escape[] = {
            '\\', 'u', '0', '0', "0123456789abcdef"[c >> 4 & 15], "0123456789abcdef"[c & 15]};
        if (size == 0)
            put(user, "\xef\xbf\xbd", 3);
        else if (c < 0x20 || c == 0x7f)
            put(user, escape, 6);
        else if (c == '"' || c == '\\')
            put(user, c == '"' ? "\\\"" : "\\\\", 2);
        else
            put(user, text, size);
        text += size ? size : 1;
        left -= size ? size : 1;
    }
    put(user, "\"", 1);
}
