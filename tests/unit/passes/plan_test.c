/* plan_test.c: plans of a dense network: how many kernels, what they write, in which layout, and
 * how much memory. */

#include "fixture.h"

#include <string.h>

static const int64_t sizes_small[] = {64, 48, 32, 10};

static Plan *dense_plan(Fixture *fixture, FixtureOptimizer optimizer, PlanOptions options) {
    fixture_init(fixture);
    fixture_dense(fixture, sizes_small, 4, optimizer);
    return fixture_plan(fixture, options);
}

/* Every node is a kernel of its own, but for leaves and reshapes. */
static void test_plain(void) {
    Fixture fixture;
    Plan *plan = dense_plan(&fixture, FIXTURE_ADAM, options_plain);
    const ViewPlan *predict = fixture_view_plan(plan, VIEW_PREDICT);
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_MATMUL), 3);
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_ROW), 1);
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_COPY), 0);
    /* bias: broadcast and add; relu: broadcast zero and maximum */
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_MAP), 3 * 2 + 2 * 2);
    for (int64_t i = 0; i < predict->kernels.count; i++) {
        int64_t computed = 0;
        const Kernel *kernel = &predict->kernels.items[i];
        for (int64_t j = 0; j < kernel->nodes.count; j++)
            computed += kernel->nodes.items[j]->op != OP_CONSTANT;
        CU_ASSERT_EQUAL(computed, 1);
    }
    const ViewPlan *train = fixture_view_plan(plan, VIEW_TRAIN_STEP);
    CU_ASSERT_EQUAL(fixture_count(train, KERNEL_MATMUL), 5);
    CU_ASSERT_EQUAL(fixture_count(train, KERNEL_CONTRACT), 3);
    fixture_free(&fixture);
}

static void test_fused_predict(void) {
    Fixture fixture;
    Plan *plan = dense_plan(&fixture, FIXTURE_ADAM, options_all);
    const ViewPlan *predict = fixture_view_plan(plan, VIEW_PREDICT);
    CU_ASSERT_EQUAL(predict->kernels.count, 4); /* three layers and the softmax */
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_MATMUL), 3);
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_ROW), 1);
    const ViewPlan *evaluate = fixture_view_plan(plan, VIEW_EVALUATE);
    CU_ASSERT_EQUAL(evaluate->kernels.count, 5); /* loss and output in one; the penalty's 0 */
    fixture_free(&fixture);
}

/* Every kernel of a training step is one of those that a person would write. */
static void test_fused_train(void) {
    for (int optimizer = FIXTURE_SGD; optimizer <= FIXTURE_ADAM; optimizer++) {
        Fixture fixture;
        Plan *plan = dense_plan(&fixture, (FixtureOptimizer)optimizer, options_all);
        const ViewPlan *train = fixture_view_plan(plan, VIEW_TRAIN_STEP);
        CU_ASSERT_EQUAL(fixture_count(train, KERNEL_MATMUL), 5);    /* forward 3, backward 2 */
        CU_ASSERT_EQUAL(fixture_count(train, KERNEL_CONTRACT), 3);  /* with the optimizer */
        CU_ASSERT_EQUAL(fixture_count(train, KERNEL_ROW), 1);       /* softmax, loss, gradient */
        CU_ASSERT_EQUAL(fixture_count(train, KERNEL_COPY), 2);      /* weights turned */
        CU_ASSERT_EQUAL(fixture_count(train, KERNEL_BATCH_SUM), 4); /* biases, loss */
        CU_ASSERT_EQUAL(fixture_count(train, KERNEL_MAP), 4);       /* biases; single numbers */
        CU_ASSERT_EQUAL(fixture_count(train, KERNEL_REDUCE), 0);
        fixture_free(&fixture);
    }
}

/* Weights and moments are written where they are, and live in panels with what products read as
 * operand b. */
