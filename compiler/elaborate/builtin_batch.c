/* builtin_batch.c: what looks beyond one sample: the batch, the training part, all samples that are
 * evaluated. */
#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/layer_path.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"
#include "elaborate/variable.h"

Value builtin_batch_mean(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = want_tensor(e, call->values[0], call->ranges[0], "the argument of batch_mean");
    if (!node || !node->type.batched) return value_tensor(node);
    Node *sum = make_node(e, call->range, builtin->op, (Attr){0}, &node, 1, NULL);
    Attr count = {.runtime = RUNTIME_SAMPLE_COUNT};
    Node *samples = make_node(e, call->range, OP_RUNTIME, count, NULL, 0, NULL);
    return value_tensor(make_binary(e, call->range, OP_DIVIDE, sum, samples));
}

Value builtin_batch_roll(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = want_tensor(e, call->values[0], call->ranges[0], "the argument of batch_roll");
    if (!node || !node->type.batched) return value_tensor(node);
    return value_tensor(make_unary(e, call->range, builtin->op, node));
}

/* ---- statistics of the training part ---- */

typedef struct LevelSearch {
    const Model *model;
    int level;             /* 1 + the highest statistic met */
    const char *forbidden; /* name of a parameter or state met */
} LevelSearch;

/* Stops at a parameter or state, which have no value before training. */
static bool search_level(const Node *leaf, void *user) {
    LevelSearch *search = user;
    if (leaf->op != OP_VARIABLE) return false;
    const Variable *variable = &search->model->variables.items[leaf->attr.index];
    if (variable->role != ROLE_STATISTIC)
        search->forbidden = variable->name;
    else if (variable->level >= search->level)
        search->level = variable->level + 1;
    return search->forbidden != NULL;
}

Value builtin_statistic(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *node = want_tensor(e, call->values[0], call->ranges[0],
                             arena_format(e->arena, "the argument of %s", builtin->name));
    if (!node) return value_error();
    if (e->purpose != PURPOSE_MODEL)
        return fail(e, call->range, "wrong-place", "%s stands in a model or layer", builtin->name);
    if (!node->type.batched)
        return fail(e, call->range, "wrong-type", "%s of a value that is the same for all samples",
                    builtin->name);
    LevelSearch search = {.model = e->model};
    node_reaches(e, node, search_level, &search);
    if (search.forbidden)
        return fail(e, call->range, "wrong-place",
                    "%s is computed before training: it cannot depend on '%s'", builtin->name,
                    search.forbidden);
    Variable variable = {
        .name =
            path_join(e, e->frame->path, path_count(e, intern_text(e->interner, builtin->name))),
        .role = ROLE_STATISTIC,
        .type = type_real(false, node->type.shape),
        .statistic = strcmp(builtin->name, "data_mean") == 0  ? STATISTIC_MEAN
                     : strcmp(builtin->name, "data_min") == 0 ? STATISTIC_MIN
                                                              : STATISTIC_MAX,
        .sample_value = node,
        .level = search.level,
        .owner = -1,
    };
    int64_t index = variable_add(e, &variable, call->range);
    return index < 0 ? value_error() : value_tensor(e->notes.items[index].current);
}

/* ---- totals of a metric ---- */

/* The finished total of a metric. */
static bool is_accumulated(const Node *leaf, void *user) {
    (void)user;
    return leaf->op == OP_ACCUMULATED;
}

Value builtin_total(Elaborator *e, const Builtin *builtin, const Bound *call) {
    if (e->purpose != PURPOSE_METRIC)
        return fail(e, call->range, "wrong-place", "total stands in metrics only");
    Node *node = want_tensor(e, call->values[0], call->ranges[0], "the argument of total");
    if (!node) return value_error();
    if (node_reaches(e, node, is_accumulated, NULL))
        return fail(e, call->range, "wrong-place", "a total cannot depend on another total");
    Type type = node->type;
    type.batched = true;
    node = make_broadcast(e, call->range, node, type);
    AccumulatorVec *accumulators = &e->model->accumulators;
    for (int64_t i = 0; i < accumulators->count; i++)
        if (accumulators->items[i].value == node) return value_tensor(accumulators->items[i].leaf);
    type.batched = false;
    origin_set(e, call->range);
    Accumulator accumulator = {
        .value = node, .leaf = graph_leaf(e->graph, builtin->op, accumulators->count, type)};
    VEC_PUSH(e->arena, *accumulators, accumulator);
    return value_tensor(accumulator.leaf);
}
