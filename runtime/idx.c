/* idx.c: header, one block of values, and the byte order put right in place.
 *
 * Source of the format: Y. LeCun's description of the MNIST files.
 */
#include "runtime/idx.h"

#include <string.h>

static uint32_t big_endian(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool idx_element(unsigned char code, NnrtArrayElement *element) {
    switch (code) {
    case 0x08: *element = NNRT_ARRAY_U8; return true;
    case 0x09: *element = NNRT_ARRAY_I8; return true;
    case 0x0B: *element = NNRT_ARRAY_I16; return true;
    case 0x0C: *element = NNRT_ARRAY_I32; return true;
    case 0x0D: *element = NNRT_ARRAY_F32; return true;
    case 0x0E: *element = NNRT_ARRAY_F64; return true;
    default: return false;
    }
}

static bool read_header(NnrtStream *stream, NnrtArray *array, NnrtError *error) {
    unsigned char bytes[4];
    int64_t got = nnrt_read(stream, bytes, 4, error);
    if (got < 0) return false;
    if (got < 4 || bytes[0] || bytes[1] || !idx_element(bytes[2], &array->element))
        return nnrt_fail(error, NNRT_EXIT_FORMAT,
                         "%s: is no IDX file (it must begin with 00 00, a type and the number of "
                         "axes)",
                         stream->path);
    if (bytes[3] < 1 || bytes[3] > NNRT_RANK_MAX)
        return nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: has %d axes; 1 to %d can be read",
                         stream->path, bytes[3], NNRT_RANK_MAX);
    array->rank = bytes[3];
    array->count = 1;
    for (int i = 0; i < array->rank; i++) {
        got = nnrt_read(stream, bytes, 4, error);
        if (got < 0) return false;
        if (got < 4)
            return nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the header is cut off", stream->path);
        array->dims[i] = big_endian(bytes);
        if (__builtin_mul_overflow(array->count, array->dims[i], &array->count))
            return nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the sizes in the header overflow",
                             stream->path);
    }
    return true;
}

static bool read_values(NnrtStream *stream, NnrtArray *array, NnrtError *error) {
    int64_t size = nnrt_array_element_size(array->element), bytes;
    if (__builtin_mul_overflow(array->count, size, &bytes))
        return nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the sizes in the header overflow",
                         stream->path);
    array->values = nnrt_read_block(stream, bytes, error);
    if (!array->values || !nnrt_expect_end(stream, error)) return false;
    nnrt_array_swap(array);
    return true;
}

bool nnrt_idx_read(const char *path, NnrtOpener open, NnrtArray *array, NnrtError *error) {
    *array = (NnrtArray){0};
    NnrtStream stream;
    if (!open(path, &stream, error)) return false;
    bool good = read_header(&stream, array, error) && read_values(&stream, array, error);
    nnrt_close(&stream);
    if (!good) nnrt_array_free(array);
    return good;
}
