/* class_output.h: outputs that tell classes apart.
 *
 * An output belongs to a class target when it has a number for each of its classes, or one number,
 * the probability of class 1, for two classes. Several outputs take the targets that fit them in
 * order of declaration, each target once.
 */
#ifndef NNRT_CLASS_OUTPUT_H
#define NNRT_CLASS_OUTPUT_H

#include "runtime/session.h"

/* The class target that an output is about: an index of model->inputs, or -1. */
int64_t nnrt_class_target(const NnrtModel *model, int64_t output);

/* The probability of a class that an output gives for a sample; it is what the output says, so it
 * lies outside 0 .. 1 when the output does. */
double nnrt_class_probability(const NnrtSession *session, const NnrtResult *result, int64_t sample,
                              int64_t class);

/* The class an output says, as the library's metric `accuracy` counts it: the first of the largest
 * numbers, or class 1 when its one number is above 1/2. */
int64_t nnrt_class_guess(const NnrtSession *session, const NnrtResult *result, int64_t sample);

/* The most likely class after class `after` (-1: of all) in order of rank, then of number; -1
 * behind the last. */
int64_t nnrt_class_next(const NnrtSession *session, const NnrtResult *result, int64_t sample,
                        int64_t classes, int64_t after);

#endif
