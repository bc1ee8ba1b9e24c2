/* chain_test.c: which kernels run together, a few samples at a time. */

#include "fixture.h"

#include <string.h>

enum { SIDE = 8, CHANNELS = 16 };

typedef struct Pictures {
    Fixture fixture;
    Node *input, *weights;
} Pictures;

static void begin(Pictures *p, ViewKind kind) {
    static const int64_t image[3] = {SIDE, SIDE, CHANNELS}, kernel[4] = {3, 3, CHANNELS, CHANNELS};
    fixture_init(&p->fixture);
    p->input = fixture_input(&p->fixture, "x", fixture_batched(3, image));
    p->weights = fixture_variable(&p->fixture, "w", ROLE_PARAMETER, fixture_fixed(4, kernel));
    fixture_view(&p->fixture, kind);
}

static Node *unary(Pictures *p, OpKind op, Node *operand) {
    return graph_node(&p->fixture.model.graph, op, (Attr){0}, &operand, 1, NULL);
}

static Node *convolution(Pictures *p, Node *image) {
    Window window = {.size = {3, 3},
                     .stride = {1, 1},
                     .dilation = {1, 1},
                     .before = {1, 1},
                     .after = {1, 1},
                     .extent = {SIDE, SIDE},
                     .groups = 1};
    Node *operands[2] = {image, p->weights};
    return graph_node(&p->fixture.model.graph, OP_CONVOLUTION, (Attr){.window = window}, operands,
                      2, NULL);
}

static Node *pixel_sum(Pictures *p, Node *image) {
    return graph_reduce(&p->fixture.model.graph, OP_SUM, image, 3);
}

/* exp -> conv -> sum over pixels -> sum over samples. */
static Plan *plan_of_step(Pictures *p, ViewKind kind, int64_t chain_bytes) {
    begin(p, kind);
    Node *image = unary(p, OP_EXP, p->input);
    Node *total = pixel_sum(p, convolution(p, image));
    fixture_result(&p->fixture, RESULT_LOSS, 0, unary(p, OP_BATCH_SUM, total));
    fixture_result(&p->fixture, RESULT_OUTPUT, 0, image);
    PlanOptions options = options_all;
    options.chain_bytes = chain_bytes;
    return fixture_plan(&p->fixture, options);
}

static const int64_t batch_bytes = (int64_t)32 * SIDE * SIDE * CHANNELS * 4;

static void test_step(void) {
    Pictures p;
    Plan *plan = plan_of_step(&p, VIEW_TRAIN_STEP, batch_bytes);
    const KernelVec *kernels = &plan->views.items[0].kernels;
    CU_ASSERT_EQUAL_FATAL(kernels->count, 4);
    static const int32_t chains[4] = {3, 0, 0, 1};
    static const KernelFamily families[4] = {KERNEL_MAP, KERNEL_CONVOLUTION, KERNEL_REDUCE,
                                             KERNEL_BATCH_SUM};
    for (int i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(kernels->items[i].chain, chains[i]);
        CU_ASSERT_EQUAL(kernels->items[i].family, families[i]);
    }
    Text text;
    text_init(&text, &p.fixture.arena);
    plan_print(&text, plan);
    CU_ASSERT_PTR_NOT_NULL(strstr(text.chars, "0 .. 2 a few samples at a time:"));
    fixture_free(&p.fixture);
}

static bool any_chain(const Plan *plan) {
    const KernelVec *kernels = &plan->views.items[0].kernels;
    for (int64_t i = 0; i < kernels->count; i++)
        if (kernels->items[i].chain != 1) return true;
    return false;
}

/* Small values stay in the cache anyway; 0 switches chains off; only training has them. */
static void test_not_worth(void) {
    static const struct {
        ViewKind kind;
        int64_t bytes;
    } cases[3] = {
        {VIEW_TRAIN_STEP, batch_bytes + 1}, {VIEW_TRAIN_STEP, 0}, {VIEW_PREDICT, batch_bytes}};
    for (int i = 0; i < 3; i++) {
        Pictures p;
        CU_ASSERT_FALSE(any_chain(plan_of_step(&p, cases[i].kind, cases[i].bytes)));
        fixture_free(&p.fixture);
    }
}

/* The convolution takes pictures of other samples. */
static void test_other_samples(void) {
    Pictures p;
    begin(&p, VIEW_TRAIN_STEP);
    Node *image = unary(&p, OP_EXP, p.input);
    Node *rolled = unary(&p, OP_BATCH_ROLL, convolution(&p, image));
    fixture_result(&p.fixture, RESULT_OUTPUT, 0, rolled);
    fixture_result(&p.fixture, RESULT_OUTPUT, 1, image);
    Plan *plan = fixture_plan(&p.fixture, options_all);
    const KernelVec *kernels = &plan->views.items[0].kernels;
    CU_ASSERT_EQUAL_FATAL(kernels->count, 3);
    CU_ASSERT_EQUAL(kernels->items[0].chain, 2);
    CU_ASSERT_EQUAL(kernels->items[2].chain, 1);
    fixture_free(&p.fixture);
}

/* A sum that stands behind a kernel of another kind is taken in, past that kernel. */
static void test_passes_over(void) {
    Pictures p;
    begin(&p, VIEW_TRAIN_STEP);
    Node *image = unary(&p, OP_EXP, p.input);
    Node *result = convolution(&p, image);
    Node *over_batch = unary(&p, OP_BATCH_SUM, result);
    Node *total = pixel_sum(&p, result);
    fixture_result(&p.fixture, RESULT_LOSS, 0, over_batch);
    fixture_result(&p.fixture, RESULT_OUTPUT, 0, image);
    fixture_result(&p.fixture, RESULT_OUTPUT, 1, total);
    Plan *plan = fixture_plan(&p.fixture, options_all);
    const KernelVec *kernels = &plan->views.items[0].kernels;
    CU_ASSERT_EQUAL_FATAL(kernels->count, 4);
    CU_ASSERT_EQUAL(kernels->items[0].chain, 3);
    CU_ASSERT_EQUAL(kernels->items[2].family, KERNEL_REDUCE);
    CU_ASSERT_EQUAL(kernels->items[3].family, KERNEL_BATCH_SUM);
    fixture_free(&p.fixture);
}

/* Chains that are damaged are refused: one too long, one that runs over the end, one whose kernels
 * touch one another's other samples. */
static void test_damaged(void) {
    for (int damage = 0; damage < 3; damage++) {
        Pictures p;
        Plan *plan = plan_of_step(&p, VIEW_TRAIN_STEP, batch_bytes);
        Kernel *kernels = plan->views.items[0].kernels.items;
        if (damage == 0) kernels[0].chain = 4;
        if (damage == 0) kernels[3].chain = 0;
        if (damage == 1) kernels[3].chain = 2;
        if (damage == 2) plan->buffers.items[kernels[2].outputs.items[0].buffer].offset -= 64;
        const char *problem = plan_verify(&p.fixture.arena, plan);
        CU_ASSERT_PTR_NOT_NULL(strstr(problem, "is not for its chain"));
        fixture_free(&p.fixture);
    }
}

void chain_suite(CU_pSuite suite) {
    CU_add_test(suite, "map, convolution, sum", test_step);
    CU_add_test(suite, "where it is not worth it", test_not_worth);
    CU_add_test(suite, "other samples", test_other_samples);
    CU_add_test(suite, "past kernels of another kind", test_passes_over);
    CU_add_test(suite, "damaged chains", test_damaged);
}
