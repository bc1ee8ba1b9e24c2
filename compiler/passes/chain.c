/* chain.c: kernels that run together, a few samples at a time.
 *
 * The value of a whole batch is often larger than the caches; a kernel that reads what the one
 * before has written then waits for memory. Where each sample of a result depends on the same
 * sample of the operands only, both kernels may run on a few samples, then on the next few: what
 * the second reads still lies in the cache, and threads do not wait for one another in between.
 *
 *     map; convolution; reduce      becomes      for every few samples: map; convolution; reduce
 *
 * Needs: kernels in order, with addresses. Changes: the order, Kernel.chain, lives of buffers.
 * Keeps: addresses; what every kernel computes, so the same bits. (So that sums can be moved,
 * plan_memory.c keeps the little place of their results from early on.)
 *
 * A chain begins at a kernel and takes in later ones that touch a large value it touches, if
 * everything passed over on the way may run after them, or before the chain. Whether two kernels
 * may change places is asked of their addresses alone, so it holds for values that share a place.
 */

#include "passes/schedule.h"

/* How far a chain looks ahead, and how many it takes in: the values in between have to fit into a
 * cache together. */
enum { CHAIN_WINDOW = 20, CHAIN_MOST = 8 };

typedef struct Chainer {
    const Plan *plan;
    KernelVec kernels; /* as they stood */
    bool *placed;      /* by kernel: it has its new position */
    KernelVec *result;
} Chainer;

static const Buffer *buffer_at(const Plan *plan, const BindingVec *bindings, int64_t i) {
    return &plan->buffers.items[bindings->items[i].buffer];
}

/* ---- two kernels ---- */

static bool in_samples(const Buffer *buffer) {
    return buffer->place == PLACE_SAMPLES || buffer->place == PLACE_INPUT;
}

bool buffers_overlap(const Buffer *a, const Buffer *b) {
    if (a->place == PLACE_CONSTANT || b->place == PLACE_CONSTANT) return false;
    if (a->place != b->place && !(in_samples(a) && in_samples(b))) return false;
    return a->offset < b->offset + b->bytes && b->offset < a->offset + a->bytes;
}

bool buffers_match_samples(const Buffer *a, const Buffer *b) {
    return in_samples(a) && in_samples(b) && a->offset == b->offset && a->bytes == b->bytes &&
           a->layout == LAYOUT_ROWS && b->layout == LAYOUT_ROWS;
}

typedef bool PairTest(const Buffer *a, const Buffer *b);

static bool always(const Buffer *a, const Buffer *b) {
    (void)a, (void)b;
    return true;
}

static bool out_of_step(const Buffer *a, const Buffer *b) {
    return !buffers_match_samples(a, b);
}

/* True when one of the sets has a buffer that lies over one of the other's, and the test holds. */
static bool any_pair(const Plan *plan, const BindingVec *a, const BindingVec *b, PairTest *test) {
    for (int64_t i = 0; i < a->count; i++)
        for (int64_t j = 0; j < b->count; j++) {
            const Buffer *x = buffer_at(plan, a, i), *y = buffer_at(plan, b, j);
            if (buffers_overlap(x, y) && test(x, y)) return true;
        }
    return false;
}

/* One writes where the other reads or writes, and the test holds for the two buffers. */
static bool collide(const Plan *plan, const Kernel *a, const Kernel *b, PairTest *test) {
    return any_pair(plan, &a->outputs, &b->outputs, test) ||
           any_pair(plan, &a->outputs, &b->inputs, test) ||
           any_pair(plan, &a->inputs, &b->outputs, test);
}

bool kernels_in_step(const Plan *plan, const Kernel *a, const Kernel *b) {
    return !collide(plan, a, b, out_of_step);
}

/* ---- what may be in a chain ---- */

static bool crosses_samples(const Kernel *kernel) {
    for (int64_t i = 0; i < kernel->nodes.count; i++)
        if (op_table[kernel->nodes.items[i]->op].properties & OP_IS_ACROSS) return true;
    return false;
}

bool kernel_is_by_sample(const Plan *plan, const Kernel *kernel) {
    bool family = kernel->family == KERNEL_MAP || kernel->family == KERNEL_REDUCE ||
                  kernel->family == KERNEL_CONVOLUTION;
    if (!family || !kernel->domain.batched || crosses_samples(kernel)) return false;
    for (int64_t i = 0; i < kernel->outputs.count; i++) {
        const Buffer *buffer = buffer_at(plan, &kernel->outputs, i);
        if (buffer->place != PLACE_SAMPLES || buffer->layout != LAYOUT_ROWS) return false;
    }
    for (int64_t i = 0; i < kernel->inputs.count; i++) {
        const Buffer *buffer = buffer_at(plan, &kernel->inputs, i);
        if (in_samples(buffer) && buffer->layout != LAYOUT_ROWS) return false;
    }
    return true;
}

