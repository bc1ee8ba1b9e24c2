/* pictures.c: see pictures.h. */

#include "graph/pictures.h"

enum { LEAST_SIDE = 6 };

bool picture_of(Shape shape, int64_t dims[3]) {
    dims[0] = shape.dims[0];
    dims[1] = shape.dims[1];
    dims[2] = shape.rank == 3 ? shape.dims[2] : 1;
    if (shape.rank == 1) {
        int64_t side = 0;
        while ((side + 1) * (side + 1) <= shape.dims[0])
            side++;
        if (side * side != shape.dims[0]) return false;
        dims[0] = dims[1] = side;
    }
    return shape.rank >= 1 && shape.rank <= 3 && dims[0] >= LEAST_SIDE && dims[1] >= LEAST_SIDE &&
           (dims[2] == 1 || dims[2] == 3);
}

bool input_picture(const ModelInput *input, int64_t dims[3]) {
    return !input->is_target && input->type.element == ELEMENT_REAL &&
           picture_of(input->type.shape, dims);
}

/* What a node is to an input. The order matters: of several operands the last kind counts. */
typedef enum Sight {
    SIGHT_NONE,  /* made of no input, or a summary of one */
    SIGHT_SAME,  /* its numbers in their order, each perhaps changed */
    SIGHT_MOVED, /* its numbers elsewhere */
    SIGHT_OTHER, /* something else that is made of the samples */
} Sight;

typedef struct Seen {
    Sight sight;
    int64_t input; /* with SAME and MOVED */
} Seen;

/* Of the operands together; different inputs do not go together. */
static Seen see_operands(const Node *node, const Seen *seen) {
    Seen all = {SIGHT_NONE, -1};
    for (int32_t i = 0; i < node->operand_count; i++) {
        Seen one = seen[node->operands[i]->id];
        if (one.sight == SIGHT_NONE) continue;
        if (all.sight != SIGHT_NONE && all.input != one.input) return (Seen){SIGHT_OTHER, -1};
        if (one.sight > all.sight) all = one;
    }
    return all;
}

static Seen see(const Node *node, const Seen *seen) {
    unsigned properties = op_table[node->op].properties;
    Seen all = see_operands(node, seen);
    if (node->op == OP_INPUT) return (Seen){SIGHT_SAME, node->attr.index};
    if (all.sight == SIGHT_NONE || all.sight == SIGHT_OTHER) return all;
    if (properties & OP_IS_REDUCTION) return (Seen){SIGHT_NONE, -1}; /* how bright it is, ... */
    if (properties & OP_IS_ELEMENTWISE || node->op == OP_RESHAPE) return all;
    bool moves = properties & OP_IS_MOVEMENT && node->operand_count == 1;
    moves |= node->op == OP_RESAMPLE;
    return moves ? (Seen){SIGHT_MOVED, all.input} : (Seen){SIGHT_OTHER, -1};
}

/* Whether a product's second operand is a parameter whose units are pictures. */
static bool has_filters(const Model *model, const Node *node, const Seen *seen, Filters *filters) {
    if (node->op != OP_CONVOLUTION && node->op != OP_MATMUL) return false;
    const Node *weights = node->operands[1];
    Seen picture = seen[node->operands[0]->id];
    if (weights->op != OP_VARIABLE || picture.input < 0) return false;
    const ModelInput *input = &model->inputs.items[picture.input];
    if (model->variables.items[weights->attr.index].role != ROLE_PARAMETER || input->is_target ||
        input->type.element != ELEMENT_REAL)
        return false;
    filters->variable = weights->attr.index;
    filters->input = picture.input;
    int64_t *dims = filters->dims;
    const Shape *shape = &weights->type.shape;
    if (node->op == OP_MATMUL)
        return picture.sight == SIGHT_SAME && !node->attr.transpose_a && !node->attr.transpose_b &&
               input_picture(input, dims) && shape->rank == 2 &&
               shape->dims[0] == shape_elements(input->type.shape);
    if (!picture_of(node->operands[0]->type.shape, dims) || shape->dims[2] != dims[2]) return false;
    dims[0] = shape->dims[0];
    dims[1] = shape->dims[1];
    return dims[0] * dims[1] > 1;
}

bool first_filters(Arena *arena, const Model *model, const View *view, Filters *filters) {
    NodeVec nodes = view_nodes(arena, view);
    Seen *seen = ARENA_ARRAY(arena, Seen, model->graph.nodes.count);
    for (int64_t i = 0; i < nodes.count; i++) {
        const Node *node = nodes.items[i];
        seen[node->id] = see(node, seen);
        if (has_filters(model, node, seen, filters)) return true;
    }
    return false;
}
