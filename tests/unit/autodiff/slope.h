/* slope.h: gradients of a sample's model against finite differences of its loss. */
#ifndef NNC_TESTS_AUTODIFF_SLOPE_H
#define NNC_TESTS_AUTODIFF_SLOPE_H

#include "graph/sample.h"

/* Differentiates the sample's model (its losses and penalties) and cuts its views. */
void slope_prepare(Sample *sample, ViewVec *views);
/* The gradient of variable `index`. */
const double *slope_gradient(Sample *sample, const ViewVec *views, int64_t index);
/* Loss plus penalty at the variables' present values. */
double slope_loss(Sample *sample, const ViewVec *views);
/* The largest |a - b| / max(1, max|b|) over all parameters, a the gradient, b the central
 * difference; larger than 1 when a gradient is missing or not finite. */
double slope_error(Sample *sample, const ViewVec *views);

#endif
