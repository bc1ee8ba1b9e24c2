/* graph.c: making nodes. Equal requests give the same node, through a hash table over operation,
 * type, attributes and operands.
 *
 * Attributes are first reduced to the fields that count for the operation, so that a stray field
 * never keeps two equal nodes apart. The stable forms are recognised here (stable.c), before a node
 * is made. Nothing else is simplified: that is for the passes.
 */

#include "graph/graph.h"
#include "graph/model.h"
#include "graph/stable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 256 };

void graph_init(Graph *graph, Arena *arena) {
    *graph = (Graph){.arena = arena, .bucket_count = FIRST_BUCKETS};
    graph->buckets = ARENA_ARRAY(arena, Node *, FIRST_BUCKETS);
}

/* ---- hash consing ---- */

static Attr attr_that_counts(OpKind op, const Attr *attr, const Type *type) {
    Attr result = {0};
    switch (op_table[op].attr) {
    case ATTR_NONE: break;
    case ATTR_NUMBER: result.number = attr->number; break;
    case ATTR_LITERAL: result.literal = attr->literal; break;
    case ATTR_INDEX:
    case ATTR_STREAM: result.index = attr->index; break;
    case ATTR_RUNTIME:
        result.runtime = attr->runtime;
        if (attr->runtime == RUNTIME_PLATEAUS) result.index = attr->index;
        break;
    case ATTR_TRANSPOSE:
        result.transpose_a = attr->transpose_a;
        result.transpose_b = attr->transpose_b;
        break;
    case ATTR_AXES: result.axes = attr->axes; break;
    case ATTR_AXIS: result.axis = attr->axis; break;
    case ATTR_PERMUTATION: memcpy(result.order, attr->order, sizeof result.order); break;
    case ATTR_SLICE:
        result.axis = attr->axis;
        result.from = attr->from;
        result.to = attr->to;
        break;
    case ATTR_PAD:
        for (int i = 0; i < type->shape.rank; i++) {
            result.before[i] = attr->before[i];
            result.after[i] = attr->after[i];
        }
        result.number = attr->number;
        break;
    case ATTR_WINDOW: result.window = attr->window; break;
    }
    if (op_table[op].attr == ATTR_PERMUTATION)
        for (int i = type->shape.rank; i < MAX_RANK; i++)
            result.order[i] = 0;
    return result;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static uint64_t mix_number(uint64_t hash, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return mix(hash, bits);
}

static size_t literal_size(OpKind op, const Type *type) {
    if (op_table[op].attr != ATTR_LITERAL) return 0;
    return (size_t)shape_elements(type->shape) * sizeof(double);
}

static uint64_t node_hash(OpKind op, const Attr *attr, const Type *type, Node *const *operands,
                          int count) {
    uint64_t hash = mix((uint64_t)op, (uint64_t)type->element * 2 + type->batched);
    hash = mix(hash, (uint64_t)type->shape.rank);
    for (int i = 0; i < type->shape.rank; i++)
        hash = mix(hash, (uint64_t)type->shape.dims[i]);
    hash = mix_number(hash, attr->number);
    int64_t numbers[6] = {attr->index, attr->from, attr->to, attr->runtime, attr->axes, attr->axis};
    for (int i = 0; i < 6; i++)
        hash = mix(hash, (uint64_t)numbers[i]);
    for (int i = 0; i < MAX_RANK; i++)
        hash = mix(hash, (uint64_t)attr->order[i]);
    for (int i = 0; i < 2; i++) {
        hash = mix(hash, (uint64_t)(attr->window.size[i] * 64 + attr->window.stride[i]));
        hash = mix(hash, (uint64_t)(attr->window.before[i] * 64 + attr->window.after[i]));
    }
    size_t literal_count = literal_size(op, type) / sizeof(double);
    for (size_t i = 0; i < literal_count; i++)
        hash = mix_number(hash, attr->literal[i]);
    for (int i = 0; i < count; i++)
        hash = mix(hash, (uint64_t)operands[i]->id);
    return hash ^ hash >> 29;
}

/* Numbers are compared by their bits: 0 and -0 differ, a NaN equals itself. */
static bool same_node(const Node *node, OpKind op, const Attr *attr, const Type *type,
                      Node *const *operands, int count) {
    if (node->op != op || node->operand_count != count || !type_equal(node->type, *type))
        return false;
    if (count && memcmp(node->operands, operands, sizeof *operands * (size_t)count)) return false;
    const Attr *other = &node->attr;
    if (memcmp(&other->number, &attr->number, sizeof attr->number)) return false;
    if (other->index != attr->index || other->from != attr->from || other->to != attr->to)
        return false;
    if (other->runtime != attr->runtime || other->axes != attr->axes || other->axis != attr->axis)
        return false;
    if (other->transpose_a != attr->transpose_a || other->transpose_b != attr->transpose_b)
        return false;
    if (memcmp(other->order, attr->order, sizeof attr->order)) return false;
    if (memcmp(other->before, attr->before, sizeof attr->before)) return false;
    if (memcmp(other->after, attr->after, sizeof attr->after)) return false;
    if (!window_equal(&other->window, &attr->window)) return false;
    size_t size = literal_size(op, type);
    if (!size || other->literal == attr->literal) return true;
    return other->literal && attr->literal && !memcmp(other->literal, attr->literal, size);
}

/* Makes the table anew, from the nodes as they are numbered now. */
static void fill_buckets(Graph *graph, int64_t bucket_count) {
    graph->buckets = ARENA_ARRAY(graph->arena, Node *, bucket_count);
    graph->bucket_count = bucket_count;
    for (int64_t i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.items[i];
        uint64_t hash =
            node_hash(node->op, &node->attr, &node->type, node->operands, node->operand_count);
        Node **bucket = &graph->buckets[hash & (uint64_t)(bucket_count - 1)];
        node->next_same_hash = *bucket;
        *bucket = node;
    }
}

void graph_keep(Graph *graph, const bool *needed) {
    int64_t count = 0;
    for (int64_t i = 0; i < graph->nodes.count; i++) {
        if (!needed[i]) continue;
        graph->nodes.items[count] = graph->nodes.items[i];
        graph->nodes.items[count]->id = (int32_t)count;
        count++;
    }
    graph->nodes.count = count;
    fill_buckets(graph, graph->bucket_count);
}

static Node *find_or_make(Graph *graph, OpKind op, Attr attr, Type type, Node *const *operands,
                          int count) {
    uint64_t hash = node_hash(op, &attr, &type, operands, count);
    Node *found = graph->buckets[hash & (uint64_t)(graph->bucket_count - 1)];
    for (; found; found = found->next_same_hash)
        if (same_node(found, op, &attr, &type, operands, count)) return found;
    if (graph->nodes.count >= graph->bucket_count) fill_buckets(graph, graph->bucket_count * 4);

    Node *node = ARENA_NEW(graph->arena, Node);
    node->id = (int32_t)graph->nodes.count;
    node->op = op;
    node->type = type;
    node->attr = attr;
    size_t size = literal_size(op, &type);
    if (size) node->attr.literal = arena_copy(graph->arena, attr.literal, size);
    node->operand_count = count;
    node->operands = ARENA_ARRAY(graph->arena, Node *, count);
    if (count) memcpy(node->operands, operands, sizeof *operands * (size_t)count);
    node->origin = graph->origin;
    Node **bucket = &graph->buckets[hash & (uint64_t)(graph->bucket_count - 1)];
    node->next_same_hash = *bucket;
    *bucket = node;
    VEC_PUSH(graph->arena, graph->nodes, node);
    return node;
}

/* ---- any node ---- */

/* The types of a model's leaves are known to the model. */
static const Type *type_from_model(const Graph *graph, OpKind op, int64_t index) {
    const Model *model = graph->model;
    if (!model || index < 0) return NULL;
    switch (op) {
    case OP_INPUT: return index < model->inputs.count ? &model->inputs.items[index].type : NULL;
    case OP_VARIABLE:
    case OP_GRADIENT:
        return index < model->variables.count ? &model->variables.items[index].type : NULL;
    default: return NULL;
    }
}

Node *graph_node(Graph *graph, OpKind op, Attr attr, Node *const *operands, int count,
                 const Type *type) {
    Type few[8];
    Type *types = count <= 8 ? few : ARENA_ARRAY(graph->arena, Type, count);
    for (int i = 0; i < count; i++)
        types[i] = operands[i]->type;
    if (!type) type = type_from_model(graph, op, attr.index);
    Type result = {0};
    const char *problem = infer_check(graph->arena, op, &attr, types, count, type, &result);
    if (problem[0]) {
        fprintf(stderr, "nnc: internal error: making a node of %s: %s\n", op_table[op].name,
                problem);
        abort();
    }
    if (!graph->forms_closed) {
        Node *stable = stable_form(graph, op, operands);
        if (stable) return stable;
    }
    return find_or_make(graph, op, attr_that_counts(op, &attr, &result), result, operands, count);
}

/* ---- shorthands ---- */

Node *graph_constant(Graph *graph, double number) {
    return graph_node(graph, OP_CONSTANT, (Attr){.number = number}, NULL, 0, NULL);
}

Node *graph_full(Graph *graph, double number, Type type) {
    return graph_broadcast(graph, graph_constant(graph, number), type);
}

Node *graph_leaf(Graph *graph, OpKind op, int64_t index, Type type) {
    return graph_node(graph, op, (Attr){.index = index}, NULL, 0, &type);
}

Node *graph_unary(Graph *graph, OpKind op, Node *a) {
    return graph_node(graph, op, (Attr){0}, &a, 1, NULL);
}

Node *graph_binary(Graph *graph, OpKind op, Node *a, Node *b) {
    Node *operands[2] = {a, b};
    return graph_node(graph, op, (Attr){0}, operands, 2, NULL);
}

Node *graph_select(Graph *graph, Node *condition, Node *yes, Node *no) {
    Node *operands[3] = {condition, yes, no};
    return graph_node(graph, OP_SELECT, (Attr){0}, operands, 3, NULL);
}

Node *graph_broadcast(Graph *graph, Node *a, Type type) {
    if (type_equal(a->type, type)) return a;
    return graph_node(graph, OP_BROADCAST, (Attr){0}, &a, 1, &type);
}

Node *graph_reshape(Graph *graph, Node *a, Shape shape) {
    if (shape_equal(a->type.shape, shape)) return a;
    Type type = a->type;
    type.shape = shape;
    return graph_node(graph, OP_RESHAPE, (Attr){0}, &a, 1, &type);
}

Node *graph_reduce(Graph *graph, OpKind op, Node *a, uint32_t axes) {
    if (!axes && op != OP_FIRST_MAX) return a;
    return graph_node(graph, op, (Attr){.axes = axes}, &a, 1, NULL);
}

Node *graph_matmul(Graph *graph, Node *a, Node *b, bool transpose_a, bool transpose_b) {
    Node *operands[2] = {a, b};
    Attr attr = {.transpose_a = transpose_a, .transpose_b = transpose_b};
    return graph_node(graph, OP_MATMUL, attr, operands, 2, NULL);
}

Node *graph_binary_broadcast(Graph *graph, OpKind op, Node *a, Node *b) {
    Type type = {.element = a->type.element, .batched = a->type.batched || b->type.batched};
    if (!shape_broadcast(a->type.shape, b->type.shape, &type.shape)) {
        fprintf(stderr, "nnc: internal error: operands of %s do not fit\n", op_table[op].name);
        abort();
    }
    return graph_binary(graph, op, graph_broadcast(graph, a, type),
                        graph_broadcast(graph, b, type));
}

bool node_is_constant(const Node *node, double *number) {
    while (node->op == OP_BROADCAST || node->op == OP_RESHAPE)
        node = node->operands[0];
    if (node->op != OP_CONSTANT) return false;
    *number = node->attr.number;
    return true;
}
