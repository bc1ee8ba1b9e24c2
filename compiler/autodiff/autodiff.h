/* autodiff.h: reverse differentiation on the graph.
 *
 * In: a model whose losses, penalties and updates (`next`, in terms of OP_GRADIENT) are known. Out:
 * `gradient` of every parameter that is not frozen, and every `next` in terms of gradients that are
 * worked out. The gradient is that of train_step, with training = 1:
 *
 *     sum over the samples of d(batched losses)/dw, divided by n once,
 *     plus d(losses of no sample + penalties)/dw
 *
 * With `grains` the updates see it joined from parts of the batch (grains.h); `gradient` does not.
 *
 * Three rules hold in every derivative (docs/language.md): zero times anything is zero; at a tie of
 * elementwise max or min neither side gets the gradient; in a reduction the first one gets it all.
 */
#ifndef NNC_AUTODIFF_AUTODIFF_H
#define NNC_AUTODIFF_AUTODIFF_H

#include "graph/model.h"

/* Once, after elaboration and before graph_views(). Without losses it does nothing. Updates see
 * gradients clipped as the `train` block says (first clip_value, then clip_norm over all gradients
 * together); `gradient` is not clipped. A frozen parameter and its optimizer's states lose their
 * `next`. With `average` every updated parameter gets an average beside it (average.h). */
void autodiff(Model *model);

#endif
