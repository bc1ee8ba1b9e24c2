/* names.c: JSON arrays of strings. */
#include "runtime/names.h"
#include "runtime/json.h"

#include <stdlib.h>
#include <string.h>

typedef struct Text {
    char *chars; /* NULL: only the length is wanted */
    int64_t used;
} Text;

static void put(void *user, const char *chars, int64_t count) {
    Text *text = user;
    if (text->chars) memcpy(text->chars + text->used, chars, (size_t)count);
    text->used += count;
}

static void put_names(Text *text, const char *const *names, int64_t count) {
    put(text, "[", 1);
    for (int64_t i = 0; i < count; i++) {
        if (i) put(text, ",", 1);
        nnrt_json_write_string(names[i], put, text);
    }
    put(text, "]", 2); /* and the NUL */
}

char *nnrt_names_write(const char *const *names, int64_t count, NnrtError *error) {
    Text text = {0};
    put_names(&text, names, count);
    text.chars = nnrt_allocate(text.used, 1, error);
    text.used = 0;
    if (text.chars) put_names(&text, names, count);
    return text.chars;
}

void nnrt_names_free(char **names, int64_t count) {
    for (int64_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

static bool read_name(NnrtJson *json, char *decoded, char **name) {
    int64_t length;
    if (!nnrt_json_string(json, decoded, &length)) return false;
    *name = nnrt_copy_text(decoded, length, json->error);
    return *name != NULL;
}

char **nnrt_names_read(const char *path, const char *text, int64_t count, NnrtError *error) {
    int64_t length = (int64_t)strlen(text), found = 0;
    NnrtJson json = {path, text, text, text + length, error};
    /* A list of n names has more than n characters, so a count beyond that is not allocated. */
    bool good = count <= length && nnrt_json_expect(&json, '[');
    char **names = good ? nnrt_allocate(count, sizeof *names, error) : NULL;
    char *decoded = names ? nnrt_allocate(length + 1, 1, error) : NULL;
    good = decoded != NULL;
    for (; good && found < count; found++)
        good = (found == 0 || nnrt_json_expect(&json, ',')) &&
               read_name(&json, decoded, &names[found]);
    good = good && nnrt_json_expect(&json, ']') && nnrt_json_end(&json);
    free(decoded);
    if (good) return names;
    nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: expected a list of %lld names", path, (long long)count);
    nnrt_names_free(names, names ? count : 0);
    return NULL;
}