static void test_panels(void) {
    Fixture fixture;
    Plan *plan = dense_plan(&fixture, FIXTURE_ADAM, options_all);
    const ViewPlan *train = fixture_view_plan(plan, VIEW_TRAIN_STEP);
    for (int64_t i = 0; i < train->kernels.count; i++) {
        const Kernel *kernel = &train->kernels.items[i];
        if (kernel->family != KERNEL_CONTRACT && kernel->family != KERNEL_MATMUL) continue;
        const Buffer *b = &plan->buffers.items[kernel->inputs.items[1].buffer];
        CU_ASSERT_EQUAL(b->layout, LAYOUT_PANELS);
        if (kernel->family != KERNEL_CONTRACT) continue;
        CU_ASSERT_EQUAL(kernel->outputs.count, 3);
        for (int64_t j = 0; j < kernel->outputs.count; j++) {
            const Buffer *output = &plan->buffers.items[kernel->outputs.items[j].buffer];
            CU_ASSERT_EQUAL(output->place, PLACE_VARIABLE);
            CU_ASSERT_EQUAL(output->layout, LAYOUT_PANELS);
        }
    }
    Plan *rows =
        fixture_plan(&fixture, (PlanOptions){.fuse = true, .reuse = true, .share_functions = true});
    for (int64_t i = 0; i < rows->buffers.count; i++)
        CU_ASSERT_EQUAL(rows->buffers.items[i].layout, LAYOUT_ROWS);
    CU_ASSERT(plan->variable_bytes > rows->variable_bytes); /* 10 columns take 16 */
    fixture_free(&fixture);
}

/* Two layers of one shape share their function: the step's single numbers are loaded by each and
 * nothing but variables is written. */
static void test_equal_layers(void) {
    static const int64_t sizes[] = {64, 64, 64, 10};
    Fixture fixture;
    fixture_init(&fixture);
    fixture_dense(&fixture, sizes, 4, FIXTURE_ADAM);
    Plan *plan = fixture_plan(&fixture, options_all);
    const ViewPlan *train = fixture_view_plan(plan, VIEW_TRAIN_STEP);
    CU_ASSERT_EQUAL(train->kernels.count, 19);
    int64_t square = 0;
    int32_t function = -1;
    for (int64_t i = 0; i < train->kernels.count; i++) {
        const Kernel *kernel = &train->kernels.items[i];
        if (kernel->family != KERNEL_CONTRACT || kernel->domain.shape.dims[1] != 64) continue;
        CU_ASSERT_EQUAL(kernel->outputs.count, 3);
        CU_ASSERT(square == 0 || kernel->function == function);
        function = kernel->function;
        square++;
    }
    CU_ASSERT_EQUAL(square, 2);
    fixture_free(&fixture);
}

/* Bytes a sample that are live at a kernel; what shares a place counts once. */
static int64_t live_bytes(const Plan *plan, const ViewPlan *view, int32_t kernel) {
    int64_t bytes = 0;
    for (int64_t k = 0; k < view->kernels.count; k++) {
        const BindingVec *outputs = &view->kernels.items[k].outputs;
        for (int64_t i = 0; i < outputs->count; i++) {
            const Buffer *buffer = &plan->buffers.items[outputs->items[i].buffer];
            bool live = buffer->first_kernel == k && k <= kernel && buffer->last_kernel >= kernel;
            if (!live || buffer->place != PLACE_SAMPLES) continue;
            if (buffer->shares < 0 || buffer->first_kernel < kernel) bytes += buffer->bytes;
        }
    }
    return bytes;
}

