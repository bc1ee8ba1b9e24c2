/* curve.h: the losses of the epochs as a small picture of characters. */
#ifndef NNRT_CURVE_H
#define NNRT_CURVE_H

#include <stdint.h>
#include <stdio.h>

/* Losses by epoch; when room is used up, neighbours are averaged, so it never grows. */
enum { NNRT_CURVE_ROOM = 256 };
typedef struct NnrtCurve {
    double losses[2]
                 [NNRT_CURVE_ROOM]; /* training, validation (NaN: none): means of `stride` epochs */
    int64_t count, stride, epochs;  /* entries; epochs an entry stands for; epochs given */
    double sums[2];                 /* of the entry being filled */
} NnrtCurve;

void nnrt_curve_add(NnrtCurve *curve, double training, double validation);
/* Some lines, the first epoch left, the largest loss above; nothing for less than two entries. */
void nnrt_curve_print(const NnrtCurve *curve, FILE *file);

#endif
