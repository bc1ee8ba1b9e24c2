/* table_bytes.c: see table_bytes.h. */

#include "runtime/table_bytes.h"

void nnrt_bytes_f32(const uint8_t *bytes, int64_t width, float *out) {
    for (int64_t i = 0; i < width; i++)
        out[i] = (float)bytes[i] / 255.0f;
}