static void test_reuse(void) {
    Fixture fixture;
    Plan *plain = dense_plan(&fixture, FIXTURE_ADAM, options_plain);
    Plan *reused = fixture_plan(&fixture, (PlanOptions){.reuse = true});
    CU_ASSERT(reused->fixed_bytes < plain->fixed_bytes / 2);
    CU_ASSERT(reused->sample_bytes < plain->sample_bytes / 2);
    Plan *best = fixture_plan(&fixture, options_all);
    for (int64_t v = 0; v < best->views.count; v++) {
        const ViewPlan *view = &best->views.items[v];
        int64_t most = 0, inputs = 64 * 4 + 4;
        for (int32_t k = 0; k < view->kernels.count; k++)
            if (live_bytes(best, view, k) > most) most = live_bytes(best, view, k);
        CU_ASSERT(view->sample_bytes <= inputs + most + most / 8 + 16);
    }
    for (int64_t i = 0; i < best->buffers.count; i++) {
        const Buffer *buffer = &best->buffers.items[i];
        if (buffer->place == PLACE_INPUT && buffer->index == 1)
            CU_ASSERT_EQUAL(buffer->offset, 64 * 4);
    }
    fixture_free(&fixture);
}

/* Layers of one shape share their kernels, and the forward pass is that of every view. */
static void test_functions(void) {
    static const int64_t sizes[] = {32, 32, 32, 32, 32, 10};
    Fixture fixture;
    fixture_init(&fixture);
    fixture_dense(&fixture, sizes, 6, FIXTURE_ADAM);
    PlanOptions options = options_all;
    Plan *shared = fixture_plan(&fixture, options);
    options.share_functions = false;
    Plan *apart = fixture_plan(&fixture, options);
    int64_t kernels = 0;
    for (int64_t v = 0; v < apart->views.count; v++)
        kernels += apart->views.items[v].kernels.count;
    CU_ASSERT_EQUAL(apart->functions.count, kernels);
    CU_ASSERT(shared->functions.count < kernels / 2);
    const ViewPlan *predict = fixture_view_plan(shared, VIEW_PREDICT);
    CU_ASSERT_EQUAL(predict->kernels.items[1].function, predict->kernels.items[2].function);
    CU_ASSERT_NOT_EQUAL(predict->kernels.items[0].function, predict->kernels.items[4].function);
    /* Draws of the same shape differ in their streams alone. */
    const ViewPlan *initialize = fixture_view_plan(shared, VIEW_INITIALIZE);
    int32_t draws = -1;
    for (int64_t i = 0; i < initialize->kernels.count; i++) {
        const Kernel *kernel = &initialize->kernels.items[i];
        bool is_draw = kernel->nodes.count && kernel->nodes.items[0]->op == OP_DRAW_UNIFORM;
        if (!is_draw || kernel->domain.shape.dims[1] != 32) continue;
        if (draws >= 0) CU_ASSERT_EQUAL(kernel->function, draws);
        draws = kernel->function;
    }
    fixture_free(&fixture);
}

static void test_print(void) {
    Fixture fixture;
    Plan *plan = dense_plan(&fixture, FIXTURE_ADAM, options_all);
    Text text;
    text_init(&text, &fixture.arena);
    plan_print(&text, plan);
    CU_ASSERT_PTR_NOT_NULL(strstr(text.chars, "= max(pixels @ dense_1.w + dense_1.b, 0)"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text.chars, "dense_2.w' = transpose(dense_2.w)"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text.chars, "log_softmax("));
    Text memory;
    text_init(&memory, &fixture.arena);
    plan_memory_print(&memory, plan, 30);
    CU_ASSERT_PTR_NOT_NULL(strstr(memory.chars, "memory for 32 samples"));
    CU_ASSERT_PTR_NOT_NULL(strstr(memory.chars, "most is live in train_step"));
    fixture_free(&fixture);
}

void plan_suite(CU_pSuite suite) {
    CU_add_test(suite, "every node a kernel", test_plain);
    CU_add_test(suite, "fused forward pass", test_fused_predict);
    CU_add_test(suite, "fused training step", test_fused_train);
    CU_add_test(suite, "panels", test_panels);
    CU_add_test(suite, "equal layers", test_equal_layers);
    CU_add_test(suite, "places are used again", test_reuse);
    CU_add_test(suite, "kernels are shared", test_functions);
    CU_add_test(suite, "printing", test_print);
}
