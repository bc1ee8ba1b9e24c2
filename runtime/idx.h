/* idx.h: the IDX format of the MNIST files (big-endian header and values).
 *
 * Bytes 0 0 type rank, then `rank` 32-bit sizes, then the values. Types: unsigned byte 08, signed
 * byte 09, short 0B, int 0C, float 0D, double 0E. The sizes are checked against the file before
 * memory is taken; bytes left over are an error.
 */
#ifndef NNRT_IDX_H
#define NNRT_IDX_H

#include "runtime/array.h"

bool nnrt_idx_read(const char *path, NnrtOpener open, NnrtArray *array, NnrtError *error);

#endif
