/* plan_print.c: a plan as text, one kernel a line. */

#include "passes/plan.h"

#include <inttypes.h>

static const char *place_word(Place place) {
    static const char *const words[] = {
        [PLACE_INPUT] = "input",     [PLACE_VARIABLE] = "variable", [PLACE_FIXED] = "fixed",
        [PLACE_SAMPLES] = "samples", [PLACE_CONSTANT] = "constant",
    };
    return words[place];
}

static void print_binding(Text *text, const Plan *plan, Binding binding) {
    const Buffer *buffer = &plan->buffers.items[binding.buffer];
    text_format(text, " %%%" PRId32 ":", binding.node->id);
    if (buffer->place == PLACE_VARIABLE)
        text_add(text, plan->model->variables.items[buffer->index].name);
    else if (buffer->place == PLACE_INPUT)
        text_add(text, plan->model->inputs.items[buffer->index].name);
    else
        text_format(text, "%s+%" PRId64, place_word(buffer->place), buffer->offset);
    if (buffer->layout == LAYOUT_PANELS) text_add(text, "[panels]");
}

static void print_kernel(Text *text, const Plan *plan, const Kernel *kernel) {
    text_format(text, "  %3" PRId32 " %-14s ", kernel->id,
                plan->functions.items[kernel->function].name);
    type_print(text, kernel->domain);
    text_add(text, " {");
    for (int64_t i = 0; i < kernel->nodes.count; i++)
        text_format(text, "%s%s", i ? " " : "", op_table[kernel->nodes.items[i]->op].name);
    text_add(text, kernel->transposed ? "transposed}" : "}");
    for (int64_t i = 0; i < kernel->inputs.count; i++)
        print_binding(text, plan, kernel->inputs.items[i]);
    text_add(text, " ->");
    for (int64_t i = 0; i < kernel->outputs.count; i++)
        print_binding(text, plan, kernel->outputs.items[i]);
    text_add_char(text, '\n');
}

void plan_print(Text *text, const Plan *plan) {
    for (int64_t v = 0; v < plan->views.count; v++) {
        const ViewPlan *view = &plan->views.items[v];
        text_format(text,
                    "plan %s: %" PRId64 " kernels, %" PRId64 " bytes, %" PRId64 " bytes a sample\n",
                    view->view.name, view->kernels.count, view->fixed_bytes, view->sample_bytes);
        for (int64_t k = 0; k < view->kernels.count; k++)
            print_kernel(text, plan, &view->kernels.items[k]);
    }
}
