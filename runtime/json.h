/* json.h: strict JSON, read by pulling and written by appending.
 *
 * The reader is a cursor over a text in memory: the caller says what must come next, so depth and
 * size are bounded by what the caller asks for. Strict RFC 8259: UTF-8 is checked, escapes are
 * decoded (lone surrogates and \u0000 refused), no comments, no trailing commas.
 */
#ifndef NNRT_JSON_H
#define NNRT_JSON_H

#include "runtime/error.h"

typedef struct NnrtJson {
    const char *path;         /* for messages */
    const char *start, *next; /* start of the text, the cursor */
    const char *end;
    NnrtError *error;
} NnrtJson;

/* Each returns false with exit 3 ("PATH: header byte N: expected ...") when something else comes.
 */

/* The character c, one of { } [ ] : , with white space before it. */
bool nnrt_json_expect(NnrtJson *json, char c);
/* Whether `c` comes next; takes it if so. Never an error. */
bool nnrt_json_accept(NnrtJson *json, char c);
/* A string, decoded into out (which needs room for its encoded length + 1: json->end - json->next
 * is always enough), with a NUL behind it. *length does not count that. */
bool nnrt_json_string(NnrtJson *json, char *out, int64_t *length);
/* A whole number 0..2^63-1 without sign, fraction, exponent or leading zero. */
bool nnrt_json_whole(NnrtJson *json, int64_t *value);
/* Only white space is left. */
bool nnrt_json_end(NnrtJson *json);

/* The length of the UTF-8 sequence at `chars`, 0 when it is none (overlong, surrogate, cut off). */
int nnrt_utf8_length(const char *chars, int64_t length);

/* Writes `text` as a JSON string with its quotes; `put` receives the pieces. Invalid UTF-8 becomes
 * U+FFFD. */
void nnrt_json_write_string(const char *text, void (*put)(void *user, const char *chars, int64_t n),
                            void *user);

#endif
