/* memory_chart.c: the lives of buffers in the view that needs most. See memory.h.
 *
 *     digits.nn:9 dense         16384 B   ........#####...
 *
 * A buffer that is computed in the place of another counts from the kernel after, so that what lies
 * in one place is counted once.
 */

#include "graph/print.h"
#include "passes/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CHART_COLUMNS = 64, CHART_LINES = 16, NAME_WIDTH = 30 };

typedef enum Use { USE_GRADIENT, USE_WORKSPACE, USE_ACTIVATION } Use;

typedef struct Life {
    const Buffer *buffer;
    Use use;
    int64_t bytes;
    int32_t first, last; /* kernels */
} Life;
VEC_TYPE(LifeVec, Life);

static bool is_gradient(const Plan *plan, const Buffer *buffer) {
    const Node *node = buffer->node;
    if (node->op == OP_CONTRACT || node->op == OP_CONV_WEIGHTS || node->op == OP_SCATTER_SUM)
        return true;
    for (int64_t i = 0; i < plan->model->variables.count; i++)
        if (plan->model->variables.items[i].gradient == node) return true;
    return false;
}

/* The lives of the arena's buffers that the view's kernels write. */
static LifeVec lives_of(const Plan *plan, const ViewPlan *view, int64_t capacity) {
    LifeVec lives = {0};
    for (int32_t k = 0; k < view->kernels.count; k++) {
        const BindingVec *outputs = &view->kernels.items[k].outputs;
        for (int64_t i = 0; i < outputs->count; i++) {
            const Buffer *buffer = &plan->buffers.items[outputs->items[i].buffer];
            bool samples = buffer->place == PLACE_SAMPLES;
            if ((!samples && buffer->place != PLACE_FIXED) || buffer->first_kernel != k) continue;
            Life life = {.buffer = buffer,
                         .use = samples                     ? USE_ACTIVATION
                                : is_gradient(plan, buffer) ? USE_GRADIENT
                                                            : USE_WORKSPACE,
                         .bytes = samples ? buffer->bytes * capacity : buffer->bytes,
                         .first = k + (buffer->shares >= 0),
                         .last = buffer->last_kernel};
            if (life.first < view->kernels.count) VEC_PUSH(plan->arena, lives, life);
        }
    }
    return lives;
}

static MemoryPeak view_peak(const Plan *plan, const ViewPlan *view, int64_t capacity) {
    MemoryPeak best = {.view = view};
    int64_t most = -1;
    LifeVec lives = lives_of(plan, view, capacity);
    for (int32_t k = 0; k < view->kernels.count; k++) {
        int64_t bytes[3] = {0};
        for (int64_t i = 0; i < lives.count; i++)
            if (lives.items[i].first <= k && k <= lives.items[i].last)
                bytes[lives.items[i].use] += lives.items[i].bytes;
        int64_t sum = bytes[0] + bytes[1] + bytes[2];
        if (sum <= most) continue;
        most = sum;
        best =
            (MemoryPeak){view, k, bytes[USE_GRADIENT], bytes[USE_WORKSPACE], bytes[USE_ACTIVATION]};
    }
    return best;
}

static int64_t live_bytes(const MemoryPeak *peak) {
    return peak->gradients + peak->workspace + peak->activations;
}

MemoryPeak memory_peak(const Plan *plan, int64_t capacity) {
    MemoryPeak best = {0};
    for (int64_t v = 0; v < plan->views.count; v++) {
        MemoryPeak peak = view_peak(plan, &plan->views.items[v], capacity);
        if (peak.view->kernels.count && (!best.view || live_bytes(&peak) > live_bytes(&best)))
            best = peak;
    }
    return best;
}

static int compare_bytes(const void *a, const void *b) {
    const Life *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return (x->buffer->id > y->buffer->id) - (x->buffer->id < y->buffer->id);
}

