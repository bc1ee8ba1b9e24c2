/* plan_test.c: plans of small graphs made by hand: valid, and no more kernels than they should be.
 */

#include "fixture.h"

static const int64_t sizes_small[] = {64, 48, 32, 10};

/* Every node is a kernel of its own, but for leaves and reshapes. */
static void test_plain(void) {
    Fixture fixture;
    fixture_init(&fixture);
    fixture_dense(&fixture, sizes_small, 4, FIXTURE_ADAM);
    Plan *plan = fixture_plan(&fixture, options_plain);
    const ViewPlan *predict = fixture_view_plan(plan, VIEW_PREDICT);
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_MATMUL), 3);
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_ROW), 1);
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_COPY), 0);
    /* bias: broadcast and add; relu: broadcast zero and maximum */
    CU_ASSERT_EQUAL(fixture_count(predict, KERNEL_MAP), 3 * 2 + 2 * 2);
    const ViewPlan *train = fixture_view_plan(plan, VIEW_TRAIN_STEP);
    CU_ASSERT_EQUAL(fixture_count(train, KERNEL_MATMUL), 5);
    CU_ASSERT_EQUAL(fixture_count(train, KERNEL_CONTRACT), 3);
    fixture_free(&fixture);
}

static void test_reuse(void) {
    Fixture fixture;
    fixture_init(&fixture);
    fixture_dense(&fixture, sizes_small, 4, FIXTURE_ADAM);
    Plan *plain = fixture_plan(&fixture, options_plain);
    Plan *reused = fixture_plan(&fixture, (PlanOptions){.reuse = true});
    CU_ASSERT(reused->fixed_bytes < plain->fixed_bytes / 2);
    CU_ASSERT(reused->sample_bytes < plain->sample_bytes / 2);
    fixture_free(&fixture);
}

static void test_fused(void) {
    Fixture fixture;
    fixture_init(&fixture);
    fixture_dense(&fixture, sizes_small, 4, FIXTURE_ADAM);
    Plan *plan = fixture_plan(&fixture, options_all);
    CU_ASSERT(plan->functions.count > 0);
    fixture_free(&fixture);
}

void plan_suite(CU_pSuite suite) {
    CU_add_test(suite, "every node a kernel", test_plain);
    CU_add_test(suite, "fusion", test_fused);
    CU_add_test(suite, "places are used again", test_reuse);
}
