/* plan_memory.c: lives and addresses of a view's buffers.
 *
 * Needs: kernels in order, results bound. Sets: first_kernel, last_kernel, shares, offset of the
 * view's buffers, and the view's bytes.
 *
 * The fixed part and the samples part are placed alike, each on its own. A kernel's output may take
 * the place of an input that dies there and is read at the written index only. Then buffers (those
 * sharing a place counted as one) are placed by size, largest first, each in the smallest gap left
 * by the ones already placed whose lives overlap. Ties fall by id, so the plan is deterministic.
 */

#include "passes/schedule.h"
#include "support/checked_math.h"

#include <stdlib.h>

/* A result so much smaller than what is summed costs next to nothing to keep for longer. */
enum { MUCH_SMALLER = 64 };

typedef struct Block { /* buffers that share a place */
    int64_t bytes, offset;
    int32_t first, last; /* kernels */
    int32_t buffer;      /* the first of them */
} Block;

typedef struct Placer {
    Plan *plan;
    ViewPlan *view;
    int32_t *block_of; /* by buffer: its block plus 1; 0: not of this view */
    VEC(Block) blocks;
} Placer;

static bool is_arena(const Buffer *buffer) {
    return buffer->place == PLACE_FIXED || buffer->place == PLACE_SAMPLES;
}

/* ---- lives ---- */

static void touch(Plan *plan, const BindingVec *bindings, int32_t kernel) {
    for (int64_t i = 0; i < bindings->count; i++) {
        Buffer *buffer = &plan->buffers.items[bindings->items[i].buffer];
        if (!is_arena(buffer)) continue;
        if (buffer->first_kernel < 0) buffer->first_kernel = kernel;
        if (buffer->last_kernel < kernel) buffer->last_kernel = kernel;
    }
}

static void forget(Plan *plan, const BindingVec *bindings) {
    for (int64_t i = 0; i < bindings->count; i++) {
        Buffer *buffer = &plan->buffers.items[bindings->items[i].buffer];
        buffer->first_kernel = buffer->last_kernel = -1;
    }
}

void memory_lives(Plan *plan, const ViewPlan *view) {
    for (int64_t k = 0; k < view->kernels.count; k++) {
        forget(plan, &view->kernels.items[k].inputs);
        forget(plan, &view->kernels.items[k].outputs);
    }
    for (int32_t k = 0; k < view->kernels.count; k++) {
        touch(plan, &view->kernels.items[k].inputs, k);
        touch(plan, &view->kernels.items[k].outputs, k);
    }
    touch(plan, &view->results, (int32_t)view->kernels.count);
}

/* ---- one place for two buffers ---- */

/* True when `output` of the kernel may be written over `input`. */
static bool may_share(const Plan *plan, const Kernel *kernel, const Buffer *input,
                      const Buffer *output) {
    if (input->place != output->place || input->bytes != output->bytes) return false;
    if (input->layout != output->layout || !types_same_matrix(input->type, output->type))
        return false;
    if (input->last_kernel != kernel->id || input->first_kernel == kernel->id) return false;
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        if (kernel->inputs.items[i].buffer != input->id) continue;
        const Node *node = kernel->inputs.items[i].node;
        if (!types_same_matrix(node->type, kernel->domain)) return false;
        if (!reads_in_place(plan->arena, kernel->family, &kernel->nodes, kernel->heart, node))
            return false;
    }
    return true;
}

static bool is_taken(const Plan *plan, const Kernel *kernel, int32_t input) {
    for (int64_t i = 0; i < kernel->outputs.count; i++)
        if (plan->buffers.items[kernel->outputs.items[i].buffer].shares == input) return true;
    return false;
}

static void share_place(Plan *plan, const Kernel *kernel, Buffer *output) {
    if (!is_arena(output) || output->first_kernel != kernel->id) return;
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        const Buffer *input = &plan->buffers.items[kernel->inputs.items[i].buffer];
        if (is_taken(plan, kernel, input->id)) continue;
        if (!may_share(plan, kernel, input, output)) continue;
        output->shares = input->id;
        return;
    }
}

/* ---- addresses ---- */

/* From where on the place of an output is kept: from the kernel on, but that of a sum over large
 * values from where they are ready. It is small, and the sum may then move there (chain.c). */
static int32_t kept_from(const Placer *placer, const Kernel *kernel, const Buffer *output) {
    const Plan *plan = placer->plan;
    if (kernel->family != KERNEL_REDUCE || !kernel_is_by_sample(plan, kernel) ||
        !chains_wanted(plan, placer->view))
        return output->first_kernel;
    int32_t ready = 0;
    int64_t largest = 0;
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        const Buffer *input = &plan->buffers.items[kernel->inputs.items[i].buffer];
        if (buffer_is_large(plan, input) && input->bytes > largest) largest = input->bytes;
        if (input->first_kernel > ready) ready = input->first_kernel;
    }
    return output->bytes <= largest / MUCH_SMALLER ? ready : output->first_kernel;
}

