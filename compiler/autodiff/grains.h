/* grains.h: `grains = G` of the train block: a batch in parts that are differentiated alone.
 *
 * A training step becomes two views. `grain` runs on each part, one after another or at different
 * places, and gives what has to be joined as variables of role ROLE_JOINED; the runtime adds those
 * of all grains as a binary tree. `train_step` then sees only sums, the whole batch's sample count
 * and the variables, and no sample:
 *
 *     gradient = sum of the grains' sums over samples / n
 *              + mean over the grains of what looks at a whole grain (a loss of batch_mean(...))
 *              + what depends on no sample (penalties)
 *     state    <- mean over the grains of its next values
 */
#ifndef NNC_AUTODIFF_GRAINS_H
#define NNC_AUTODIFF_GRAINS_H

#include "graph/model.h"

/* The derivative of the loss by one parameter, in parts; each NULL when there is none. */
typedef struct GradientParts {
    Node *samples; /* sum over samples, not yet divided */
    Node *mean;    /* the same divided by their number */
    Node *whole;   /* of losses that are of no sample but look at samples */
    Node *free;    /* of losses and penalties that depend on no sample */
} GradientParts;

/* Whether the batch is cut: the model says so and something is trained. */
bool grains_cut(const Model *model);

/* Whether a node depends on samples. */
bool grains_sees_samples(const Graph *graph, const Node *node);

/* Replaces `samples` and `whole` of every parameter's parts by joined variables, `whole` as their
 * mean; replaces the next values of states, and sets the loss of a training step. */
void grains_join(Model *model, GradientParts *parts, int64_t count);

#endif
