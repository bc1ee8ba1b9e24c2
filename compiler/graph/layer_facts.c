/* layer_facts.c: see layer_facts.h. Layers are found by their paths, and what feeds one by a walk
 * from its result down to the results of others and to inputs.
 */

#include "graph/layer_facts.h"

#include "graph/views.h"
#include "support/checked_math.h"

#include <stdlib.h>
#include <string.h>

/* The product, held to the largest number where it does not fit: a model may be checked that no
 * machine could run. */
static int64_t times(int64_t a, int64_t b) {
    int64_t product;
    return checked_multiply(a, b, &product) ? product : INT64_MAX;
}

/* Taps in the padding count like the others. */
static int64_t window_operations(const Node *node) {
    const int64_t *size = node->attr.window.size;
    int64_t results = shape_elements(node->type.shape);
    if (op_table[node->op].arity == 1) return times(times(size[0], size[1]), results);
    Shape w = node->operands[1]->type.shape;
    if (node->op == OP_CONV_INPUT) results = shape_elements(node->operands[0]->type.shape);
    return times(times(2 * size[0], size[1]), times(w.dims[2], results));
}

static int64_t node_operations(const Node *node) {
    if (op_table[node->op].properties & (OP_IS_LEAF | OP_IS_MOVEMENT)) return 0;
    if (node->op == OP_MATMUL) {
        const Shape *a = &node->operands[0]->type.shape;
        int64_t inner = node->attr.transpose_a ? a->dims[0] : a->dims[1];
        return times(2 * inner, shape_elements(node->type.shape));
    }
    if (op_table[node->op].attr == ATTR_WINDOW) return window_operations(node);
    int64_t elements = shape_elements(node->type.shape);
    for (int i = 0; i < node->operand_count; i++) {
        int64_t more = shape_elements(node->operands[i]->type.shape);
        if (more > elements) elements = more;
    }
    return elements;
}

/* A layer to be found by its path. */
typedef struct Entry {
    const char *path;
    LayerFact *fact;
} Entry;

static int compare_paths(const void *a, const void *b) {
    return strcmp(((const Entry *)a)->path, ((const Entry *)b)->path);
}

/* The layer at the top whose path the first word of `path` is; NULL: none. */
static LayerFact *layer_of(Arena *arena, const Entry *entries, int64_t count, const char *path) {
    Entry key = {.path = path};
    size_t length = strcspn(path, ".");
    if (path[length]) key.path = arena_text(arena, path, length);
    const Entry *entry = bsearch(&key, entries, (size_t)count, sizeof *entries, compare_paths);
    return entry ? entry->fact : NULL;
}

/* What the layers' results need. Nodes of derivatives and of other views, which carry the layers'
 * paths too, are not among it. */
static NodeVec forward_nodes(Arena *arena, const Model *model) {
    View forward = {.name = ""};
    for (int64_t i = 0; i < model->layers.count; i++)
        VEC_PUSH(arena, forward.results, ((ViewResult){.node = model->layers.items[i].result}));
    return view_nodes(arena, &forward);
}

static void add_up(Arena *arena, const Model *model, LayerFact *facts) {
    int64_t count = model->layers.count;
    if (count == 0) return;
    Entry *entries = ARENA_ARRAY(arena, Entry, count);
    for (int64_t i = 0; i < count; i++)
        entries[i] = (Entry){model->layers.items[i].path, &facts[i]};
    qsort(entries, (size_t)count, sizeof *entries, compare_paths);
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (variable->role != ROLE_PARAMETER) continue;
        LayerFact *fact = layer_of(arena, entries, count, variable->name);
        if (fact) fact->parameters += shape_elements(variable->type.shape);
    }
    NodeVec forward = forward_nodes(arena, model);
    for (int64_t i = 0; i < forward.count; i++) {
        const Node *node = forward.items[i];
        if (!node->type.batched || !node->origin || !node->origin->path) continue;
        LayerFact *fact = layer_of(arena, entries, count, node->origin->path);
        if (!fact) continue;
        if (!checked_add(fact->operations, node_operations(node), &fact->operations))
            fact->operations = INT64_MAX;
    }
}

enum { NO_LAYER = -1 };

/* What the walks share; arrays are by node id. */
typedef struct Walk {
    Arena *arena;
    const Model *model;
    int64_t *layer_at; /* the first layer that a node is the result of, or NO_LAYER */
    int64_t *seen_by;  /* 1 + the last walk that met a node */
    NodeVec stack;
} Walk;

static int compare_numbers(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t input_of(const Model *model, const Node *node) {
    for (int64_t i = 0; i < model->inputs.count; i++)
        if (model->inputs.items[i].leaf == node) return i;
    return -1;
}

/* The sources of `root`, which is entry `self` of the facts. */
static void find_sources(Walk *walk, Node *root, int64_t self, LayerFact *fact) {
    VEC(int64_t) sources = {0};
    walk->stack.count = 0;
    VEC_PUSH(walk->arena, walk->stack, root);
    walk->seen_by[root->id] = self + 1;
    while (walk->stack.count > 0) {
        Node *node = walk->stack.items[--walk->stack.count];
        int64_t layer = walk->layer_at[node->id], input = input_of(walk->model, node);
        if (layer != NO_LAYER && layer != self) {
            VEC_PUSH(walk->arena, sources, layer);
            continue;
        }
        if (input >= 0) {
            int64_t code = -1 - input;
            VEC_PUSH(walk->arena, sources, code);
            continue;
        }
        for (int i = 0; i < node->operand_count; i++) {
            Node *operand = node->operands[i];
            if (walk->seen_by[operand->id] == self + 1) continue;
            walk->seen_by[operand->id] = self + 1;
            VEC_PUSH(walk->arena, walk->stack, operand);
        }
    }
    if (sources.count > 1)
        qsort(sources.items, (size_t)sources.count, sizeof *sources.items, compare_numbers);
    fact->sources = sources.items;
    fact->source_count = sources.count;
}

LayerFact *layer_facts(Arena *arena, const Model *model) {
    int64_t layers = model->layers.count, outputs = model->outputs.count;
    int64_t nodes = model->graph.nodes.count;
    LayerFact *facts = ARENA_ARRAY(arena, LayerFact, layers + outputs);
    add_up(arena, model, facts);
    Walk walk = {.arena = arena, .model = model};
    walk.layer_at = ARENA_ARRAY(arena, int64_t, nodes);
    walk.seen_by = ARENA_ARRAY(arena, int64_t, nodes);
    for (int64_t i = 0; i < nodes; i++)
        walk.layer_at[i] = NO_LAYER;
    for (int64_t i = layers - 1; i >= 0; i--)
        walk.layer_at[model->layers.items[i].result->id] = i;
    for (int64_t i = 0; i < layers; i++)
        find_sources(&walk, model->layers.items[i].result, i, &facts[i]);
    for (int64_t i = 0; i < outputs; i++)
        find_sources(&walk, model->outputs.items[i].node, layers + i, &facts[layers + i]);
    return facts;
}
