/* safetensors_write.c: weight files, hashed and written atomically.
 *
 * The header is made in memory with a hash of zeros, the hash is computed over what will be the
 * file, put into its place, and then everything is written in one go.
 */
#include "runtime/atomic.h"
#include "runtime/json.h"
#include "runtime/safetensors.h"
#include "runtime/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 64 };
static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* A text that grows; a failure is remembered in the error. */
typedef struct Text {
    char *chars; /* owned */
    int64_t used, room;
    NnrtError *error;
    bool failed;
} Text;

static void put(void *user, const char *chars, int64_t count) {
    Text *text = user;
    if (text->used + count > text->room && !text->failed) {
        int64_t room = (text->used + count) * 2 + 1024;
        char *larger = nnrt_resize(text->chars, room, 1, text->error);
        text->failed = !larger;
        text->chars = larger ? larger : text->chars;
        text->room = larger ? room : text->room;
    }
    if (text->failed) return;
    memcpy(text->chars + text->used, chars, (size_t)count);
    text->used += count;
}

static void put_text(Text *text, const char *chars) {
    put(text, chars, (int64_t)strlen(chars));
}

static void put_number(Text *text, int64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    put_text(text, digits);
}

static int64_t type_size(NnrtTensorType type) {
    return type == NNRT_TENSOR_F32 ? 4 : type == NNRT_TENSOR_U8 ? 1 : 8;
}

static const char *type_name(NnrtTensorType type) {
    return type == NNRT_TENSOR_F32   ? "F32"
           : type == NNRT_TENSOR_F64 ? "F64"
           : type == NNRT_TENSOR_U8  ? "U8"
                                     : "I64";
}

/* Widest first, otherwise as given. */
static int compare_width(const void *a, const void *b) {
    const NnrtTensor *x = *(const NnrtTensor *const *)a, *y = *(const NnrtTensor *const *)b;
    int64_t width_x = type_size(x->type), width_y = type_size(y->type);
    return width_x != width_y ? (width_x > width_y ? -1 : 1) : (x > y) - (x < y);
}

static int compare_names(const void *a, const void *b) {
    return strcmp((*(const NnrtTensor *const *)a)->name, (*(const NnrtTensor *const *)b)->name);
}

/* What a reader would refuse is never written. */
static bool check(const char *path, const NnrtTensor **sorted, int64_t count, NnrtError *error) {
    if (count) qsort(sorted, (size_t)count, sizeof *sorted, compare_names);
    for (int64_t i = 0; i < count; i++) {
        const NnrtTensor *tensor = sorted[i];
        int64_t bytes = type_size(tensor->type);
        bool fits = tensor->type != NNRT_TENSOR_OTHER && tensor->rank <= NNRT_RANK_MAX &&
                    strcmp(tensor->name, "__metadata__") != 0 &&
                    (i == 0 || compare_names(&sorted[i - 1], &sorted[i]) != 0);
        for (int d = 0; fits && d < tensor->rank; d++)
            fits = !__builtin_mul_overflow(bytes, tensor->dims[d], &bytes);
        if (!fits || bytes != tensor->bytes)
            return nnrt_fail(error, NNRT_EXIT_SYSTEM, "%s: tensor %s cannot be stored", path,
                             nnrt_quote(tensor->name, (int64_t)strlen(tensor->name)).text);
    }
    return true;
}

/* Returns where the digits of the hash begin. */
static int64_t put_metadata(Text *text, const NnrtPair *metadata, int64_t count) {
    put_text(text, "{\"__metadata__\":{");
    for (int64_t i = 0; i < count; i++) {
        if (strncmp(metadata[i].key, "nnc.", 4) == 0)
            continue; /* those of the file it was copied from */
        nnrt_json_write_string(metadata[i].key, put, text);
        put_text(text, ":");
        nnrt_json_write_string(metadata[i].value, put, text);
        put_text(text, ",");
    }
    /* With the first key a reader knows that the second must be there too. */
    put_text(text, "\"nnc.format\":\"1\",\"" NNRT_HASH_KEY "\":\"");
    int64_t digits = text->used;
    put_text(text, zeros);
    put_text(text, "\"}");
    return digits;
}

static void put_tensor(Text *text, const NnrtTensor *tensor, int64_t begin) {
    put_text(text, ",");
    nnrt_json_write_string(tensor->name, put, text);
    put_text(text, ":{\"dtype\":\"");
    put_text(text, type_name(tensor->type));
    put_text(text, "\",\"shape\":[");
    for (int i = 0; i < tensor->rank; i++) {
        if (i) put_text(text, ",");
        put_number(text, tensor->dims[i]);
    }
    put_text(text, "],\"data_offsets\":[");
    put_number(text, begin);
    put_text(text, ",");
    put_number(text, begin + tensor->bytes);
    put_text(text, "]}");
}

/* The first 8 bytes and the header, complete with the hash of the whole file. */
static bool make_header(Text *text, const NnrtTensor **tensors, int64_t count,
                        const NnrtPair *metadata, int64_t metadata_count) {
    char size[8] = {0};
    put(text, size, 8);
    int64_t digits = put_metadata(text, metadata, metadata_count), begin = 0;
    for (int64_t i = 0; i < count; i++) {
        put_tensor(text, tensors[i], begin);
        begin += tensors[i]->bytes;
    }
    put_text(text, "}");
    while (!text->failed && text->used % 8)
        put_text(text, " ");
    if (text->failed) return false;
    for (int i = 0; i < 8; i++)
        text->chars[i] = (char)((uint64_t)(text->used - 8) >> 8 * i);
    NnrtSha256 hash;
    char found[DIGITS + 1];
    nnrt_sha256_init(&hash);
    nnrt_sha256_add(&hash, text->chars, text->used);
    for (int64_t i = 0; i < count; i++)
        nnrt_sha256_add(&hash, tensors[i]->values, tensors[i]->bytes);
    nnrt_sha256_end(&hash, found);
    memcpy(text->chars + digits, found, DIGITS);
    return true;
}

bool nnrt_tensors_write(const char *path, const NnrtTensor *tensors, int64_t tensor_count,
                        const NnrtPair *metadata, int64_t metadata_count, NnrtError *error) {
    return nnrt_tensors_write_to(path, tensors, tensor_count, metadata, metadata_count, true,
                                 error);
}

bool nnrt_tensors_write_to(const char *path, const NnrtTensor *tensors, int64_t tensor_count,
                           const NnrtPair *metadata, int64_t metadata_count, bool flush,
                           NnrtError *error) {
    const NnrtTensor **sorted = nnrt_allocate(tensor_count, sizeof *sorted, error);
    Text text = {.error = error};
    NnrtWriter writer;
    bool good = sorted != NULL;
    for (int64_t i = 0; good && i < tensor_count; i++)
        sorted[i] = &tensors[i];
    good = good && check(path, sorted, tensor_count, error);
    if (good && tensor_count) qsort(sorted, (size_t)tensor_count, sizeof *sorted, compare_width);
    good = good && make_header(&text, sorted, tensor_count, metadata, metadata_count) &&
           nnrt_writer_begin(&writer, path, error);
    if (good) {
        writer.unflushed = !flush;
        nnrt_writer_put(&writer, text.chars, text.used);
        for (int64_t i = 0; i < tensor_count; i++)
            nnrt_writer_put(&writer, sorted[i]->values, sorted[i]->bytes);
        good = nnrt_writer_commit(&writer, error);
    }
    free(text.chars);
    free(sorted);
    return good;
}
