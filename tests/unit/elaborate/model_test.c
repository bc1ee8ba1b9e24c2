/* model_test.c: parameters, states, statistics, losses, metrics: what a model consists of. */
#include <CUnit/Basic.h>
#include <math.h>
#include <string.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"

static void check_names(Elaborated *e, const char *const *names, int64_t count) {
    CU_ASSERT_FATAL(e->ok);
    CU_ASSERT_EQUAL(e->model.variables.count, count);
    for (int64_t i = 0; i < count && i < e->model.variables.count; i++) {
        if (strcmp(e->model.variables.items[i].name, names[i]) != 0)
            printf("  variable %d is %s, not %s\n", (int)i, e->model.variables.items[i].name,
                   names[i]);
        CU_ASSERT_STRING_EQUAL(e->model.variables.items[i].name, names[i]);
    }
}

void paths_count_calls(void) {
    Elaborated *e =
        elaborated("layer residual(x, units) = x + (x -> dense(units, relu) -> dense(units))\n"
                   "layer wrap(x) = x -> dense(2, name = \"inner\") -> dense(2, prelu)\n"
                   "model m { input x : real[2]\n param w = 0\n"
                   "  output y = x * w -> dense(2) -> repeat 2 residual(2) -> dense(2) -> wrap }");
    static const char *const names[] = {"w",
                                        "dense.w",
                                        "dense.b",
                                        "residual.dense.w",
                                        "residual.dense.b",
                                        "residual.dense_2.w",
                                        "residual.dense_2.b",
                                        "residual_2.dense.w",
                                        "residual_2.dense.b",
                                        "residual_2.dense_2.w",
                                        "residual_2.dense_2.b",
                                        "dense_2.w",
                                        "dense_2.b",
                                        "wrap.inner.w",
                                        "wrap.inner.b",
                                        "wrap.dense.w",
                                        "wrap.dense.b",
                                        "wrap.dense.prelu.slope"};
    check_names(e, names, sizeof names / sizeof *names);
    elaborated_free(e);
}

void names_share_parameters(void) {
    Elaborated *e =
        elaborated("layer encoder(x) = x -> dense(2) -> batchnorm\n"
                   "model m { input a : real[2]\n input b : real[2]\n"
                   "  p = a -> encoder(name = \"enc\")\n  q = encoder(b, name = \"enc\")\n"
                   "  output y = p * q -> dense(1) }");
    static const char *const names[] = {"enc.dense.w",
                                        "enc.dense.b",
                                        "enc.batchnorm.scale",
                                        "enc.batchnorm.shift",
                                        "enc.batchnorm.usual_mean",
                                        "enc.batchnorm.usual_variance",
                                        "dense.w",
                                        "dense.b"};
    check_names(e, names, sizeof names / sizeof *names);
    /* The first value is drawn once. */
    CU_ASSERT_EQUAL(e->model.draw_count, 2);
    elaborated_free(e);
}

void states_are_updated(void) {
    Elaborated *e = elaborated_body("input x : real\nstate s = 10\nbefore = s\n"
                                    "s <- s + batch_mean(x)\nmiddle = s\ns <- 2 * s\n"
                                    "output y = x * 0 + before + 1000 * middle + 1000000 * s");
    CU_ASSERT_FATAL(e->ok);
    /* x is 1: in training 10, 11, 22; elsewhere 10 throughout. */
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 1), 10 + 11e3 + 22e6, 0);
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), 10 + 10e3 + 10e6, 0);
    const Variable *s = variable_named(e, "s");
    CU_ASSERT_EQUAL(s->role, ROLE_STATE);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, s->next, 1, NULL, 1), 22, 0);
    elaborated_free(e);
}

void states_stand_still_when_frozen(void) {
    Elaborated *e = elaborated("model m { input x : real[2]\n target t : real[2]\n"
                               "  output y = x -> batchnorm -> dense(2) -> batchnorm\n"
                               "  loss mse(y, t) }\n"
                               "train { freeze = [\"batchnorm\"] }");
    CU_ASSERT_FATAL(e->ok);
    CU_ASSERT(variable_named(e, "batchnorm.scale")->frozen);
    CU_ASSERT_PTR_NULL(variable_named(e, "batchnorm.scale")->next);
    CU_ASSERT_PTR_NULL(variable_named(e, "batchnorm.usual_mean")->next);
    CU_ASSERT(!variable_named(e, "batchnorm_2.scale")->frozen);
    CU_ASSERT_PTR_NOT_NULL(variable_named(e, "batchnorm_2.usual_mean")->next);
    CU_ASSERT_PTR_NOT_NULL(variable_named(e, "dense.w")->next);
    elaborated_free(e);
}

