/* memory_print.c: what a program's memory is for, and the kernel that needs most of it. */

#include "graph/print.h"
#include "passes/schedule.h"
#include "support/checked_math.h"

#include <inttypes.h>

typedef struct Peak {
    const ViewPlan *view;
    const Kernel *kernel;
    int64_t gradients, workspace, activations; /* live bytes */
} Peak;

static int64_t peak_bytes(const Peak *peak) {
    return peak->gradients + peak->workspace + peak->activations;
}

static bool is_gradient(const Plan *plan, const Buffer *buffer) {
    const Node *node = buffer->node;
    if (node->op == OP_CONTRACT || node->op == OP_CONV_WEIGHTS || node->op == OP_SCATTER_SUM)
        return true;
    for (int64_t i = 0; i < plan->model->variables.count; i++)
        if (plan->model->variables.items[i].gradient == node) return true;
    return false;
}

/* Counts the view's arena buffers that are live while the kernel runs; of those in one place one.
 */
static Peak live_at(const Plan *plan, const ViewPlan *view, int32_t kernel, int64_t capacity) {
    Peak peak = {.view = view, .kernel = &view->kernels.items[kernel]};
    for (int64_t k = 0; k <= kernel; k++) {
        const BindingVec *outputs = &view->kernels.items[k].outputs;
        for (int64_t i = 0; i < outputs->count; i++) {
            const Buffer *buffer = &plan->buffers.items[outputs->items[i].buffer];
            bool dead = buffer->last_kernel < kernel || buffer->first_kernel != k;
            if (dead || (buffer->shares >= 0 && buffer->first_kernel == kernel)) continue;
            if (buffer->place == PLACE_SAMPLES)
                peak.activations += buffer->bytes * capacity;
            else if (buffer->place == PLACE_FIXED && is_gradient(plan, buffer))
                peak.gradients += buffer->bytes;
            else if (buffer->place == PLACE_FIXED)
                peak.workspace += buffer->bytes;
        }
    }
    return peak;
}

static Peak find_peak(const Plan *plan, int64_t capacity) {
    Peak best = {0};
    for (int64_t v = 0; v < plan->views.count; v++) {
        const ViewPlan *view = &plan->views.items[v];
        for (int32_t k = 0; k < view->kernels.count; k++) {
            Peak peak = live_at(plan, view, k, capacity);
            if (!best.view || peak_bytes(&peak) > peak_bytes(&best)) best = peak;
        }
    }
    return best;
}

static void print_line(Text *text, const char *what, int64_t bytes) {
    text_format(text, "  %-22s %14" PRId64 " B\n", what, bytes);
}

static int64_t place_bytes(const Plan *plan, Place place, unsigned roles) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.items[i];
        if (buffer->place != place) continue;
        if (place == PLACE_VARIABLE &&
            !(roles >> plan->model->variables.items[buffer->index].role & 1))
            continue;
        bytes += buffer->bytes;
    }
    return bytes;
}

void plan_memory_print(Text *text, const Plan *plan, int64_t capacity) {
    capacity = round_up(capacity > 0 ? capacity : 1, 16);
    Peak peak = find_peak(plan, capacity);
    int64_t weights = place_bytes(plan, PLACE_VARIABLE, 1u << ROLE_PARAMETER);
    int64_t states = place_bytes(plan, PLACE_VARIABLE, 1u << ROLE_STATE | 1u << ROLE_STATISTIC);
    int64_t optimizer = place_bytes(plan, PLACE_VARIABLE, 1u << ROLE_OPTIMIZER);
    int64_t data = place_bytes(plan, PLACE_INPUT, 0) * capacity;
    int64_t arena = plan->fixed_bytes + plan->sample_bytes * capacity;
    text_format(text, "memory for %" PRId64 " samples at a time\n", capacity);
    print_line(text, "weights", weights);
    print_line(text, "states and statistics", states);
    print_line(text, "optimizer", optimizer);
    print_line(text, "data", data);
    print_line(text, "gradients", peak.gradients);
    print_line(text, "activations", peak.activations);
    print_line(text, "workspace", peak.workspace);
    print_line(text, "unused", arena - data - peak_bytes(&peak));
    print_line(text, "total", plan->variable_bytes + arena);
    if (!peak.view) return;
    Text origin;
    text_init(&origin, text->arena);
    origin_print(&origin, peak.kernel->origin);
    text_format(text, "  most is live in %s, kernel %" PRId32 " (%s)%s%s\n", peak.view->view.name,
                peak.kernel->id, plan->functions.items[peak.kernel->function].name,
                origin.length ? ": " : "", origin.chars);
}
