/* compiled.h: whole models through all passes into code, and their results by name. */
#ifndef NNC_TESTS_PROGRAMS_COMPILED_H
#define NNC_TESTS_PROGRAMS_COMPILED_H

#include "kernels/execute.h"

/* All the compiler does for speed, in single or double precision. */
ExecuteOptions compiled_options(bool double_precision);
/* Runs every pass over the views; what the reference evaluation shall give must be computed before
 * that. */
void compiled_passes(Model *model, ViewVec *views);
/* Values of the result of that kind and index after a run of `view`; of a variable: its value now.
 * NULL when the view has none. */
double *compiled_result(Execution *execution, ViewKind view, ResultKind kind, int64_t index);
/* Runs the view on `count` samples of `values`, after setting inputs and variables. */
void compiled_run(Execution *execution, const EvalInputs *values, ViewKind view, int64_t count);
/* Largest difference, in units of max(1, the largest expected value); NaN where one is no number
 * and the other is. */
double compiled_distance(const double *values, const double *expected, int64_t count);

void programs_random(void);
void late_roots_read_what_is_stored(void);

#endif