/* "digits.nn:9 dense" without the folders of the file. */
static const char *short_origin(Arena *arena, const Origin *origin) {
    Text text;
    text_init(&text, arena);
    origin_print(&text, origin);
    const char *begin = text.chars;
    for (const char *c = begin; *c && *c != ' ' && *c != ':'; c++)
        if (*c == '/') begin = c + 1;
    return *begin ? begin : "(compiler)";
}

/* The kernels of a column: [first, last). */
static int32_t column_begin(int64_t kernels, int column, int columns) {
    return (int32_t)(kernels * column / columns);
}

static void print_name(Text *text, const char *name) {
    size_t length = strlen(name);
    text_format(text, "  %-*.*s", NAME_WIDTH, NAME_WIDTH, length > NAME_WIDTH ? "" : name);
    if (length <= NAME_WIDTH) return;
    text_cut(text, text->length - NAME_WIDTH);
    text_format(text, "%.*s..", NAME_WIDTH - 2, name);
}

static void print_lives(Text *text, const LifeVec *lives, int64_t kernels, int columns) {
    static const char marks[] = {
        [USE_GRADIENT] = 'g', [USE_WORKSPACE] = 'w', [USE_ACTIVATION] = 'a'};
    for (int64_t i = 0; i < lives->count && i < CHART_LINES; i++) {
        const Life *life = &lives->items[i];
        print_name(text, short_origin(text->arena, life->buffer->node->origin));
        text_format(text, " %12" PRId64 " B  ", life->bytes);
        for (int c = 0; c < columns; c++) {
            int32_t begin = column_begin(kernels, c, columns);
            int32_t end = column_begin(kernels, c + 1, columns);
            bool lives_here = life->first < end && begin <= life->last;
            text_add_char(text, lives_here ? marks[life->use] : '.');
        }
        text_add_char(text, '\n');
    }
    if (lives->count > CHART_LINES)
        text_format(text, "  and %" PRId64 " smaller ones\n", lives->count - CHART_LINES);
}

/* What is live in all, as digits 0 to 9: tenths of the most. */
static void print_sums(Text *text, const LifeVec *lives, int64_t kernels, int columns,
                       int64_t most) {
    text_format(text, "  %-*s %12" PRId64 " B  ", NAME_WIDTH, "live, tenths of", most);
    for (int c = 0; c < columns; c++) {
        int64_t highest = 0;
        for (int32_t k = column_begin(kernels, c, columns);
             k < column_begin(kernels, c + 1, columns); k++) {
            int64_t sum = 0;
            for (int64_t i = 0; i < lives->count; i++)
                if (lives->items[i].first <= k && k <= lives->items[i].last)
                    sum += lives->items[i].bytes;
            if (sum > highest) highest = sum;
        }
        if (most > 0 && highest == most)
            text_add_char(text, '*');
        else
            text_add_char(text,
                          most ? (char)('0' + (int)(10.0 * (double)highest / (double)most)) : '0');
    }
    text_add_char(text, '\n');
}

void memory_chart(Text *text, const Plan *plan, const MemoryPeak *peak, int64_t capacity) {
    const Kernel *kernel = &peak->view->kernels.items[peak->kernel];
    int64_t kernels = peak->view->kernels.count;
    int columns = kernels < CHART_COLUMNS ? (int)kernels : CHART_COLUMNS;
    LifeVec lives = lives_of(plan, peak->view, capacity);
    if (lives.count == 0) return;
    qsort(lives.items, (size_t)lives.count, sizeof *lives.items, compare_bytes);
    text_format(text, "most is live in %s at %s (kernel %" PRId32 " of %" PRId64 ", %s)\n\n",
                peak->view->view.name, short_origin(text->arena, kernel->origin), peak->kernel + 1,
                kernels, plan->functions.items[kernel->function].name);
    text_format(text,
                "lives in %s, kernels from left to right (a activation, g gradient, "
                "w workspace)\n",
                peak->view->view.name);
    print_lives(text, &lives, kernels, columns);
    print_sums(text, &lives, kernels, columns, live_bytes(peak));
}