bool chains_wanted(const Plan *plan, const ViewPlan *view) {
    bool trains = view->view.kind == VIEW_TRAIN_STEP || view->view.kind == VIEW_GRAIN;
    return trains && plan->options.chain_bytes > 0;
}

bool buffer_is_large(const Plan *plan, const Buffer *buffer) {
    int64_t batch = plan->model->train.batch, least = plan->options.chain_bytes;
    if (batch == 0) return in_samples(buffer);
    return in_samples(buffer) && buffer->bytes >= least / batch + (least % batch != 0);
}

static bool both_large(const Plan *plan, const BindingVec *a, const BindingVec *b) {
    for (int64_t i = 0; i < a->count; i++)
        for (int64_t j = 0; j < b->count; j++)
            if (a->items[i].buffer == b->items[j].buffer &&
                buffer_is_large(plan, buffer_at(plan, a, i)))
                return true;
    return false;
}

/* A large value is read or written by both. */
static bool share_large(const Plan *plan, const Kernel *a, const Kernel *b) {
    return both_large(plan, &a->outputs, &b->inputs) || both_large(plan, &a->inputs, &b->inputs) ||
           both_large(plan, &a->inputs, &b->outputs);
}

/* ---- one chain ---- */

typedef struct KernelList {
    int32_t items[CHAIN_WINDOW]; /* ascending positions */
    int count;
} KernelList;

static const Kernel *kernel_in(const Chainer *chainer, const KernelList *list, int i) {
    return &chainer->kernels.items[list->items[i]];
}

/* The kernel may change places with all of the list. */
static bool may_pass(const Chainer *chainer, const Kernel *kernel, const KernelList *list) {
    for (int i = 0; i < list->count; i++)
        if (collide(chainer->plan, kernel_in(chainer, list, i), kernel, always)) return false;
    return true;
}

static bool may_join(const Chainer *chainer, const Kernel *kernel, const KernelList *chain) {
    bool shares = false;
    if (chain->count == CHAIN_MOST || !kernel_is_by_sample(chainer->plan, kernel)) return false;
    for (int i = 0; i < chain->count; i++) {
        const Kernel *member = kernel_in(chainer, chain, i);
        if (!kernels_in_step(chainer->plan, member, kernel)) return false;
        shares |= share_large(chainer->plan, member, kernel);
    }
    return shares;
}

static void place_kernel(Chainer *chainer, int32_t position, int32_t chain) {
    Kernel kernel = chainer->kernels.items[position];
    kernel.id = (int32_t)chainer->result->count;
    kernel.chain = chain;
    chainer->placed[position] = true;
    VEC_PUSH(chainer->plan->arena, *chainer->result, kernel);
}

/* Places the kernel and the chain that begins there. */
static void place_chain(Chainer *chainer, int32_t start) {
    KernelList before = {0}, chain = {{start}, 1}, after = {0};
    int32_t end = start + CHAIN_WINDOW;
    if (end > chainer->kernels.count) end = (int32_t)chainer->kernels.count;
    if (!kernel_is_by_sample(chainer->plan, &chainer->kernels.items[start])) end = start;
    for (int32_t i = start + 1; i < end; i++) {
        if (chainer->placed[i]) continue;
        const Kernel *kernel = &chainer->kernels.items[i];
        bool passes = may_pass(chainer, kernel, &after);
        KernelList *list = &after;
        if (passes && may_join(chainer, kernel, &chain))
            list = &chain;
        else if (passes && may_pass(chainer, kernel, &chain))
            list = &before;
        list->items[list->count++] = i;
    }
    int32_t last = chain.items[chain.count - 1];
    for (int i = 0; i < before.count && before.items[i] < last; i++)
        place_kernel(chainer, before.items[i], 1);
    for (int i = 0; i < chain.count; i++)
        place_kernel(chainer, chain.items[i], i == 0 ? chain.count : 0);
}

void chains_form(Plan *plan, ViewPlan *view) {
    if (!chains_wanted(plan, view)) return;
    Chainer chainer = {
        .plan = plan,
        .kernels = view->kernels,
        .placed = ARENA_ARRAY(plan->arena, bool, view->kernels.count),
    };
    KernelVec result = {0};
    chainer.result = &result;
    for (int32_t i = 0; i < chainer.kernels.count; i++)
        if (!chainer.placed[i]) place_chain(&chainer, i);
    view->kernels = result;
    memory_lives(plan, view);
}
