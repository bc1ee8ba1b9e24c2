/* npy.c: the header is a Python literal in a fixed form, read here by a small cursor.
 *
 * {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 * The three keys may stand in any order, each once, and nothing else may stand there.
 */
#include "runtime/npy.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX = 1 << 16 };

typedef struct Cursor {
    const char *next; /* the header ends with a NUL */
} Cursor;

/* What it says. */
typedef struct Header {
    NnrtArray *array; /* element and shape */
    bool fortran;     /* the first axis runs fastest */
    bool swapped;     /* big-endian */
} Header;

static void skip_spaces(Cursor *cursor) {
    while (*cursor->next == ' ' || *cursor->next == '\n' || *cursor->next == '\t')
        cursor->next++;
}

/* Takes a word or character, with spaces before it, if it comes next. */
static bool accept(Cursor *cursor, const char *word) {
    skip_spaces(cursor);
    size_t length = strlen(word);
    if (strncmp(cursor->next, word, length) != 0) return false;
    cursor->next += length;
    return true;
}

/* A whole number; numpy on Python 2 wrote 3L. */
static bool accept_number(Cursor *cursor, int64_t *value) {
    skip_spaces(cursor);
    if (*cursor->next < '0' || *cursor->next > '9') return false;
    for (*value = 0; *cursor->next >= '0' && *cursor->next <= '9'; cursor->next++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, *cursor->next - '0', value))
            return false;
    accept(cursor, "L");
    return true;
}

/* '<f4': byte order (| where there is none), kind and bytes. */
static bool accept_type(Cursor *cursor, Header *header) {
    static const struct {
        const char *name;
        NnrtArrayElement element;
    } types[] = {{"f4'", NNRT_ARRAY_F32}, {"f8'", NNRT_ARRAY_F64}, {"b1'", NNRT_ARRAY_BOOL},
                 {"u1'", NNRT_ARRAY_U8},  {"u2'", NNRT_ARRAY_U16}, {"u4'", NNRT_ARRAY_U32},
                 {"u8'", NNRT_ARRAY_U64}, {"i1'", NNRT_ARRAY_I8},  {"i2'", NNRT_ARRAY_I16},
                 {"i4'", NNRT_ARRAY_I32}, {"i8'", NNRT_ARRAY_I64}};
    if (!accept(cursor, "'")) return false;
    bool none = accept(cursor, "|");
    header->swapped = !none && accept(cursor, ">");
    if (!none && !header->swapped && !accept(cursor, "<")) return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!accept(cursor, types[i].name)) continue;
        header->array->element = types[i].element;
        return !none || nnrt_array_element_size(types[i].element) == 1;
    }
    return false;
}

static bool accept_shape(Cursor *cursor, NnrtArray *array) {
    if (!accept(cursor, "(")) return false;
    array->rank = 0;
    array->count = 1;
    while (!accept(cursor, ")")) {
        if (array->rank == NNRT_RANK_MAX || !accept_number(cursor, &array->dims[array->rank]) ||
            __builtin_mul_overflow(array->count, array->dims[array->rank], &array->count))
            return false;
        array->rank++;
        if (!accept(cursor, ","))
            return array->rank > 1 && accept(cursor, ")"); /* (3) is a number, not a shape */
    }
    return true;
}

static bool accept_entry(Cursor *cursor, Header *header, int seen[3]) {
    if (accept(cursor, "'descr'"))
        return ++seen[0] && accept(cursor, ":") && accept_type(cursor, header);
    if (accept(cursor, "'shape'"))
        return ++seen[1] && accept(cursor, ":") && accept_shape(cursor, header->array);
    if (!accept(cursor, "'fortran_order'") || !++seen[2] || !accept(cursor, ":")) return false;
    header->fortran = accept(cursor, "True");
    return header->fortran || accept(cursor, "False");
}

static bool parse_header(const char *text, Header *header) {
    Cursor cursor = {text};
    int seen[3] = {0};
    if (!accept(&cursor, "{")) return false;
    while (!accept(&cursor, "}")) {
        if (!accept_entry(&cursor, header, seen)) return false;
        if (!accept(&cursor, ",")) {
            if (!accept(&cursor, "}")) return false;
            break;
        }
    }
    skip_spaces(&cursor);
    return *cursor.next == 0 && seen[0] == 1 && seen[1] == 1 && seen[2] == 1;
}

/* The header's text with a NUL behind it. */
static char *read_header(NnrtStream *stream, NnrtError *error) {
    unsigned char bytes[12] = {0};
    int64_t got = nnrt_read(stream, bytes, 8, error);
    if (got < 0) return NULL;
    int size = bytes[6] == 1 ? 2 : 4;
    if (got < 8 || memcmp(bytes, "\x93NUMPY", 6) != 0 || bytes[6] < 1 || bytes[6] > 3 || bytes[7]) {
        nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: is no NumPy file of version 1, 2 or 3",
                  stream->path);
        return NULL;
    }
    got = nnrt_read(stream, bytes + 8, size, error);
    int64_t length = (int64_t)bytes[8] | (int64_t)bytes[9] << 8 | (int64_t)bytes[10] << 16 |
                     (int64_t)bytes[11] << 24;
    if (got < size || length > HEADER_MAX) {
        if (got >= 0)
            nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the header is cut off or too long",
                      stream->path);
        return NULL;
    }
    char *text = nnrt_read_block(stream, length, error);
    char *ended = text ? nnrt_resize(text, length + 1, 1, error) : NULL;
    if (!ended) {
        free(text);
        return NULL;
    }
    ended[length] = 0;
    if ((int64_t)strlen(ended) == length) return ended;
    nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the header holds a NUL", stream->path);
    free(ended);
    return NULL;
}

static bool read_values(NnrtStream *stream, NnrtArray *array, NnrtError *error) {
    char *text = read_header(stream, error);
    if (!text) return false;
    Header header = {.array = array};
    int64_t bytes = 0;
    if (!parse_header(text, &header))
        nnrt_fail(error, NNRT_EXIT_FORMAT,
                  "%s: expected an array of bool, of whole numbers, of float32 or of float64 with "
                  "at most %d axes, found %s",
                  stream->path, NNRT_RANK_MAX, nnrt_quote(text, (int64_t)strlen(text)).text);
    else if (header.fortran && array->rank > 1)
        nnrt_fail(error, NNRT_EXIT_FORMAT,
                  "%s: is in Fortran order; save it with numpy.ascontiguousarray", stream->path);
    else if (__builtin_mul_overflow(array->count, nnrt_array_element_size(array->element), &bytes))
        nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the shape in the header overflows", stream->path);
    else
        array->values = nnrt_read_block(stream, bytes, error);
    free(text);
    if (array->values && header.swapped) nnrt_array_swap(array);
    return array->values && nnrt_expect_end(stream, error);
}

bool nnrt_npy_read(const char *path, NnrtOpener open, NnrtArray *array, NnrtError *error) {
    *array = (NnrtArray){0};
    NnrtStream stream;
    if (!open(path, &stream, error)) return false;
    bool good = read_values(&stream, array, error);
    nnrt_close(&stream);
    if (!good) nnrt_array_free(array);
    return good;
}
