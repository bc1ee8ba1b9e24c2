/* safetensors.c: reading weight files, trusting nothing in them.
 *
 * The header is parsed completely and checked against the size of the file before the data is read;
 * the data is one block. Names and metadata are decoded into one block of texts, which is never
 * longer than the header they came from.
 */
#include "runtime/safetensors.h"
#include "runtime/file.h"
#include "runtime/json.h"
#include "runtime/sha256.h"

#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the runtime stores numbers as they are in memory, little-endian"
#endif

enum { DIGITS = 64 };

typedef struct TypeRow {
    const char *name;
    int64_t size;
    NnrtTensorType type;
} TypeRow;

static const TypeRow types[] = {
    {"F32", 4, NNRT_TENSOR_F32},       {"F64", 8, NNRT_TENSOR_F64},
    {"U8", 1, NNRT_TENSOR_U8},         {"I64", 8, NNRT_TENSOR_I64},
    {"BOOL", 1, NNRT_TENSOR_OTHER},    {"I8", 1, NNRT_TENSOR_OTHER},
    {"I16", 2, NNRT_TENSOR_OTHER},     {"U16", 2, NNRT_TENSOR_OTHER},
    {"F16", 2, NNRT_TENSOR_OTHER},     {"BF16", 2, NNRT_TENSOR_OTHER},
    {"I32", 4, NNRT_TENSOR_OTHER},     {"U32", 4, NNRT_TENSOR_OTHER},
    {"U64", 8, NNRT_TENSOR_OTHER},     {"F8_E5M2", 1, NNRT_TENSOR_OTHER},
    {"F8_E4M3", 1, NNRT_TENSOR_OTHER},
};

typedef struct Entry {
    NnrtTensor tensor;
    int64_t begin, end; /* of its bytes in the data */
} Entry;

typedef struct Reading {
    NnrtJson json;
    NnrtError *error;
    const char *path;
    char *header; /* owned */
    int64_t header_size;
    int64_t data_size;
    Entry *entries; /* owned */
    int64_t entry_count, entry_room;
    int64_t pair_room;
    char *next_text;     /* free part of the block of texts */
    char *digits;        /* where the hash stands in the header; NULL: nowhere */
    bool ours;           /* some metadata key begins with "nnc." */
    NnrtTensorFile *out; /* texts and metadata go straight there */
} Reading;

/* "PATH: tensor "NAME": WHAT" */
static bool broken(const Reading *reading, const char *name, const char *what) {
    return nnrt_fail(reading->error, NNRT_EXIT_FORMAT, "%s: tensor %s: %s", reading->path,
                     nnrt_quote(name, (int64_t)strlen(name)).text, what);
}

/* The next string, kept in the block of texts. NULL on an error. */
static char *take_text(Reading *reading, int64_t *length) {
    char *text = reading->next_text;
    if (!nnrt_json_string(&reading->json, text, length)) return NULL;
    reading->next_text += *length + 1;
    return text;
}

static bool take_pair(Reading *reading) {
    NnrtTensorFile *out = reading->out;
    if (out->metadata_count == reading->pair_room) {
        int64_t room = reading->pair_room ? reading->pair_room * 2 : 16;
        NnrtPair *larger = nnrt_resize(out->metadata, room, sizeof *larger, reading->error);
        if (!larger) return false;
        out->metadata = larger;
        reading->pair_room = room;
    }
    int64_t length;
    const char *key = take_text(reading, &length);
    if (!key || !nnrt_json_expect(&reading->json, ':')) return false;
    const char *value = take_text(reading, &length);
    if (!value) return false;
    reading->ours |= strncmp(key, "nnc.", 4) == 0;
    if (strcmp(key, NNRT_HASH_KEY) == 0) {
        /* Exactly the digits must stand there, so that they can be found again. */
        if (length == DIGITS) reading->digits = (char *)reading->json.next - 1 - DIGITS;
        if (length != DIGITS || memcmp(reading->digits, value, DIGITS) != 0)
            return nnrt_fail(reading->error, NNRT_EXIT_FORMAT, "%s: the content hash is damaged",
                             reading->path);
    }
    out->metadata[out->metadata_count++] = (NnrtPair){key, value};
    return true;
}

