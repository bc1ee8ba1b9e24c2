/* curve.h: the losses of the epochs as a small picture of characters. */
#ifndef NNRT_CURVE_H
#define NNRT_CURVE_H

#include "runtime/history.h"

#include <stdio.h>

/* Some lines, the first epoch left, the largest loss above; nothing for less than two points. */
void nnrt_curve_print(const NnrtHistory *history, FILE *file);

#endif
