/* functions.c: the distinct kernels of a plan.
 *
 * Two kernels are one function when a text that says everything the code depends on is equal:
 * family, operations with their attributes and types, layouts of operands and roots, and which
 * operand's memory a root takes. Streams of draws and indices of hypers are arguments.
 */

#include "passes/schedule.h"
#include "support/intern.h"

static void add_type(Text *key, Type type) {
    type_print(key, type);
    text_add_char(key, ' ');
}

static void add_window(Text *key, const Window *window) {
    for (int i = 0; i < 2; i++)
        text_format(key, "%lld %lld %lld %lld %lld %lld ", (long long)window->size[i],
                    (long long)window->stride[i], (long long)window->dilation[i],
                    (long long)window->before[i], (long long)window->after[i],
                    (long long)window->extent[i]);
    text_format(key, "%lld", (long long)window->groups);
}

static void add_attr(Text *key, const Node *node) {
    const Attr *attr = &node->attr;
    switch (op_table[node->op].attr) {
    case ATTR_NONE:
    case ATTR_STREAM:
    case ATTR_LITERAL: break; /* literals are operands */
    case ATTR_NUMBER: text_format(key, "%a", attr->number); break;
    case ATTR_INDEX:
        if (node->op != OP_HYPER) text_format(key, "%lld", (long long)attr->index);
        break;
    case ATTR_RUNTIME: text_format(key, "%d %lld", attr->runtime, (long long)attr->index); break;
    case ATTR_TRANSPOSE: text_format(key, "%d%d", attr->transpose_a, attr->transpose_b); break;
    case ATTR_AXES: text_format(key, "%x", attr->axes); break;
    case ATTR_AXIS: text_format(key, "%d", attr->axis); break;
    case ATTR_SLICE:
        text_format(key, "%d %lld %lld", attr->axis, (long long)attr->from, (long long)attr->to);
        break;
    case ATTR_PERMUTATION:
        for (int i = 0; i < node->type.shape.rank; i++)
            text_format(key, "%d ", attr->order[i]);
        break;
    case ATTR_PAD:
        text_format(key, "%a", attr->number);
        for (int i = 0; i < node->type.shape.rank; i++)
            text_format(key, " %lld %lld", (long long)attr->before[i], (long long)attr->after[i]);
        break;
    case ATTR_WINDOW: add_window(key, &attr->window); break;
    }
}

/* The node's position among the kernel's inputs, or its own nodes. */
static void add_reference(Text *key, const Kernel *kernel, const Node *node) {
    for (int64_t i = 0; i < kernel->inputs.count; i++)
        if (kernel->inputs.items[i].node == node) {
            text_format(key, "i%lld ", (long long)i);
            return;
        }
    int64_t low = 0, high = kernel->nodes.count; /* nodes are ordered by id */
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (kernel->nodes.items[middle]->id < node->id)
            low = middle + 1;
        else
            high = middle;
    }
    text_format(key, "n%lld ", (long long)low);
}

static void add_bindings(Text *key, const Plan *plan, const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        Binding input = kernel->inputs.items[i];
        text_format(key, "in %d ", plan->buffers.items[input.buffer].layout);
        add_type(key, input.node->type);
    }
    for (int64_t i = 0; i < kernel->outputs.count; i++) {
        Binding output = kernel->outputs.items[i];
        text_format(key, "out %d ", plan->buffers.items[output.buffer].layout);
        add_type(key, plan->buffers.items[output.buffer].type);
        if (kernel->family != KERNEL_COPY) add_reference(key, kernel, output.node);
        for (int64_t j = 0; j < kernel->inputs.count; j++)
            if (plan_place(plan, kernel->inputs.items[j].buffer) == plan_place(plan, output.buffer))
                text_format(key, "over %lld ", (long long)j);
    }
}

static const char *kernel_key(const Plan *plan, const Kernel *kernel, Interner *interner) {
    Text key;
    text_init(&key, plan->arena);
    text_format(&key, "%s %d.%lld%d%d ", kernel_family_names[kernel->family], kernel->transposed,
                (long long)kernel->turned_groups, kernel->b_is_transposed_copy, kernel->compact);
    add_type(&key, kernel->domain);
    add_bindings(&key, plan, kernel);
    for (int64_t i = 0; i < kernel->nodes.count; i++) {
        const Node *node = kernel->nodes.items[i];
        text_format(&key, "\n%s%s ", node == kernel->heart ? "*" : "", op_table[node->op].name);
        add_type(&key, node->type);
        for (int j = 0; j < node->operand_count; j++)
            add_reference(&key, kernel, node->operands[j]);
        add_attr(&key, node);
    }
    return intern_text(interner, key.chars);
}

void functions_share(Plan *plan) {
    Interner interner;
    intern_init(&interner, plan->arena);
    VEC(const char *) keys = {0};
    for (int64_t v = 0; v < plan->views.count; v++) {
        KernelVec *kernels = &plan->views.items[v].kernels;
        for (int64_t k = 0; k < kernels->count; k++) {
            Kernel *kernel = &kernels->items[k];
            const char *key = kernel_key(plan, kernel, &interner);
            int32_t function = 0;
            while (function < keys.count &&
                   !(plan->options.share_functions && keys.items[function] == key))
                function++;
            if (function == keys.count) {
                const char *name = arena_format(plan->arena, "%s_%d",
                                                kernel_family_names[kernel->family], function);
                VEC_PUSH(plan->arena, plan->functions, ((KernelFunction){kernel, name}));
                VEC_PUSH(plan->arena, keys, key);
            }
            kernel->function = function;
        }
    }
}