static bool take_metadata(Reading *reading) {
    NnrtJson *json = &reading->json;
    if (!nnrt_json_expect(json, '{')) return false;
    if (nnrt_json_accept(json, '}')) return true;
    do
        if (!take_pair(reading)) return false;
    while (nnrt_json_accept(json, ','));
    return nnrt_json_expect(json, '}');
}

static bool take_shape(Reading *reading, NnrtTensor *tensor) {
    NnrtJson *json = &reading->json;
    if (!nnrt_json_expect(json, '[')) return false;
    if (nnrt_json_accept(json, ']')) return true;
    do {
        if (tensor->rank == NNRT_RANK_MAX)
            return broken(reading, tensor->name, "has more than 8 axes");
        if (!nnrt_json_whole(json, &tensor->dims[tensor->rank++])) return false;
    } while (nnrt_json_accept(json, ','));
    return nnrt_json_expect(json, ']');
}

static bool take_type(Reading *reading, const TypeRow **type, const char *name) {
    int64_t length;
    char *start = reading->next_text;
    const char *text = take_text(reading, &length);
    if (!text) return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, text) == 0) *type = &types[i];
    reading->next_text = start; /* not kept */
    return *type || broken(reading, name, "has a type that is unknown");
}

static bool take_offsets(Reading *reading, Entry *entry) {
    NnrtJson *json = &reading->json;
    return nnrt_json_expect(json, '[') && nnrt_json_whole(json, &entry->begin) &&
           nnrt_json_expect(json, ',') && nnrt_json_whole(json, &entry->end) &&
           nnrt_json_expect(json, ']');
}

/* Shape, type and range of bytes must agree. */
static bool check_entry(const Reading *reading, Entry *entry, const TypeRow *type) {
    NnrtTensor *tensor = &entry->tensor;
    int64_t bytes = type->size;
    for (int i = 0; i < tensor->rank; i++)
        if (__builtin_mul_overflow(bytes, tensor->dims[i], &bytes))
            return broken(reading, tensor->name, "its shape overflows");
    if (entry->begin > entry->end || entry->end > reading->data_size)
        return broken(reading, tensor->name, "its bytes are outside of the file");
    if (entry->end - entry->begin != bytes)
        return broken(reading, tensor->name, "its shape and its bytes do not agree");
    tensor->type = type->type;
    tensor->bytes = bytes;
    return true;
}

/* {"dtype": ..., "shape": ..., "data_offsets": ...} in any order, each once, nothing else. */
static bool take_tensor(Reading *reading, const char *name) {
    NnrtJson *json = &reading->json;
    Entry entry = {.tensor.name = name};
    const TypeRow *type = NULL;
    int shapes = 0, offsets = 0;
    if (!nnrt_json_expect(json, '{')) return false;
    do {
        int64_t length;
        char *start = reading->next_text;
        const char *key = take_text(reading, &length);
        reading->next_text = start; /* not kept; what follows overwrites it */
        if (!key) return false;
        enum {
            TYPE,
            SHAPE,
            OFFSETS,
            UNKNOWN
        } which = strcmp(key, "dtype") == 0          ? TYPE
                  : strcmp(key, "shape") == 0        ? SHAPE
                  : strcmp(key, "data_offsets") == 0 ? OFFSETS
                                                     : UNKNOWN;
        if (which == UNKNOWN || (which == TYPE && type) || (which == SHAPE && shapes++) ||
            (which == OFFSETS && offsets++))
            return broken(reading, name, "its entry has a key that is unknown or there twice");
        if (!nnrt_json_expect(json, ':') || !(which == TYPE    ? take_type(reading, &type, name)
                                              : which == SHAPE ? take_shape(reading, &entry.tensor)
                                                               : take_offsets(reading, &entry)))
            return false;
    } while (nnrt_json_accept(json, ','));
    if (!nnrt_json_expect(json, '}')) return false;
    if (!type || !shapes || !offsets)
        return broken(reading, name, "its entry lacks dtype, shape or data_offsets");
    if (!check_entry(reading, &entry, type)) return false;
    if (reading->entry_count == reading->entry_room) {
        int64_t room = reading->entry_room ? reading->entry_room * 2 : 16;
        Entry *larger = nnrt_resize(reading->entries, room, sizeof *larger, reading->error);
        if (!larger) return false;
        reading->entries = larger;
        reading->entry_room = room;
    }
    reading->entries[reading->entry_count++] = entry;
    return true;
}

