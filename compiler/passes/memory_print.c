/* memory_print.c: what a program's memory is for, and the line of the model that sets the peak.
 *
 * The figures add up to what the program takes when it starts (variables and arena, session.c of
 * the runtime) and, for a training, what it takes besides: the best weights, tensors in the order
 * of files while they are saved, and the rows of the data.
 */

#include "passes/memory.h"
#include "support/checked_math.h"

#include <inttypes.h>

static void print_line(Text *text, const char *what, int64_t bytes, const char *note) {
    text_format(text, "  %-24s %16" PRId64 " B%s%s\n", what, bytes, *note ? "  " : "", note);
}

/* ---- variables ---- */

static int64_t variable_bytes(const Plan *plan, unsigned roles) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.items[i];
        if (buffer->place == PLACE_VARIABLE &&
            (roles >> plan->model->variables.items[buffer->index].role & 1))
            bytes += buffer->bytes;
    }
    return bytes;
}

static int64_t place_bytes(const Plan *plan, Place place) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++)
        if (plan->buffers.items[i].place == place) bytes += plan->buffers.items[i].bytes;
    return bytes;
}

/* What the copies of the variables in panels take, in the order of files. */
static int64_t copies(const Plan *plan, unsigned roles) {
    int64_t elements = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.items[i];
        if (buffer->place != PLACE_VARIABLE || buffer->layout != LAYOUT_PANELS) continue;
        const Variable *variable = &plan->model->variables.items[buffer->index];
        if (roles >> variable->role & 1) elements += shape_elements(variable->type.shape);
    }
    return elements * (plan->options.double_precision ? 8 : 4);
}

static bool has_validation(const DataSettings *data) {
    return data->validation.kind != SOURCE_NONE || data->validation_share > 0;
}

/* ---- the page ---- */

static void print_training(Text *text, const Plan *plan, int64_t total) {
    const Model *model = plan->model;
    unsigned optimizer = 1u << ROLE_OPTIMIZER;
    bool keeps_best = has_validation(&model->data);
    int64_t best = keeps_best ? plan->variable_bytes : 0;
    int64_t joined = variable_bytes(plan, 1u << ROLE_JOINED), slots = 0;
    for (int64_t grains = joined ? model->train.grains : 0; grains; grains /= 2)
        slots += joined;
    int64_t averaged = model->train.average > 0 ? plan->variable_bytes : 0;
    int64_t saving = copies(plan, ~optimizer) + copies(plan, keeps_best ? ~0u : optimizer);
    int64_t row = sizeof(int64_t) * 2; /* its places in a part and in the order of an epoch */
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        int64_t bytes = plan->options.double_precision ? 8 : 4;
        row += input->class_count ? 4 : shape_elements(input->type.shape) * bytes;
    }
    text_add(text, "while training, besides\n");
    print_line(text, "best weights so far", best, keeps_best ? "" : "no validation part");
    if (averaged) print_line(text, "averaged weights", averaged, "");
    if (slots) print_line(text, "sums of grains", slots, "a binary tree of them");
    print_line(text, "saving", saving, "weights in the order of files");
    print_line(text, "a row of the data", row, "at most; rows are counted when they are read");
    print_line(text, "total without the rows", total + best + averaged + slots + saving, "");
}

void plan_memory_print(Text *text, const Plan *plan, int64_t batch) {
    int64_t capacity = round_up(batch > 0 ? batch : 1, 16);
    MemoryPeak peak = memory_peak(plan, capacity);
    int64_t inputs = place_bytes(plan, PLACE_INPUT) * capacity;
    int64_t arena = plan->fixed_bytes + plan->sample_bytes * capacity;
    int64_t literals = place_bytes(plan, PLACE_CONSTANT);
    int64_t weights = variable_bytes(plan, 1u << ROLE_PARAMETER);
    int64_t states = variable_bytes(plan, 1u << ROLE_STATE | 1u << ROLE_STATISTIC);
    int64_t optimizer = variable_bytes(plan, 1u << ROLE_OPTIMIZER);
    int64_t joined = variable_bytes(plan, 1u << ROLE_JOINED);
    int64_t live = inputs + peak.gradients + peak.activations + peak.workspace;
    int64_t total = plan->variable_bytes + arena + literals;
    text_format(text, "memory for %" PRId64 " samples at a time%s\n", capacity,
                batch > 0 ? "" : " (batch = \"all\": the number of rows decides)");
    print_line(text, "weights", weights, "");
    if (states) print_line(text, "states and statistics", states, "");
    print_line(text, "optimizer state", optimizer, "");
    if (joined) print_line(text, "joined of grains", joined, "");
    print_line(text, "gradients", peak.gradients, "");
    print_line(text, "activations", peak.activations, "");
    print_line(text, "workspace", peak.workspace, "");
    print_line(text, "inputs of a batch", inputs, "");
    if (literals) print_line(text, "literals", literals, "");
    print_line(text, "unused", total - literals - live - weights - states - optimizer - joined,
               "gaps, and room for vectors");
    print_line(text, "total", total, "");
    print_line(text, "a sample more", plan->sample_bytes, "");
    if (plan->model->losses.count) print_training(text, plan, total);
    if (peak.view) memory_chart(text, plan, &peak, capacity);
}
