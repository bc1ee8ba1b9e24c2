/* table_bytes.h: pictures of bytes as numbers from 0 to 1. A file of its own, since this loop is
 * worth its code in vectors and the rest of a table, its double precision included, is not.
 */
#ifndef NNRT_TABLE_BYTES_H
#define NNRT_TABLE_BYTES_H

#include <stdint.h>

/* Each byte divided by 255. In single precision the quotient of two exact floats rounded once is
 * the same as the double quotient rounded would be or better. */
void nnrt_bytes_f32(const uint8_t *bytes, int64_t width, float *out);

#endif