static bool parse_header(Reading *reading) {
    NnrtJson *json = &reading->json;
    bool metadata = false;
    if (!nnrt_json_expect(json, '{')) return false;
    if (nnrt_json_accept(json, '}')) return nnrt_json_end(json);
    do {
        int64_t length;
        const char *name = take_text(reading, &length);
        if (!name || !nnrt_json_expect(json, ':')) return false;
        if (strcmp(name, "__metadata__") != 0) {
            if (!take_tensor(reading, name)) return false;
        } else if (metadata || !take_metadata(reading)) {
            return nnrt_fail(reading->error, NNRT_EXIT_FORMAT, "%s: __metadata__ is there twice",
                             reading->path);
        } else {
            metadata = true;
        }
    } while (nnrt_json_accept(json, ','));
    return nnrt_json_expect(json, '}') && nnrt_json_end(json);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(((const Entry *)a)->tensor.name, ((const Entry *)b)->tensor.name);
}

static int compare_offsets(const void *a, const void *b) {
    const Entry *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return x->end != y->end ? (x->end < y->end ? -1 : 1) : compare_names(a, b);
}

static int compare_keys(const void *a, const void *b) {
    return strcmp(((const NnrtPair *)a)->key, ((const NnrtPair *)b)->key);
}

/* Unique names and keys; ranges that follow one another from 0 to the end of the data. */
static bool check_header(Reading *reading) {
    Entry *entries = reading->entries;
    NnrtTensorFile *out = reading->out;
    if (out->metadata_count)
        qsort(out->metadata, (size_t)out->metadata_count, sizeof *out->metadata, compare_keys);
    for (int64_t i = 1; i < out->metadata_count; i++)
        if (compare_keys(&out->metadata[i - 1], &out->metadata[i]) == 0)
            return nnrt_fail(
                reading->error, NNRT_EXIT_FORMAT, "%s: metadata %s is there twice", reading->path,
                nnrt_quote(out->metadata[i].key, (int64_t)strlen(out->metadata[i].key)).text);
    if (reading->entry_count)
        qsort(entries, (size_t)reading->entry_count, sizeof *entries, compare_names);
    for (int64_t i = 1; i < reading->entry_count; i++)
        if (compare_names(&entries[i - 1], &entries[i]) == 0)
            return broken(reading, entries[i].tensor.name, "is there twice");
    if (reading->entry_count)
        qsort(entries, (size_t)reading->entry_count, sizeof *entries, compare_offsets);
    int64_t end = 0;
    for (int64_t i = 0; i < reading->entry_count; i++) {
        if (entries[i].begin != end)
            return broken(reading, entries[i].tensor.name,
                          entries[i].begin < end ? "its bytes overlap another tensor's"
                                                 : "there is a gap before its bytes");
        end = entries[i].end;
    }
    return end == reading->data_size ||
           nnrt_fail(reading->error, NNRT_EXIT_FORMAT,
                     "%s: the file has %lld bytes of data, but its tensors %lld", reading->path,
                     (long long)reading->data_size, (long long)end);
}

