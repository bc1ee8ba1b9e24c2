/* plan_verify.c: checks the contracts of plan.h, kernel by kernel.
 *
 * Each kernel is well formed (every operand computed before or bound, nothing in it that its family
 * does not allow, operands of products as promised), and running the kernels in order on a memory
 * in which every write destroys what overlaps it (plan_verify_memory.c) gives each read the value
 * it names and each result its own.
 */

#include "passes/plan_verify.h"

static const char *problem(const Verifier *verifier, const Kernel *kernel, const char *what) {
    return arena_format(verifier->arena, "%s, kernel %d (%s): %s", verifier->view->view.name,
                        kernel->id, kernel_family_names[kernel->family], what);
}

static bool is_input(const Kernel *kernel, const Node *node) {
    for (int64_t i = 0; i < kernel->inputs.count; i++)
        if (kernel->inputs.items[i].node == node) return true;
    return false;
}

static bool is_product(const Kernel *kernel) {
    return family_is_product(kernel->family) || kernel->family == KERNEL_SCATTER;
}

/* ---- what a family allows ---- */

static bool is_mapped(const Node *node) {
    if (op_table[node->op].properties & (OP_IS_ELEMENTWISE | OP_IS_MOVEMENT)) return true;
    return node_is_inline_leaf(node) || node->op == OP_DRAW_UNIFORM || node->op == OP_DRAW_NORMAL ||
           node->op == OP_TAKE || node->op == OP_ONE_HOT || node_is_pool(node) ||
           node_is_resample(node);
}

static bool allows_in_epilogue(const Node *node) {
    if (node->op == OP_RESHAPE) return true;
    if (op_table[node->op].properties & OP_IS_ELEMENTWISE) return true;
    return node->op == OP_BROADCAST || node_is_inline_leaf(node) || node->op == OP_DRAW_UNIFORM ||
           node->op == OP_DRAW_NORMAL;
}

static bool allows_in_row(const Node *node) {
    if (node_is_row_operation(node)) return true;
    return node->op == OP_RESHAPE || node->op == OP_BROADCAST || node->op == OP_TAKE ||
           node->op == OP_ONE_HOT || allows_in_epilogue(node);
}

static bool allows(const Kernel *kernel, const Node *node) {
    if (node == kernel->heart) return true;
    switch (kernel->family) {
    case KERNEL_MAP:
    case KERNEL_REDUCE: return is_mapped(node);
    case KERNEL_BATCH_SUM: return is_mapped(node) || node->op == OP_BATCH_SUM;
    case KERNEL_ROW: return allows_in_row(node);
    case KERNEL_MATMUL:
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLUTION:
    case KERNEL_CONV_WEIGHTS: return allows_in_epilogue(node);
    default: return false;
    }
}

static bool is_heart_of_family(const Kernel *kernel) {
    const Node *heart = kernel->heart;
    switch (kernel->family) {
    case KERNEL_MATMUL: return heart && heart->op == OP_MATMUL;
    case KERNEL_CONTRACT: return heart && heart->op == OP_CONTRACT;
    case KERNEL_CONVOLUTION:
        return heart && (heart->op == OP_CONVOLUTION || heart->op == OP_CONV_INPUT);
    case KERNEL_CONV_WEIGHTS: return heart && heart->op == OP_CONV_WEIGHTS;
    case KERNEL_SCATTER:
        return heart && (heart->op == OP_SCATTER_SUM || heart->op == OP_RESAMPLE_INPUT);
    case KERNEL_BATCH_SUM: return heart && heart->op == OP_BATCH_SUM;
    case KERNEL_REDUCE: return heart && node_is_reduction(heart);
    default: return !heart;
    }
}

/* ---- one kernel ---- */

static const char *verify_nodes(const Verifier *verifier, const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        if (i > 0 && kernel->nodes.items[i - 1]->id >= node->id)
            return problem(verifier, kernel, "nodes out of order");
        if (!allows(kernel, node))
            return problem(verifier, kernel,
                           arena_format(verifier->arena, "%s is not for this family",
                                        op_table[node->op].name));
        verifier->computed[node->id] = verifier->stamp;
        if (node == kernel->heart && is_product(kernel)) continue;
        for (int j = 0; j < node->operand_count; j++)
            if (verifier->computed[node->operands[j]->id] != verifier->stamp &&
                !is_input(kernel, node->operands[j]))
                return problem(verifier, kernel, "an operand is neither computed nor bound");
    }
    return "";
}

static bool is_root_type(const Kernel *kernel, Type type) {
    Type domain = kernel->domain;
    switch (kernel->family) {
    case KERNEL_MATMUL:
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLUTION:
    case KERNEL_CONV_WEIGHTS: return types_same_matrix(type, domain);
    case KERNEL_ROW: /* a value an element, or one a row */
        return type_equal(type, domain) || type_is_of_rows(type, domain) ||
               (type_matrix_columns(domain) == 1 && types_same_elements(type, domain)) ||
               type.element == ELEMENT_CLASS;
    default: return type_equal(type, domain);
    }
}

