/* random_test.c: plans of random graphs are valid with every combination of options. */

#include "fixture.h"

static Plan *plan_of(Fixture *fixture, int bits) {
    PlanOptions options = {.fuse = bits & 1,
                           .panels = bits & 2,
                           .reuse = bits & 4,
                           .double_precision = bits & 8,
                           .share_functions = true,
                           .chain_bytes = bits >> 4};
    return fixture_plan(fixture, options);
}

static void test_random(void) {
    for (uint64_t seed = 1; seed <= 200; seed++) {
        Fixture fixture;
        fixture_init(&fixture);
        fixture_random(&fixture, seed);
        for (int bits = 0; bits < 32; bits++) {
            Plan *plan = plan_of(&fixture, bits);
            if (!(bits & 4)) continue;
            Plan *apart = plan_of(&fixture, bits & ~4);
            CU_ASSERT(plan->fixed_bytes <= apart->fixed_bytes);
            CU_ASSERT(plan->sample_bytes <= apart->sample_bytes);
        }
        fixture_free(&fixture);
    }
}

void random_suite(CU_pSuite suite) {
    CU_add_test(suite, "random graphs", test_random);
}
