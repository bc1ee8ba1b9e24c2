/* kernel_info.c: see kernel_info.h.
 *
 * Work is counted as textbooks do: twice the multiplications of a product or convolution, one for
 * each pixel of a pool's windows, one for each element of anything else that computes. A kernel is
 * backward when none of its results is needed for the loss or an output.
 */

#include "codegen/kernel_info.h"

#include "codegen/kernel_cost.h"
#include "graph/print.h"

#include <inttypes.h>

enum { OPERATIONS_MOST = 40 };

/* ---- work ---- */

static double elements_of(Type type) {
    return (double)shape_elements(type.shape);
}

/* One operation for each pixel of each window. */
static double pool_work(const Node *node, Type pooled) {
    return elements_of(pooled) * (double)(node->attr.window.size[0] * node->attr.window.size[1]);
}

/* Floating-point operations of a node, and whether they are those of one sample. */
static double node_work(const Node *node, bool *per_sample) {
    unsigned properties = op_table[node->op].properties;
    *per_sample = node->type.batched;
    if (properties & (OP_IS_LEAF | OP_IS_MOVEMENT)) return 0;
    double elements = elements_of(node->type);
    for (int i = 0; i < node->operand_count; i++) {
        double more = elements_of(node->operands[i]->type);
        if (more > elements) elements = more;
        *per_sample |= node->operands[i]->type.batched;
    }
    switch (node->op) {
    case OP_MATMUL:
    case OP_CONTRACT:
    case OP_CONVOLUTION:
    case OP_CONV_INPUT:
    case OP_CONV_WEIGHTS: return 2 * kernel_multiplications(node);
    case OP_MAXPOOL:
    case OP_AVGPOOL: return pool_work(node, node->type);
    case OP_MAXPOOL_INPUT: return pool_work(node, node->operands[1]->type);
    case OP_AVGPOOL_INPUT: return pool_work(node, node->operands[0]->type);
    default: return elements;
    }
}

static void kernel_work(const Kernel *kernel, double *fixed, double *sample) {
    *fixed = *sample = 0;
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        bool per_sample;
        double work = node_work(kernel->nodes.items[i], &per_sample);
        *(per_sample ? sample : fixed) += work;
    }
}

/* ---- what and where ---- */

/* The operations that compute, in order, those that follow one another once: "matmul add max". */
static const char *operations_of(Arena *arena, const Kernel *kernel) {
    Text text;
    text_init(&text, arena);
    OpKind last = OP_COUNT;
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        OpKind op = kernel->nodes.items[i]->op;
        if (op == last || op_table[op].properties & (OP_IS_LEAF | OP_IS_MOVEMENT)) continue;
        if (text.length > OPERATIONS_MOST) {
            text_add(&text, " ..");
            break;
        }
        text_format(&text, "%s%s", text.length ? " " : "", op_table[op].name);
        last = op;
    }
    if (!text.length)
        text_add(&text, kernel->nodes.count ? op_table[kernel->nodes.items[0]->op].name : "copy");
    return text.chars;
}

/* "digits.nn:9 dense_2": where the kernel comes from, without the file's folders. */
static const char *place_of(Arena *arena, const Kernel *kernel) {
    Text text;
    text_init(&text, arena);
    origin_print(&text, kernel->origin);
    const char *begin = text.length ? text.chars : "";
    for (const char *c = begin; *c && *c != ' '; c++)
        if (*c == '/') begin = c + 1;
    return begin;
}

/* By node id: needed for the loss or for an output. */
static bool *forward_nodes(const Codegen *codegen, const ViewPlan *view) {
    View forward = {.kind = view->view.kind, .name = ""};
    for (int64_t i = 0; i < view->view.results.count; i++) {
        ViewResult result = view->view.results.items[i];
        if (result.kind == RESULT_LOSS || result.kind == RESULT_OUTPUT ||
            result.kind == RESULT_PENALTY)
            VEC_PUSH(codegen->arena, forward.results, result);
    }
    bool *is_forward = ARENA_ARRAY(codegen->arena, bool, codegen->plan->model->graph.nodes.count);
    NodeVec nodes = view_nodes(codegen->arena, &forward);
    for (int64_t i = 0; i < nodes.count; i++)
        is_forward[nodes.items[i]->id] = true;
    return is_forward;
}

static bool is_backward(const Kernel *kernel, const bool *is_forward) {
    for (int64_t i = 0; i < kernel->outputs.count; i++)
        if (is_forward[kernel->outputs.items[i].node->id]) return false;
    return !kernel->heart || !is_forward[kernel->heart->id];
}

/* ---- the text ---- */

static void add_output(Text *text, const Plan *plan, const Binding *binding) {
    Type type = binding->node->type;
    bool panels = plan->buffers.items[binding->buffer].layout == LAYOUT_PANELS;
    char kind = type.element == ELEMENT_CLASS ? 'c'
                : type.batched                ? panels ? 'q' : 's'
                : panels                      ? 'p'
                                              : 'r';
    text_format(text, "\t%c%" PRId64 ",%" PRId64, kind, type_matrix_rows(type),
                type_matrix_columns(type));
}

const char *kernel_info_text(const Codegen *codegen, const ViewPlan *view) {
    ViewKind kind = view->view.kind;
    if (codegen->options->is_twin ||
        (kind != VIEW_TRAIN_STEP && kind != VIEW_GRAIN && kind != VIEW_PREDICT))
        return NULL;
    const bool *is_forward = forward_nodes(codegen, view);
    Text text;
    text_init(&text, codegen->arena);
    for (int64_t i = 0; i < view->kernels.count; i++) {
        const Kernel *kernel = &view->kernels.items[i];
        double fixed, sample;
        kernel_work(kernel, &fixed, &sample);
        text_format(&text, "%s\t%s\t%c\t%.6g\t%.6g\t%.5g\t%" PRId64,
                    place_of(codegen->arena, kernel), operations_of(codegen->arena, kernel),
                    is_backward(kernel, is_forward) ? 'b' : 'f', fixed, sample,
                    (double)kernels_enough_samples(codegen, kernel, 1), kernel->inputs.count);
        for (int64_t k = 0; k < kernel->outputs.count; k++)
            add_output(&text, codegen->plan, &kernel->outputs.items[k]);
        text_add_char(&text, '\n');
    }
    return text.chars;
}
