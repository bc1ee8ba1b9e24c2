/* fixture.h: models made by hand, in the form in which elaboration and differentiation leave them.
 */
#ifndef TESTS_PASSES_FIXTURE_H
#define TESTS_PASSES_FIXTURE_H

#include "passes/plan.h"

#include <CUnit/CUnit.h>

typedef struct Fixture {
    Arena arena;
    Model model;
    ViewVec views;
} Fixture;

typedef enum FixtureOptimizer { FIXTURE_SGD, FIXTURE_ADAM } FixtureOptimizer;

void fixture_init(Fixture *fixture);
void fixture_free(Fixture *fixture);

Type fixture_batched(int rank, const int64_t *dims);
Type fixture_fixed(int rank, const int64_t *dims);
/* A new input or variable of the model. */
Node *fixture_input(Fixture *fixture, const char *name, Type type);
Node *fixture_variable(Fixture *fixture, const char *name, VariableRole role, Type type);
/* A view without results, and a result of the last view. */
void fixture_view(Fixture *fixture, ViewKind kind);
void fixture_result(Fixture *fixture, ResultKind kind, int64_t index, Node *node);

/* sizes[0] -> relu sizes[1] -> ... -> softmax sizes[count - 1] with cross-entropy: initialize,
 * train_step, evaluate, predict. */
void fixture_dense(Fixture *fixture, const int64_t *sizes, int count, FixtureOptimizer optimizer);

/* A graph of 5 to 70 random operations as view train_step, with results of all kinds; the third
 * input is a class. */
void fixture_random(Fixture *fixture, uint64_t seed);

/* The plan; it is verified. */
Plan *fixture_plan(Fixture *fixture, PlanOptions options);
const ViewPlan *fixture_view_plan(const Plan *plan, ViewKind kind);
int fixture_count(const ViewPlan *view, KernelFamily family);

extern const PlanOptions options_plain; /* nothing switched on */
extern const PlanOptions options_all;   /* everything but double precision */

void plan_suite(CU_pSuite suite);
void fuse_suite(CU_pSuite suite);
void verify_suite(CU_pSuite suite);
void chain_suite(CU_pSuite suite);
void random_suite(CU_pSuite suite);

#endif