static void add_to_block(Placer *placer, const Kernel *kernel, int32_t id) {
    const Buffer *buffer = &placer->plan->buffers.items[id];
    if (!is_arena(buffer) || placer->block_of[id]) return;
    if (buffer->shares >= 0) {
        int32_t block = placer->block_of[buffer->shares];
        placer->block_of[id] = block;
        placer->blocks.items[block - 1].last = buffer->last_kernel;
        return;
    }
    Block block = {.bytes = buffer->bytes,
                   .first = kept_from(placer, kernel, buffer),
                   .last = buffer->last_kernel,
                   .buffer = id};
    VEC_PUSH(placer->plan->arena, placer->blocks, block);
    placer->block_of[id] = (int32_t)placer->blocks.count;
}

static int compare_sizes(const void *a, const void *b) {
    const Block *x = *(Block *const *)a, *y = *(Block *const *)b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return (x->buffer > y->buffer) - (x->buffer < y->buffer);
}

/* The start of the smallest gap of at least `block->bytes` between those of `placed`, ordered by
 * offset, whose lives overlap; or behind the last of them. */
static int64_t find_gap(const Block *block, Block *const *placed, int64_t count, int64_t begin,
                        bool reuse) {
    int64_t end = begin, best = -1, best_gap = 0;
    for (int64_t i = 0; i < count; i++) {
        const Block *other = placed[i];
        if (reuse && (other->last < block->first || block->last < other->first)) continue;
        int64_t gap = other->offset - end;
        if (gap >= block->bytes && (best < 0 || gap < best_gap)) {
            best = end;
            best_gap = gap;
        }
        if (other->offset + other->bytes > end) end = other->offset + other->bytes;
    }
    if (best < 0) best = end;
    return best < PLAN_BYTES_LIMIT ? best : PLAN_BYTES_LIMIT;
}

/* Places the blocks of one part, from offset `begin` on; the end of the last. */
static int64_t place_part(Placer *placer, Place part, int64_t begin) {
    Plan *plan = placer->plan;
    int64_t count = 0, end = begin;
    Block **blocks = ARENA_ARRAY(plan->arena, Block *, placer->blocks.count);
    Block **placed = ARENA_ARRAY(plan->arena, Block *, placer->blocks.count);
    for (int64_t i = 0; i < placer->blocks.count; i++) {
        Block *block = &placer->blocks.items[i];
        if (plan->buffers.items[block->buffer].place == part) blocks[count++] = block;
    }
    qsort(blocks, (size_t)count, sizeof *blocks, compare_sizes);
    for (int64_t i = 0; i < count; i++) {
        Block *block = blocks[i];
        block->offset = find_gap(block, placed, i, begin, plan->options.reuse);
        if (block->offset + block->bytes > end) end = block->offset + block->bytes;
        int64_t j = i;
        for (; j > 0 && placed[j - 1]->offset > block->offset; j--)
            placed[j] = placed[j - 1];
        placed[j] = block;
    }
    return end;
}

static int64_t input_bytes(const Plan *plan) {
    int64_t end = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.items[i];
        if (buffer->place == PLACE_INPUT) end = buffer->offset + buffer->bytes;
    }
    return end;
}

void memory_place(Plan *plan, ViewPlan *view) {
    memory_lives(plan, view);
    Placer placer = {.plan = plan,
                     .view = view,
                     .block_of = ARENA_ARRAY(plan->arena, int32_t, plan->buffers.count)};
    for (int64_t k = 0; k < view->kernels.count; k++) {
        const Kernel *kernel = &view->kernels.items[k];
        for (int64_t i = 0; i < kernel->outputs.count; i++) {
            int32_t id = kernel->outputs.items[i].buffer;
            if (plan->options.reuse) share_place(plan, kernel, &plan->buffers.items[id]);
            add_to_block(&placer, kernel, id);
        }
    }
    int64_t fixed = place_part(&placer, PLACE_FIXED, 0);
    int64_t samples = place_part(&placer, PLACE_SAMPLES, input_bytes(plan));
    view->fixed_bytes = fixed + PLAN_END_ROOM;
    view->sample_bytes = round_up(samples, 8) + PLAN_END_ROOM_PER_SAMPLE;
    for (int64_t i = 0; placer.blocks.count && i < plan->buffers.count; i++)
        if (placer.block_of[i])
            plan->buffers.items[i].offset = placer.blocks.items[placer.block_of[i] - 1].offset;
}