static const char *verify_outputs(const Verifier *verifier, const Kernel *kernel) {
    if (kernel->outputs.count == 0) return problem(verifier, kernel, "writes nothing");
    for (int64_t i = 0; i < kernel->outputs.count; i++) {
        Binding output = kernel->outputs.items[i];
        const Buffer *buffer = &verifier->plan->buffers.items[output.buffer];
        if (buffer->place == PLACE_INPUT || buffer->place == PLACE_CONSTANT)
            return problem(verifier, kernel, "writes an input or a constant");
        if (kernel->family == KERNEL_COPY) continue;
        if (verifier->computed[output.node->id] != verifier->stamp)
            return problem(verifier, kernel, "a root is not computed");
        if (!is_root_type(kernel, output.node->type))
            return problem(verifier, kernel, "a root does not have the domain's type");
        if (!type_equal(output.node->type, buffer->type))
            return problem(verifier, kernel, "a root's buffer has another type");
    }
    return "";
}

static const char *verify_copy(const Verifier *verifier, const Kernel *kernel) {
    if (kernel->family != KERNEL_COPY) return "";
    if (kernel->inputs.count != 1 || kernel->outputs.count != 1 || kernel->nodes.count != 0 ||
        kernel->inputs.items[0].node != kernel->outputs.items[0].node)
        return problem(verifier, kernel, "a copy is of one value");
    const Buffer *to = &verifier->plan->buffers.items[kernel->outputs.items[0].buffer];
    if (!types_same_elements(kernel->domain, to->type))
        return problem(verifier, kernel, "a copy keeps the number of elements");
    return "";
}

/* Convolutions read images in rows, and the weights of several groups. */
static const char *verify_images(const Verifier *verifier, const Kernel *kernel, const Buffer *b) {
    const Buffer *a = &verifier->plan->buffers.items[kernel->inputs.items[0].buffer];
    bool weights = kernel->family == KERNEL_CONV_WEIGHTS;
    if (kernel->family != KERNEL_CONVOLUTION && !weights) return "";
    if (a->layout != LAYOUT_ROWS || (weights && b->layout != LAYOUT_ROWS))
        return problem(verifier, kernel, "an image is not in rows");
    if (kernel->heart->attr.window.groups > 1 && b->layout != LAYOUT_ROWS)
        return problem(verifier, kernel, "weights of groups are not in rows");
    return "";
}

static const char *verify_product(const Verifier *verifier, const Kernel *kernel) {
    if (!is_product(kernel)) return "";
    for (int i = 0; i < 2; i++)
        if (kernel->inputs.count < 2 || kernel->inputs.items[i].node != kernel->heart->operands[i])
            return problem(verifier, kernel, "operands do not come first");
    const Buffer *b = &verifier->plan->buffers.items[kernel->inputs.items[1].buffer];
    const char *wrong = verify_images(verifier, kernel, b);
    if (*wrong) return wrong;
    if (kernel->family != KERNEL_MATMUL && kernel->family != KERNEL_CONVOLUTION) return "";
    if (kernel->b_is_transposed_copy != node_turns_operand(kernel->heart))
        return problem(verifier, kernel, "operand b is not turned as the node says");
    int64_t columns = type_matrix_columns(kernel->heart->type);
    if (kernel->b_is_transposed_copy && type_matrix_columns(b->type) != columns)
        return problem(verifier, kernel, "operand b's copy is not turned");
    return "";
}

static const char *verify_bindings(const Verifier *verifier, const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        Binding input = kernel->inputs.items[i];
        const Buffer *buffer = &verifier->plan->buffers.items[input.buffer];
        bool turned = i == 1 && kernel->b_is_transposed_copy;
        if (turned || types_same_matrix(input.node->type, buffer->type)) continue;
        if (buffer->layout != LAYOUT_ROWS || !types_same_elements(input.node->type, buffer->type))
            return problem(verifier, kernel, "an input is bound to a buffer of another type");
    }
    return "";
}

static const char *verify_kernel(Verifier *verifier, const Kernel *kernel) {
    verifier->stamp++;
    if (kernel->function < 0 || kernel->function >= verifier->plan->functions.count)
        return problem(verifier, kernel, "has no function");
    if (!is_heart_of_family(kernel)) return problem(verifier, kernel, "has the wrong heart");
    const char *wrong = verify_nodes(verifier, kernel);
    if (!*wrong) wrong = verify_outputs(verifier, kernel);
    if (!*wrong) wrong = verify_copy(verifier, kernel);
    if (!*wrong) wrong = verify_product(verifier, kernel);
    if (!*wrong) wrong = verify_bindings(verifier, kernel);
    return wrong;
}

const char *plan_verify(Arena *arena, const Plan *plan) {
    Verifier verifier = {
        .arena = arena,
        .plan = plan,
        .computed = ARENA_ARRAY(arena, int32_t, plan->model->graph.nodes.count),
    };
    if (plan->variable_bytes > PLAN_BYTES_LIMIT || plan->fixed_bytes > PLAN_BYTES_LIMIT ||
        plan->sample_bytes > PLAN_BYTES_LIMIT)
        return "the model needs more than 2^60 bytes";
    const char *wrong = verify_shared_places(&verifier);
    for (int64_t v = 0; v < plan->views.count && !*wrong; v++) {
        verifier.view = &plan->views.items[v];
        for (int64_t k = 0; k < verifier.view->kernels.count && !*wrong; k++)
            wrong = verify_kernel(&verifier, &verifier.view->kernels.items[k]);
        if (!*wrong) wrong = verify_memory(&verifier);
    }
    return wrong;
}
