/* plan_verify_memory.c: runs a view's kernels on a model of its memory.
 *
 * Each buffer holds a value (a node, maybe transposed) or nothing. Reading needs the value named,
 * or one of which it is a reshape; writing destroys what lies in the same place. It knows nothing
 * of lives, so it checks the planner from the other side.
 */

#include "passes/plan_verify.h"

#include <string.h>

typedef struct Content {
    const Node *node; /* NULL: nothing, or destroyed */
    bool transposed;
} Content;

typedef struct Memory {
    const Verifier *verifier;
    const Plan *plan;
    Content *contents; /* by buffer */
    int32_t *used;     /* the view's arena buffers */
    int64_t used_count;
} Memory;

static bool is_arena(const Buffer *buffer) {
    return buffer->place == PLACE_FIXED || buffer->place == PLACE_SAMPLES;
}

static bool overlap(const Buffer *a, const Buffer *b) {
    return a->place == b->place && a->offset < b->offset + b->bytes &&
           b->offset < a->offset + a->bytes;
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

/* The buffers the view uses, and whether they are inside the arena. */
static const char *find_used(Memory *memory) {
    const ViewPlan *view = memory->verifier->view;
    const Plan *plan = memory->plan;
    bool *seen = ARENA_ARRAY(memory->verifier->arena, bool, plan->buffers.count);
    for (int64_t k = 0; k < view->kernels.count; k++) {
        const BindingVec *outputs = &view->kernels.items[k].outputs;
        for (int64_t i = 0; i < outputs->count; i++) {
            int32_t id = outputs->items[i].buffer;
            const Buffer *buffer = &plan->buffers.items[id];
            if (seen[id] || !is_arena(buffer)) continue;
            seen[id] = true;
            memory->used[memory->used_count++] = id;
            bool samples = buffer->place == PLACE_SAMPLES;
            int64_t end = samples ? view->sample_bytes : view->fixed_bytes;
            if (buffer->type.batched != samples) return "a buffer is in the wrong part";
            if (buffer->offset < 0 || buffer->offset % (samples ? 4 : 64) ||
                buffer->offset + buffer->bytes > end)
                return "a buffer is outside of the arena or not aligned";
        }
    }
    return "";
}

static bool holds(const Content *content, const Node *node, bool transposed) {
    if (!content->node || content->transposed != transposed) return false;
    while (node != content->node && node->op == OP_RESHAPE)
        node = node->operands[0];
    return node == content->node;
}

static const char *wrong_read(const Memory *memory, const Kernel *kernel, Binding input) {
    return arena_format(
        memory->verifier->arena, "%s, kernel %d: buffer %d does not hold node %d when it is read",
        memory->verifier->view->view.name, kernel->id, input.buffer, input.node->id);
}

static const char *read_inputs(const Memory *memory, const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        Binding input = kernel->inputs.items[i];
        bool transposed = i == 1 && kernel->b_is_transposed_copy;
        if (!holds(&memory->contents[input.buffer], input.node, transposed))
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
            if (!overlap(input, output)) continue;
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

static const char *write_outputs(Memory *memory, const Kernel *kernel) {
    for (int64_t o = 0; o < kernel->outputs.count; o++) {
        const Buffer *output = &memory->plan->buffers.items[kernel->outputs.items[o].buffer];
        for (int64_t i = 0; is_arena(output) && i < memory->used_count; i++)
            if (overlap(output, &memory->plan->buffers.items[memory->used[i]]))
                memory->contents[memory->used[i]].node = NULL;
    }
    for (int64_t o = 0; o < kernel->outputs.count; o++)
        memory->contents[kernel->outputs.items[o].buffer] =
            (Content){kernel->outputs.items[o].node, kernel->transposed};
    for (int64_t o = 0; o < kernel->outputs.count; o++) /* two outputs in one place? */
        for (int64_t p = 0; p < o; p++)
            if (overlap(&memory->plan->buffers.items[kernel->outputs.items[o].buffer],
                        &memory->plan->buffers.items[kernel->outputs.items[p].buffer]))
                return arena_format(memory->verifier->arena, "%s, kernel %d: outputs overlap",
                                    memory->verifier->view->view.name, kernel->id);
    return "";
}

/* Every result in its place; variables that are no result unchanged. */
static const char *check_end(const Memory *memory) {
    const ViewPlan *view = memory->verifier->view;
    bool *changed = ARENA_ARRAY(memory->verifier->arena, bool, memory->plan->buffers.count);
    if (view->results.count != view->view.results.count) return "a result is not bound";
    for (int64_t i = 0; i < view->results.count; i++) {
        Binding result = view->results.items[i];
        const Buffer *buffer = &memory->plan->buffers.items[result.buffer];
        bool is_variable = view->view.results.items[i].kind == RESULT_VARIABLE;
        if (result.node != view->view.results.items[i].node ||
            !holds(&memory->contents[result.buffer], result.node, false))
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
        .used = ARENA_ARRAY(verifier->arena, int32_t, plan->buffers.count),
    };
    const char *wrong = find_used(&memory);
    for (int64_t i = 0; i < plan->buffers.count; i++)
        if (!is_arena(&plan->buffers.items[i]))
            memory.contents[i].node = plan->buffers.items[i].node;
    for (int64_t k = 0; k < verifier->view->kernels.count && !*wrong; k++) {
        const Kernel *kernel = &verifier->view->kernels.items[k];
        wrong = read_inputs(&memory, kernel);
        if (!*wrong) wrong = check_in_place(&memory, kernel);
        if (!*wrong) wrong = write_outputs(&memory, kernel);
    }
    return *wrong ? wrong : check_end(&memory);
}
