/* image_values.h: a look at the values of images before training. */
#ifndef NNRT_IMAGE_VALUES_H
#define NNRT_IMAGE_VALUES_H

#include "runtime/table.h"

/* Warns on standard error of images whose values are not from 0 to 1: bytes that nobody divided,
 * and masks of 0 and 1 that were divided as bytes are. Some rows are looked at. */
void nnrt_image_values_check(const NnrtTable *table);

#endif
