/* plan_print.c: a plan as text: the views with their kernels.
 *
 *     train_step: 16 kernels, 2816 B + 1616 B a sample
 *       4 matmul_4       real[n, 1, 10]   %31 = %30 @ dense_2.w            # digits.nn:11 dense_2
 *             reads %30, dense_2.w panels; writes %31 samples+1284 40 B
 *
 * Bytes and offsets of values with a batch axis are those of one sample.
 */

#include "graph/print.h"
#include "passes/formula.h"

#include <inttypes.h>

enum { FORMULA_WIDTH = 76, FORMULA_COLUMN = 38, COMMENT_COLUMN = 92 };

static void pad_to(Text *text, size_t begin, int column) {
    int length = (int)(text->length - begin);
    text_indent(text, length < column ? column - length : 1);
}

static void print_reads(Text *text, const Plan *plan, const Kernel *kernel,
                        const int32_t *numbers) {
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        Binding input = kernel->inputs.items[i];
        text_add(text, i ? ", " : "reads ");
        formula_print_name(text, plan, input, numbers);
        if (i == 1 && kernel->b_is_transposed_copy) text_add_char(text, '\'');
        if (plan->buffers.items[input.buffer].layout == LAYOUT_PANELS) text_add(text, " panels");
    }
    if (kernel->inputs.count) text_add(text, "; ");
}

static void print_writes(Text *text, const Plan *plan, const Kernel *kernel,
                         const int32_t *numbers) {
    for (int64_t i = 0; i < kernel->outputs.count; i++) {
        Binding output = kernel->outputs.items[i];
        const Buffer *buffer = &plan->buffers.items[output.buffer];
        text_add(text, i ? ", " : "writes ");
        formula_print_name(text, plan, output, numbers);
        if (kernel->transposed) text_add_char(text, '\'');
        if (buffer->place != PLACE_VARIABLE)
            text_format(text, " %s+%" PRId64, buffer->place == PLACE_SAMPLES ? "samples" : "fixed",
                        buffer->offset);
        text_format(text, "%s %" PRId64 " B", buffer->layout == LAYOUT_PANELS ? " panels" : "",
                    buffer->bytes);
        if (buffer->shares >= 0) text_add(text, " in place");
    }
}

static void print_kernel(Text *text, const Plan *plan, const Kernel *kernel,
                         const int32_t *numbers) {
    size_t begin = text->length;
    text_format(text, "%4" PRId32 " %-15s ", kernel->id,
                plan->functions.items[kernel->function].name);
    type_print(text, kernel->domain);
    for (int64_t i = 0; i < kernel->outputs.count; i++) {
        if (i) {
            text_add_char(text, '\n');
            begin = text->length;
        }
        pad_to(text, begin, FORMULA_COLUMN);
        formula_print(text, plan, kernel, kernel->outputs.items[i], numbers, FORMULA_WIDTH);
        Text origin;
        text_init(&origin, text->arena);
        origin_print(&origin, kernel->origin);
        if (i || !origin.length) continue;
        pad_to(text, begin, COMMENT_COLUMN);
        text_format(text, " # %s", origin.chars);
    }
    text_add(text, "\n          ");
    print_reads(text, plan, kernel, numbers);
    print_writes(text, plan, kernel, numbers);
    text_add_char(text, '\n');
}

/* The same numbers as in view_print(). */
static const int32_t *number_nodes(Arena *arena, const Plan *plan, const ViewPlan *view) {
    NodeVec nodes = view_nodes(arena, &view->view);
    int32_t *numbers = ARENA_ARRAY(arena, int32_t, plan->model->graph.nodes.count);
    for (int64_t i = 0; i < nodes.count; i++)
        numbers[nodes.items[i]->id] = (int32_t)i;
    return numbers;
}

static void print_results(Text *text, const Plan *plan, const ViewPlan *view,
                          const int32_t *numbers) {
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->view.results.items[i];
        Binding binding = view->results.items[i];
        const Buffer *buffer = &plan->buffers.items[binding.buffer];
        if (result->kind == RESULT_VARIABLE) continue; /* said where it is written */
        text_format(text, "     %s ", result_word(result->kind));
        if (result->kind >= RESULT_ACCUMULATOR || result->kind == RESULT_GRADIENT)
            text_format(text, "%" PRId64 " ", result->index);
        text_add(text, "is ");
        formula_print_name(text, plan, binding, numbers);
        text_format(text, " %s+%" PRId64 "\n", buffer->place == PLACE_FIXED ? "fixed" : "samples",
                    buffer->offset);
    }
}

void plan_print(Text *text, const Plan *plan) {
    for (int64_t v = 0; v < plan->views.count; v++) {
        const ViewPlan *view = &plan->views.items[v];
        const int32_t *numbers = number_nodes(text->arena, plan, view);
        text_format(text, "%s%s: %" PRId64 " kernels, %" PRId64 " B + %" PRId64 " B a sample\n",
                    v ? "\n" : "", view->view.name, view->kernels.count, view->fixed_bytes,
                    view->sample_bytes);
        for (int64_t k = 0; k < view->kernels.count; k++) {
            const Kernel *kernel = &view->kernels.items[k];
            if (kernel->chain > 1)
                text_format(text, "     %" PRId32 " .. %" PRId32 " a few samples at a time:\n",
                            kernel->id, kernel->id + kernel->chain - 1);
            print_kernel(text, plan, kernel, numbers);
        }
        print_results(text, plan, view, numbers);
    }
}
