/* plan_verify_memory.c: runs a view's kernels on a model of its memory.
 *
 * Each buffer holds a value (a node, maybe transposed) or nothing. Reading needs the value named,
 * or one of which it is a reshape; writing destroys what lies in the same place. It knows nothing
 * of lives, so it checks the planner from the other side.
 *
 * The parts of the arena are cut at every begin and end of a buffer; each piece knows the buffer
 * that was last written there.
 */

#include "passes/plan_verify.h"

#include <stdlib.h>

typedef struct Content {
    const Node *node; /* NULL: nothing, or destroyed */
    bool transposed;
} Content;

typedef struct Part {
    int64_t *cuts; /* ascending offsets; piece i is from cuts[i] to cuts[i + 1] */
    int64_t count;
    int32_t *owners; /* by piece: buffer last written there, plus 1 */
} Part;

typedef struct Memory {
    const Verifier *verifier;
    const Plan *plan;
    Content *contents; /* by buffer */
    Part parts[2];     /* fixed, samples */
} Memory;

static bool is_arena(const Buffer *buffer) {
    return buffer->place == PLACE_FIXED || buffer->place == PLACE_SAMPLES;
}

const char *verify_shared_places(const Verifier *verifier) {
    const Plan *plan = verifier->plan;
    int64_t inputs = 0, variables = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.items[i];
        if (buffer->bytes <= 0) return "a buffer is empty";
        if (buffer->place == PLACE_INPUT) {
            if (buffer->offset != inputs) return "inputs do not follow one another";
            inputs += buffer->bytes;
        }
        if (buffer->place == PLACE_VARIABLE) {
            if (buffer->offset < variables || buffer->offset % 64) return "variables overlap";
            variables = buffer->offset + buffer->bytes;
        }
    }
    if (variables > plan->variable_bytes) return "a variable is outside of the variables' memory";
    return "";
}

static Part *part_of(Memory *memory, const Buffer *buffer) {
    return &memory->parts[buffer->place == PLACE_SAMPLES];
}

static const char *check_place(const ViewPlan *view, const Buffer *buffer) {
    bool samples = buffer->place == PLACE_SAMPLES;
    int64_t end = samples ? view->sample_bytes : view->fixed_bytes;
    if (buffer->type.batched != samples) return "a buffer is in the wrong part";
    if (buffer->offset < 0 || buffer->offset % (samples ? 4 : 64) ||
        buffer->offset + buffer->bytes > end)
        return "a buffer is outside of the arena or not aligned";
    return "";
}