static bool read_header(Reading *reading, NnrtStream *stream) {
    unsigned char bytes[8];
    int64_t got = nnrt_read(stream, bytes, 8, reading->error);
    if (got < 0) return false;
    uint64_t size = 0;
    for (int i = 0; i < 8; i++)
        size |= (uint64_t)bytes[i] << 8 * i;
    if (stream->size < 0)
        return nnrt_fail(reading->error, NNRT_EXIT_FORMAT, "%s: weights must be a file, not a pipe",
                         reading->path);
    if (got < 8 || size > (uint64_t)stream->size || size > (uint64_t)NNRT_TENSOR_HEADER_MAX)
        return nnrt_fail(reading->error, NNRT_EXIT_FORMAT,
                         "%s: is no safetensors file, or is cut off", reading->path);
    reading->header_size = (int64_t)size;
    reading->data_size = stream->size - reading->header_size;
    reading->header = nnrt_read_block(stream, reading->header_size, reading->error);
    reading->out->texts = nnrt_allocate(reading->header_size + 1, 1, reading->error);
    if (!reading->header || !reading->out->texts) return false;
    reading->next_text = reading->out->texts;
    reading->json = (NnrtJson){reading->path, reading->header, reading->header,
                               reading->header + reading->header_size, reading->error};
    return parse_header(reading) && check_header(reading);
}

/* The hash over the whole file, its own digits taken as zeros. */
static bool check_hash(Reading *reading, const void *data) {
    if (!reading->digits)
        return !reading->ours || nnrt_fail(reading->error, NNRT_EXIT_FORMAT,
                                           "%s: the content hash is missing", reading->path);
    char stored[DIGITS], digits[DIGITS + 1];
    memcpy(stored, reading->digits, DIGITS);
    memset(reading->digits, '0', DIGITS);
    unsigned char size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (unsigned char)((uint64_t)reading->header_size >> 8 * i);
    NnrtSha256 hash;
    nnrt_sha256_init(&hash);
    nnrt_sha256_add(&hash, size, 8);
    nnrt_sha256_add(&hash, reading->header, reading->header_size);
    nnrt_sha256_add(&hash, data, reading->data_size);
    nnrt_sha256_end(&hash, digits);
    return memcmp(stored, digits, DIGITS) == 0 ||
           nnrt_fail(reading->error, NNRT_EXIT_FORMAT,
                     "%s: the content does not match its hash: the file is damaged", reading->path);
}

static bool read_all(Reading *reading, NnrtStream *stream) {
    NnrtTensorFile *out = reading->out;
    if (!read_header(reading, stream)) return false;
    out->data = nnrt_read_block(stream, reading->data_size, reading->error);
    if (!out->data || !nnrt_expect_end(stream, reading->error) || !check_hash(reading, out->data))
        return false;
    out->tensors = nnrt_allocate(reading->entry_count, sizeof *out->tensors, reading->error);
    if (!out->tensors) return false;
    out->tensor_count = reading->entry_count;
    for (int64_t i = 0; i < out->tensor_count; i++) {
        out->tensors[i] = reading->entries[i].tensor;
        out->tensors[i].values = (char *)out->data + reading->entries[i].begin;
    }
    return true;
}

bool nnrt_tensors_read(const char *path, NnrtTensorFile *file, NnrtError *error) {
    *file = (NnrtTensorFile){0};
    Reading reading = {.error = error, .path = path, .out = file};
    NnrtStream stream;
    if (!nnrt_open_bytes(path, &stream, error)) return false;
    bool good = read_all(&reading, &stream);
    nnrt_close(&stream);
    free(reading.header);
    free(reading.entries);
    if (!good) nnrt_tensors_free(file);
    return good;
}

void nnrt_tensors_free(NnrtTensorFile *file) {
    free(file->tensors);
    free(file->metadata);
    free(file->data);
    free(file->texts);
    *file = (NnrtTensorFile){0};
}