void statistics_have_levels(void) {
    Elaborated *e = elaborated_body("input x : real[3]\noutput y = x -> standardize -> minmax");
    CU_ASSERT_FATAL(e->ok);
    static const struct {
        const char *name;
        StatisticKind kind;
        int level;
    } expected[] = {{"standardize.data_mean", STATISTIC_MEAN, 0},
                    {"standardize.data_mean_2", STATISTIC_MEAN, 1},
                    {"minmax.data_min", STATISTIC_MIN, 2},
                    {"minmax.data_max", STATISTIC_MAX, 2}};
    CU_ASSERT_EQUAL(e->model.variables.count, 4);
    for (int i = 0; i < 4; i++) {
        const Variable *variable = variable_named(e, expected[i].name);
        CU_ASSERT_PTR_NOT_NULL_FATAL(variable);
        CU_ASSERT_EQUAL(variable->role, ROLE_STATISTIC);
        CU_ASSERT_EQUAL(variable->statistic, expected[i].kind);
        CU_ASSERT_EQUAL(variable->level, expected[i].level);
        CU_ASSERT(variable->sample_value->type.batched && !variable->leaf->type.batched);
        CU_ASSERT_EQUAL(shape_elements(variable->type.shape), 3);
    }
    elaborated_free(e);
}

void unread_variables_do_not_exist(void) {
    Elaborated *e = elaborated("model m { input x : real[2]\n target t : real\n"
                               "  unread = x -> dense(7)\n param w : [2] ~ normal(0, 1)\n"
                               "  state s = 0\n s <- s + sum(w)\n state u = 0\n u <- u + s\n"
                               "  output y = x @ w + s\n loss mse(y, t)\n regularize l2 }\n"
                               "train { optimizer = sgd(lr = 0.1) }");
    static const char *const names[] = {"w", "s"};
    check_names(e, names, 2);
    CU_ASSERT_EQUAL(e->model.penalties.count, 1);
    CU_ASSERT_EQUAL(e->model.layers.count, 0);
    const Variable *w = variable_named(e, "w");
    CU_ASSERT_EQUAL(w->leaf->attr.index, 0);
    /* w - lr * gradient, the gradient being 0.5 here */
    CU_ASSERT_DOUBLE_EQUAL(value_of(e, w->next, 1, NULL, 1)[1], e->variables[0][1] - 0.05, 1e-12);
    elaborated_free(e);
}

void losses_add_up(void) {
    Elaborated *e = elaborated_body("input x : real[2]\ntarget t : real[2]\nparam w : [2] = 3\n"
                                    "output y = x * w -> activity(0.5)\n"
                                    "loss mse(y, t)\nloss l2(w, 0.1)");
    CU_ASSERT_FATAL(e->ok);
    CU_ASSERT_EQUAL_FATAL(e->model.losses.count, 3);
    CU_ASSERT(e->model.losses.items[0]->type.batched && e->model.losses.items[1]->type.batched &&
              !e->model.losses.items[2]->type.batched);
    /* x = t = 1, 2; y = 3, 6 */
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.losses.items[0], 1, NULL, 1), 22.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.losses.items[1], 1, NULL, 1), 10, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.losses.items[2], 1, NULL, 1), 1.8, 1e-12);
    elaborated_free(e);
}

void metrics_close_over_totals(void) {
    Elaborated *e =
        elaborated_body("input x : real\ntarget t : real\noutput y = x\nloss mse(y, t)\n"
                        "metric mse(y, t)\nmetric rmse(y, t)\nmetric mae(y, t)\n"
                        "metric mse(2 * y, t)\nmetric total(t) / total(1)");
    CU_ASSERT_FATAL(e->ok);
    static const char *const names[] = {"mse", "rmse", "mae", "mse_2", "metric"};
    CU_ASSERT_EQUAL_FATAL(e->model.metrics.count, 5);
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_STRING_EQUAL(e->model.metrics.items[i].name, names[i]);
        CU_ASSERT(!e->model.metrics.items[i].node->type.batched);
    }
    /* squared error (mse and rmse share it), 1, absolute error, another squared error, t */
    CU_ASSERT_EQUAL(e->model.accumulators.count, 5);
    for (int64_t i = 0; i < e->model.accumulators.count; i++) {
        CU_ASSERT(e->model.accumulators.items[i].value->type.batched);
        CU_ASSERT_EQUAL(e->model.accumulators.items[i].leaf->op, OP_ACCUMULATED);
    }
    elaborated_free(e);
}

void regularization_sees_weights(void) {
    Elaborated *e = elaborated("layer small(x) {\n regularize l1(2)\n return x -> dense(2)\n}\n"
                               "model m { input x : real[2]\n target t : real[2]\n"
                               "  regularize l2(0.5)\n"
                               "  output y = x -> small -> dense(2)\n loss mse(y, t) }");
    CU_ASSERT_FATAL(e->ok);
    /* l2 of both weights, l1 of the one below `small`; biases are left alone */
    CU_ASSERT_EQUAL_FATAL(e->model.penalties.count, 3);
    double squares = 0, sizes = 0;
    for (int i = 0; i < 4; i++) {
        squares += e->variables[0][i] * e->variables[0][i];
        sizes += fabs(e->variables[0][i]);
    }
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.penalties.items[0], 1, NULL, 1), squares / 2,
                           1e-12);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.penalties.items[2], 1, NULL, 1), 2 * sizes, 1e-12);
    elaborated_free(e);
    e = elaborated_body("input x : real\nparam b = 1\noutput y = x + b\nregularize l2(0.5)");
    CU_ASSERT(e->ok && reported_once(e, "regularizes-nothing"));
    elaborated_free(e);
}