static int compare_offsets(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Cuts the arena at the ends of the buffers that the view writes. */
static const char *cut_parts(Memory *memory) {
    const ViewPlan *view = memory->verifier->view;
    Arena *arena = memory->verifier->arena;
    int64_t outputs = 0;
    for (int64_t k = 0; k < view->kernels.count; k++)
        outputs += view->kernels.items[k].outputs.count;
    for (int i = 0; i < 2; i++) {
        memory->parts[i].cuts = ARENA_ARRAY(arena, int64_t, 2 * outputs + 1);
        memory->parts[i].owners = ARENA_ARRAY(arena, int32_t, 2 * outputs + 1);
    }
    for (int64_t k = 0; k < view->kernels.count; k++) {
        for (int64_t i = 0; i < view->kernels.items[k].outputs.count; i++) {
            int32_t id = view->kernels.items[k].outputs.items[i].buffer;
            const Buffer *buffer = &memory->plan->buffers.items[id];
            if (!is_arena(buffer)) continue;
            const char *wrong = check_place(view, buffer);
            if (*wrong) return wrong;
            Part *part = part_of(memory, buffer);
            part->cuts[part->count++] = buffer->offset;
            part->cuts[part->count++] = buffer->offset + buffer->bytes;
        }
    }
    for (int i = 0; i < 2; i++)
        qsort(memory->parts[i].cuts, (size_t)memory->parts[i].count, sizeof(int64_t),
              compare_offsets);
    return "";
}

/* The first piece that begins at the offset. */
static int64_t piece_at(const Part *part, int64_t offset) {
    int64_t low = 0, high = part->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (part->cuts[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void take_place(Memory *memory, int32_t id) {
    const Buffer *buffer = &memory->plan->buffers.items[id];
    Part *part = part_of(memory, buffer);
    int64_t end = buffer->offset + buffer->bytes;
    for (int64_t i = piece_at(part, buffer->offset); i < part->count && part->cuts[i] < end; i++)
        part->owners[i] = id + 1;
}

static bool has_place(Memory *memory, int32_t id) {
    const Buffer *buffer = &memory->plan->buffers.items[id];
    if (!is_arena(buffer)) return true;
    const Part *part = part_of(memory, buffer);
    int64_t end = buffer->offset + buffer->bytes;
    for (int64_t i = piece_at(part, buffer->offset); i < part->count && part->cuts[i] < end; i++)
        if (part->owners[i] != id + 1) return false;
    return true;
}

static bool holds(Memory *memory, int32_t buffer, const Node *node, bool transposed) {
    const Content *content = &memory->contents[buffer];
    if (!content->node || content->transposed != transposed) return false;
    while (node != content->node && node->op == OP_RESHAPE)
        node = node->operands[0];
    return node == content->node && has_place(memory, buffer);
}

static const char *wrong_read(const Memory *memory, const Kernel *kernel, Binding input) {
    return arena_format(
        memory->verifier->arena, "%s, kernel %d: buffer %d does not hold node %d when it is read",
        memory->verifier->view->view.name, kernel->id, input.buffer, input.node->id);
}

static const char *read_inputs(Memory *memory, const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        Binding input = kernel->inputs.items[i];
        bool transposed = i == 1 && kernel->b_is_transposed_copy;
        if (!holds(memory, input.buffer, input.node, transposed))
            return wrong_read(memory, kernel, input);
    }
    return "";
}

/* An output over an input's place: the input may only be read at the index written. */
static const char *check_in_place(const Memory *memory, const Kernel *kernel) {
    for (int64_t o = 0; o < kernel->outputs.count; o++) {
        const Buffer *output = &memory->plan->buffers.items[kernel->outputs.items[o].buffer];
        for (int64_t i = 0; i < kernel->inputs.count; i++) {
            const Node *node = kernel->inputs.items[i].node;
            const Buffer *input = &memory->plan->buffers.items[kernel->inputs.items[i].buffer];
            if (!buffers_overlap(input, output)) continue;
            if (input->offset != output->offset || input->layout != output->layout ||
                !types_same_matrix(input->type, output->type) ||
                !reads_in_place(memory->verifier->arena, kernel->family, &kernel->nodes,
                                kernel->heart, node))
                return arena_format(memory->verifier->arena,
                                    "%s, kernel %d writes over what it still reads",
                                    memory->verifier->view->view.name, kernel->id);
        }
    }
    return "";
}

/* Kernels of a chain run a few samples at a time, in any threads. */
static const char *check_chain(const Memory *memory, const KernelVec *kernels, int64_t first) {
    const Plan *plan = memory->plan;
    int32_t count = kernels->items[first].chain;
    for (int64_t i = first; count > 1 && i < first + count; i++) {
        const Kernel *kernel = &kernels->items[i];
        bool fits = i < kernels->count && kernel_is_by_sample(plan, kernel) &&
                    kernel->chain == (i == first ? count : 0);
        for (int64_t j = first; fits && j < i; j++)
            fits = kernels_in_step(plan, &kernels->items[j], kernel);
        if (!fits)
            return arena_format(memory->verifier->arena, "%s, kernel %d is not for its chain",
                                memory->verifier->view->view.name, (int)i);
    }
    return "";
}

static const char *write_outputs(Memory *memory, const Kernel *kernel) {
    const BindingVec *outputs = &kernel->outputs;
    for (int64_t i = 0; i < outputs->count; i++) {
        int32_t id = outputs->items[i].buffer;
        if (is_arena(&memory->plan->buffers.items[id])) take_place(memory, id);
        memory->contents[id] = (Content){outputs->items[i].node, kernel->transposed};
        for (int64_t j = 0; j < i; j++)
            if (buffers_overlap(&memory->plan->buffers.items[id],
                                &memory->plan->buffers.items[outputs->items[j].buffer]))
                return arena_format(memory->verifier->arena, "%s, kernel %d: outputs overlap",
                                    memory->verifier->view->view.name, kernel->id);
    }
    return "";
}

/* Every result in its place; variables that are no result unchanged. */
static const char *check_end(Memory *memory) {
    const ViewPlan *view = memory->verifier->view;
    bool *changed = ARENA_ARRAY(memory->verifier->arena, bool, memory->plan->buffers.count);
    if (view->results.count != view->view.results.count) return "a result is not bound";
    for (int64_t i = 0; i < view->results.count; i++) {
        Binding result = view->results.items[i];
        const Buffer *buffer = &memory->plan->buffers.items[result.buffer];
        bool is_variable = view->view.results.items[i].kind == RESULT_VARIABLE;
        if (result.node != view->view.results.items[i].node ||
            !holds(memory, result.buffer, result.node, false))
            return arena_format(memory->verifier->arena, "%s: result %lld is not in its place",
                                view->view.name, (long long)i);
        if (is_variable != (buffer->place == PLACE_VARIABLE) || buffer->place == PLACE_CONSTANT ||
            (buffer->type.batched && buffer->layout != LAYOUT_ROWS))
            return arena_format(memory->verifier->arena, "%s: result %lld is in a wrong place",
                                view->view.name, (long long)i);
        changed[result.buffer] = true;
    }
    for (int64_t i = 0; i < memory->plan->buffers.count; i++)
        if (memory->plan->buffers.items[i].place == PLACE_VARIABLE && !changed[i] &&
            memory->contents[i].node != memory->plan->buffers.items[i].node)
            return arena_format(memory->verifier->arena, "%s: a variable changes unasked",
                                view->view.name);
    return "";
}

const char *verify_memory(const Verifier *verifier) {
    const Plan *plan = verifier->plan;
    Memory memory = {
        .verifier = verifier,
        .plan = plan,
        .contents = ARENA_ARRAY(verifier->arena, Content, plan->buffers.count),
    };
    const char *wrong = cut_parts(&memory);
    for (int64_t i = 0; i < plan->buffers.count; i++)
        if (!is_arena(&plan->buffers.items[i]))
            memory.contents[i].node = plan->buffers.items[i].node;
    for (int64_t k = 0; k < verifier->view->kernels.count && !*wrong; k++) {
        const Kernel *kernel = &verifier->view->kernels.items[k];
        wrong = check_chain(&memory, &verifier->view->kernels, k);
        if (!*wrong) wrong = read_inputs(&memory, kernel);
        if (!*wrong) wrong = check_in_place(&memory, kernel);
        if (!*wrong) wrong = write_outputs(&memory, kernel);
    }
    return *wrong ? wrong : check_end(&memory);
}
