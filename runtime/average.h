/* average.h: `average = d`: the moving averages of the weights, which the compiled step keeps
 * beside them. They are what is evaluated and saved; training itself goes on with the weights.
 * States of layers are taken as they are.
 */
#ifndef NNRT_AVERAGE_H
#define NNRT_AVERAGE_H

#include "runtime/session.h"

bool nnrt_averages(const NnrtModel *model);

/* The session's variables into `memory` (variable_bytes), the averages of parameters in the place
 * of the parameters. */
void nnrt_average_take(const NnrtSession *session, unsigned char *memory);

/* Lets the averages begin at the parameters as they are now. */
void nnrt_average_begin(NnrtSession *session);

#endif
