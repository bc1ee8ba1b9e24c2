/* library_values_test.c: what the library computes, against its formulas written again in C. */
#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"
#include "graph/eval.h"

static const double pi = 3.14159265358979323846;

static double sigmoid(double x) {
    return 1 / (1 + exp(-x));
}

static double softplus(double x) {
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double hold(double x, double low, double high) {
    return fmin(fmax(x, low), high);
}

void activations_have_their_values(void) {
    for (int tenth = -40; tenth <= 40; tenth += 8) {
        double x = tenth / 10.0, a = 1.6732632423543773, s = 1.0507009873554805;
        const struct {
            const char *name;
            double value;
        } rows[] = {
            {"linear", x},
            {"relu", x > 0 ? x : 0},
            {"leaky_relu", x > 0 ? x : 0.2 * x},
            {"elu", x > 0 ? x : exp(x) - 1},
            {"selu", s * (x > 0 ? x : a * (exp(x) - 1))},
            {"celu(2)", x > 0 ? x : 2 * (exp(x / 2) - 1)},
            {"gelu", x * 0.5 * (1 + erf(x / sqrt(2)))},
            {"silu", x * sigmoid(x)},
            {"mish", x * tanh(softplus(x))},
            {"softsign", x / (1 + fabs(x))},
            {"hard_sigmoid", hold(x / 6 + 0.5, 0, 1)},
            {"hard_tanh", hold(x, -1, 1)},
            {"hard_swish", x * hold(x / 6 + 0.5, 0, 1)},
            {"exponential", exp(x)},
            {"prelu", x > 0 ? x : 0},
            {"sigmoid", sigmoid(x)},
            {"tanh", tanh(x)},
            {"softplus", softplus(x)},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            Arena arena;
            arena_init(&arena);
            Elaborated *e = elaborated_body(
                arena_format(&arena, "input x : real\noutput y = x -> %s", rows[i].name));
            check_near(rows[i].name, output_at(e, 0, &x, 0), rows[i].value);
            elaborated_free(e);
            arena_free(&arena);
        }
    }
}

/* The loss of the prediction (0.2, 0.7) for the target (1, 2), or other targets where named. */
static double loss_of(const char *target, const char *loss) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e = elaborated_body(arena_format(&arena,
                                                 "input x : real[2]\ntarget t : %s\noutput p = x\n"
                                                 "loss %s\nloss 0 * sum(p)",
                                                 target, loss));
    const double x[2] = {0.2, 0.7};
    double value = e->ok ? *value_of(e, e->model.losses.items[0], 1, x, 0) : NAN;
    elaborated_free(e);
    arena_free(&arena);
    return value;
}

void losses_have_their_values(void) {
    const double p[2] = {0.2, 0.7}, t[2] = {1, 2};
    double d0 = p[0] - t[0], d1 = p[1] - t[1];
    check_near("mse", loss_of("real[2]", "mse(p, t)"), (d0 * d0 + d1 * d1) / 2);
    check_near("mae", loss_of("real[2]", "mae(p, t)"), (0.8 + 1.3) / 2);
    check_near("huber", loss_of("real[2]", "huber(p, t)"), (0.5 * 0.64 + 1.3 - 0.5) / 2);
    check_near("log_cosh", loss_of("real[2]", "log_cosh(p, t)"),
               (log(cosh(d0)) + log(cosh(d1))) / 2);
    check_near("hinge", loss_of("real[2]", "hinge(p, t)"), (0.8 + fmax(1 - 3 * 0.7, 0)) / 2);
    check_near("poisson", loss_of("real[2]", "poisson(p, t)"),
               (p[0] - log(p[0] + 1e-7) + p[1] - 2 * log(p[1] + 1e-7)) / 2);
    check_near("binary_cross_entropy", loss_of("class[2]", "binary_cross_entropy(p[1], t)"),
               -log(0.3));
    check_near("cross_entropy", loss_of("class[2]", "cross_entropy(p, t)"), -log(0.2));
    check_near("cross_entropy of a distribution", loss_of("real[2]", "cross_entropy(p, t)"),
               -log(0.2) - 2 * log(0.7));
    check_near("smoothing", loss_of("class[2]", "cross_entropy(p, t, smoothing = 0.1)"),
               -0.9 * log(0.2) - 0.1 * (log(0.2) + log(0.7)) / 2);
    check_near("kl_divergence", loss_of("real[2]", "kl_divergence(p, t)"),
               log(1 / 0.2) + log(1 / 0.7));
    check_near("focal", loss_of("class[2]", "focal(p, t)"), -0.64 * log(0.2));
    check_near("focal of one", loss_of("class[2]", "focal(p[0], t)"), -0.04 * log(0.8));
}

static double spread_of(const char *initializer, double *largest) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e = elaborated_body(arena_format(
        &arena, "input x : real[100]\nparam w : [100, 60] ~ %s\noutput y = x @ w", initializer));
    CU_ASSERT_FATAL(e->ok);
    double squares = 0;
    *largest = 0;
    for (int i = 0; i < 6000; i++) {
        double w = e->variables[0][i];
        squares += w * w;
        *largest = fmax(*largest, fabs(w));
    }
    elaborated_free(e);
    arena_free(&arena);
    return sqrt(squares / 6000);
}

