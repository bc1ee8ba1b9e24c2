/* verify_test.c: a plan that was damaged is refused. */

#include "fixture.h"

static const int64_t sizes[] = {20, 24, 10};

typedef struct Damaged {
    Fixture fixture;
    Plan *plan;
    ViewPlan *train;
} Damaged;

static void begin(Damaged *damaged) {
    fixture_init(&damaged->fixture);
    fixture_dense(&damaged->fixture, sizes, 3, FIXTURE_ADAM);
    damaged->plan = fixture_plan(&damaged->fixture, options_all);
    for (int64_t i = 0; i < damaged->plan->views.count; i++)
        if (damaged->plan->views.items[i].view.kind == VIEW_TRAIN_STEP)
            damaged->train = &damaged->plan->views.items[i];
}

static void expect_refusal(Damaged *damaged) {
    CU_ASSERT_STRING_NOT_EQUAL(plan_verify(&damaged->fixture.arena, damaged->plan), "");
    fixture_free(&damaged->fixture);
}

static Kernel *first_of(const Damaged *damaged, KernelFamily family) {
    for (int64_t i = 0; i < damaged->train->kernels.count; i++)
        if (damaged->train->kernels.items[i].family == family)
            return &damaged->train->kernels.items[i];
    CU_FAIL_FATAL("no such kernel");
    return NULL;
}

/* Each kernel in turn is left out. */
static void test_missing_kernel(void) {
    Damaged count;
    begin(&count);
    int64_t kernels = count.train->kernels.count;
    fixture_free(&count.fixture);
    for (int64_t k = 0; k < kernels; k++) {
        Damaged damaged;
        begin(&damaged);
        KernelVec *list = &damaged.train->kernels;
        for (int64_t i = k; i + 1 < list->count; i++)
            list->items[i] = list->items[i + 1];
        list->count--;
        expect_refusal(&damaged);
    }
}

/* The last kernel that reads a weight comes after its update. */
static void test_late_reader(void) {
    Damaged damaged;
    begin(&damaged);
    KernelVec *list = &damaged.train->kernels;
    Kernel copy = *first_of(&damaged, KERNEL_COPY);
    int64_t at = copy.id;
    while (at + 1 < list->count) {
        list->items[at] = list->items[at + 1];
        at++;
    }
    list->items[at] = copy;
    expect_refusal(&damaged);
}

static void test_overlap(void) {
    Damaged damaged;
    begin(&damaged);
    const Kernel *forward = first_of(&damaged, KERNEL_MATMUL);
    const Kernel *row = first_of(&damaged, KERNEL_ROW);
    damaged.plan->buffers.items[row->outputs.items[0].buffer].offset =
        damaged.plan->buffers.items[forward->outputs.items[0].buffer].offset;
    expect_refusal(&damaged);
}

static void test_outside(void) {
    Damaged damaged;
    begin(&damaged);
    const Kernel *forward = first_of(&damaged, KERNEL_MATMUL);
    damaged.plan->buffers.items[forward->outputs.items[0].buffer].offset += 1 << 20;
    expect_refusal(&damaged);
}

static void test_wrong_input(void) {
    Damaged damaged;
    begin(&damaged);
    Kernel *sum = first_of(&damaged, KERNEL_BATCH_SUM);
    sum->inputs.items[0].buffer = sum->outputs.items[0].buffer;
    expect_refusal(&damaged);
}

static void test_missing_node(void) {
    Damaged damaged;
    begin(&damaged);
    first_of(&damaged, KERNEL_CONTRACT)->nodes.count--;
    expect_refusal(&damaged);
}

static void test_missing_result(void) {
    Damaged damaged;
    begin(&damaged);
    damaged.train->results.count--;
    expect_refusal(&damaged);
}

static void test_not_turned(void) {
    Damaged damaged;
    begin(&damaged);
    first_of(&damaged, KERNEL_COPY)->transposed = false;
    expect_refusal(&damaged);
}

void verify_suite(CU_pSuite suite) {
    CU_add_test(suite, "missing kernel", test_missing_kernel);
    CU_add_test(suite, "reader after the update", test_late_reader);
    CU_add_test(suite, "two values in one place", test_overlap);
    CU_add_test(suite, "outside of the arena", test_outside);
    CU_add_test(suite, "wrong input", test_wrong_input);
    CU_add_test(suite, "missing node", test_missing_node);
    CU_add_test(suite, "missing result", test_missing_result);
    CU_add_test(suite, "matrix not turned", test_not_turned);
}
