/* npy.h: NumPy's .npy format, versions 1 to 3.
 *
 * Accepted: f4 f8 b1 u1 u2 u4 u8 i1 i2 i4 i8 of either byte order, in C order (Fortran order only
 * where it means the same: rank 0 and 1). Everything else, objects above all, is refused. Source of
 * the format: numpy.lib.format.
 */
#ifndef NNRT_NPY_H
#define NNRT_NPY_H

#include "runtime/array.h"

bool nnrt_npy_read(const char *path, NnrtOpener open, NnrtArray *array, NnrtError *error);

#endif