/* Deviation and largest value of 6,000 draws: within 5 percent of what the formula says. */
static void check_spread(const char *initializer, double deviation, double limit) {
    double largest, spread = spread_of(initializer, &largest);
    if (fabs(spread / deviation - 1) > 0.05 || largest > limit)
        printf("  %s: deviation %g, not %g; largest %g, limit %g\n", initializer, spread, deviation,
               largest, limit);
    CU_ASSERT(fabs(spread / deviation - 1) <= 0.05 && largest <= limit);
}

void initializers_have_their_spread(void) {
    double glorot = sqrt(2.0 / 160), he = sqrt(2.0 / 100), lecun = sqrt(1.0 / 100);
    check_spread("glorot_uniform", glorot, glorot * sqrt(3));
    check_spread("he_uniform", he, he * sqrt(3));
    check_spread("glorot_normal", glorot, 2.3 * glorot);
    check_spread("he_normal", he, 2.3 * he);
    check_spread("lecun_normal", lecun, 2.3 * lecun);
    check_spread("truncated_normal(0.5)", 0.5 * 0.87962566103423978, 1);
    check_spread("uniform(-1, 1)", 1 / sqrt(3), 1);
    check_spread("normal(0, 2)", 2, 12);
    /* An orthogonal matrix: its columns have length 2 and stand at right angles. */
    Elaborated *e =
        elaborated_body("input x : real[5]\nparam w : [5, 3] ~ orthogonal(2)\noutput y = x @ w");
    CU_ASSERT_FATAL(e->ok);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            double product = 0;
            for (int j = 0; j < 5; j++)
                product += e->variables[0][3 * j + i] * e->variables[0][3 * j + k];
            check_near("orthogonal", product, i == k ? 4 : 0);
        }
    elaborated_free(e);
}

static double schedule_at(const char *schedule, double step) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e =
        elaborated_body(arena_format(&arena, "input x : real\noutput y = x * %s", schedule));
    CU_ASSERT_FATAL(e->ok);
    const double one = 1, *inputs[] = {&one};
    EvalInputs at = {.samples = 1, .inputs = inputs, .step = step, .steps = 100, .plateaus = 2};
    double value = *eval_node(&e->arena, e->model.outputs.items[0].node, &at);
    elaborated_free(e);
    arena_free(&arena);
    return value;
}

void schedules_have_their_values(void) {
    check_near("step_decay", schedule_at("step_decay(0.5, 10)", 25), 0.5 * 0.01);
    check_near("exponential_decay", schedule_at("exponential_decay(0.5, 10)", 25),
               0.5 * pow(0.9, 2.5));
    check_near("linear_decay", schedule_at("linear_decay(0.5, end = 0.1)", 25), 0.4);
    check_near("linear_decay", schedule_at("linear_decay(0.5, end = 0.1)", 200), 0.1);
    check_near("cosine warmup", schedule_at("cosine(0.5, warmup = 10)", 4), 0.25);
    check_near("cosine", schedule_at("cosine(0.5, warmup = 10, end = 0.1)", 55),
               0.1 + 0.4 * (1 + cos(pi * 0.5)) / 2);
    check_near("one_cycle", schedule_at("one_cycle(0.5)", 29), 0.5);
    check_near("one_cycle", schedule_at("one_cycle(0.5)", 0), 0.5 * 0.04);
    check_near("reduce_on_plateau", schedule_at("reduce_on_plateau(0.5)", 3), 0.005);
}

static void check_layer(const char *layer, double training, const double *expected) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e =
        elaborated_body(arena_format(&arena, "input x : real[2]\noutput y = x -> %s", layer));
    CU_ASSERT_FATAL(e->ok);
    const double x[6] = {1, 2, 3, 6, 5, 10};
    const double *y = value_of(e, e->model.outputs.items[0].node, 3, x, training);
    for (int i = 0; i < 6; i++)
        check_near(layer, y[i], expected[i]);
    elaborated_free(e);
    arena_free(&arena);
}

void layers_have_their_values(void) {
    const double x[6] = {1, 2, 3, 6, 5, 10};
    double expected[6];
    /* over the batch: means 3 and 6, variances 8/3 and 32/3 */
    for (int i = 0; i < 6; i++)
        expected[i] = (x[i] - (i % 2 ? 6 : 3)) / sqrt((i % 2 ? 32.0 : 8.0) / 3 + 1e-3);
    check_layer("batchnorm", 1, expected);
    for (int i = 0; i < 6; i++)
        expected[i] = x[i] / sqrt(1 + 1e-3);
    check_layer("batchnorm", 0, expected);
    for (int i = 0; i < 6; i++) {
        double half = (x[i | 1] - x[i & ~1]) / 2;
        expected[i] = (i % 2 ? half : -half) / sqrt(half * half + 1e-3);
    }
    check_layer("layernorm", 1, expected);
    check_layer("groupnorm(1)", 0, expected);
    check_layer("dropout(0.5)", 0, x);
    check_layer("gaussian_noise(1)", 0, x);
    check_layer("mix(0.25)", 0, x);
    check_layer("activity(2)", 0, x);
    for (int i = 0; i < 6; i++)
        expected[i] = 0.75 * x[i] + 0.25 * x[(i + 4) % 6];
    check_layer("mix(0.25)", 1, expected);
    for (int i = 0; i < 6; i++)
        expected[i] = 3 * x[i] - 1;
    check_layer("rescale(3, -1)", 1, expected);
}
