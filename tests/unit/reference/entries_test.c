/* Entries of the library against what Keras computes for them (tests/reference/make_entries.py), by
 * the reference evaluation in double. Initializers are held to their formulas. */
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "entry_models.h"
#include "support/text.h"

typedef struct Stored {
    Arena arena;
    NnrtTensorFile file;
} Stored;

static void stored_open(Stored *stored) {
    arena_init(&stored->arena);
    NnrtError error = {0};
    const char *path =
        arena_format(&stored->arena, "%s/tests/reference/entries.safetensors", NNC_SOURCE_DIR);
    CU_ASSERT_FATAL(nnrt_tensors_read(path, &stored->file, &error));
}

static void stored_close(Stored *stored) {
    nnrt_tensors_free(&stored->file);
    arena_free(&stored->arena);
}

static double *tensor(Stored *stored, const char *name, int64_t *count) {
    double *values = reference_tensor(&stored->arena, &stored->file, "", name, count);
    if (!values) fprintf(stderr, "no tensor %s\n", name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(values);
    return values;
}

static void compare(Stored *stored, const char *name, const double *values, int64_t count,
                    double near) {
    int64_t expected_count;
    const double *expected = tensor(stored, name, &expected_count);
    CU_ASSERT_EQUAL_FATAL(expected_count, count);
    double distance = reference_distance(values, expected, count);
    if (!(distance <= near)) fprintf(stderr, "%s is %g off\n", name, distance);
    CU_ASSERT(distance <= near);
}

/* Compiles the text and gives its inputs the tensors `prefix` + name. */
static void open_model(Stored *stored, EntryRun *run, const char *text, const char *prefix,
                       int64_t samples) {
    CU_ASSERT_FATAL(entry_compile(run, &stored->arena, text, 0));
    entry_values(run, samples, 1);
    for (int64_t i = 0; i < run->model.inputs.count; i++) {
        int64_t count;
        const ModelInput *input = &run->model.inputs.items[i];
        run->inputs[i] =
            tensor(stored, arena_format(&stored->arena, "%s%s", prefix, input->name), &count);
        CU_ASSERT_EQUAL_FATAL(count, samples * shape_elements(input->type.shape));
    }
}

/* Each output against PREFIX.NAME. */
static void compare_outputs(Stored *stored, EntryRun *run, const char *prefix) {
    const View *view = entry_view(run, VIEW_PREDICT);
    CU_ASSERT_PTR_NOT_NULL_FATAL(view);
    const double **values = entry_evaluate(run, &stored->arena, view, 0, 1);
    int64_t seen = 0;
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        if (result->kind != RESULT_OUTPUT) continue;
        const char *name = arena_format(&stored->arena, "%s.%s", prefix,
                                        run->model.outputs.items[result->index].name + 3);
        compare(stored, name, values[i], run->samples * shape_elements(result->node->type.shape),
                1e-12);
        seen++;
    }
    CU_ASSERT_EQUAL(seen, run->model.outputs.count);
}

/* "output of_NAME = CALL" for each pair. */
static const char *outputs_text(Arena *arena, const char *inputs, const char *const pairs[][2]) {
    Text text;
    text_init(&text, arena);
    text_format(&text, "model entries {\n%s", inputs);
    for (int i = 0; pairs[i][0]; i++)
        text_format(&text, "    output of_%s = %s\n", pairs[i][0], pairs[i][1]);
    text_add(&text, "}\n");
    return text.chars;
}

static void activations(void) {
    static const char *const pairs[][2] = {
        {"linear", "x -> linear"},
        {"relu", "x -> relu"},
        {"leaky_relu", "x -> leaky_relu"},
        {"leaky_relu_quarter", "x -> leaky_relu(0.25)"},
        {"elu", "x -> elu"},
        {"elu_half", "x -> elu(0.5)"},
        {"selu", "x -> selu"},
        {"celu", "x -> celu"},
        {"celu_half", "x -> celu(0.5)"},
        {"gelu", "x -> gelu"},
        {"silu", "x -> silu"},
        {"mish", "x -> mish"},
        {"softsign", "x -> softsign"},
        {"hard_sigmoid", "x -> hard_sigmoid"},
        {"hard_tanh", "x -> hard_tanh"},
        {"hard_swish", "x -> hard_swish"},
        {"exponential", "x -> exponential"},
        {"sigmoid", "x -> sigmoid"},
        {"tanh", "x -> tanh"},
        {"softplus", "x -> softplus"},
        {"softmax", "x -> softmax"},
        {"log_softmax", "x -> log_softmax"},
        {NULL, NULL},
    };
    Stored stored;
    EntryRun run;
    stored_open(&stored);
    open_model(&stored, &run, outputs_text(&stored.arena, "    input x : real[49]\n", pairs), "",
               1);
    compare_outputs(&stored, &run, "activation");
    stored_close(&stored);
}

static void losses(void) {
    static const char *const pairs[][2] = {
        {"mse", "mse(u, v)"},
        {"mae", "mae(u, v)"},
        {"huber", "huber(u, v)"},
        {"huber_2", "huber(u, v, delta = 2)"},
        {"log_cosh", "log_cosh(u, v)"},
        {"binary_cross_entropy", "binary_cross_entropy(b, t)"},
        {"binary_cross_entropy_labels", "binary_cross_entropy(p, q)"},
        {"cross_entropy", "cross_entropy(p, k)"},
        {"cross_entropy_smooth", "cross_entropy(p, k, smoothing = 0.1)"},
        {"cross_entropy_soft", "cross_entropy(p, q)"},
        {"hinge", "hinge(u[0], t)"},
        {"poisson", "poisson(n, c)"},
        {"kl_divergence", "kl_divergence(p, q)"},
        {"focal", "focal(p, k)"},
        {"focal_soft", "focal(p, q, gamma = 3)"},
        {"focal_binary", "focal(b, t)"},
        {NULL, NULL},
    };
    static const char inputs[] = "    input u : real[4]; input v : real[4]; input p : real[4]\n"
                                 "    input q : real[4]; input n : real[4]; input c : real[4]\n"
                                 "    input k : class[4]; input b : real; input t : class[2]\n";
    Stored stored;
    EntryRun run;
    stored_open(&stored);
    open_model(&stored, &run, outputs_text(&stored.arena, inputs, pairs), "", 10);
    compare_outputs(&stored, &run, "loss");
    stored_close(&stored);
}

/* Accumulators summed over all samples, then the report. */
static double metric_value(Stored *stored, EntryRun *run) {
    const View *view = entry_view(run, VIEW_EVALUATE);
    const View *report = entry_view(run, VIEW_REPORT);
    CU_ASSERT_FATAL(view != NULL && report != NULL);
    const double **values = entry_evaluate(run, &stored->arena, view, 0, 1);
    run->accumulated = ARENA_ARRAY(&stored->arena, double *, run->model.accumulators.count);
    for (int64_t i = 0; i < view->results.count; i++) {
        const ViewResult *result = &view->results.items[i];
        if (result->kind != RESULT_ACCUMULATOR) continue;
        int64_t count = shape_elements(result->node->type.shape);
        double *sums = run->accumulated[result->index] = ARENA_ARRAY(&stored->arena, double, count);
        for (int64_t k = 0; k < run->samples * count; k++)
            sums[k % count] += values[i][k];
    }
    CU_ASSERT_EQUAL_FATAL(report->results.count, 1);
    return **entry_evaluate(run, &stored->arena, report, 0, 1);
}

/* Two numbers as a picture of one channel. */
#define MASK(a, b) "reshape(concat([reshape(" a ", [1]), reshape(" b ", [1])]), [1, 2, 1])"

static void metrics(void) {
    /* name, call, inputs */
    static const char *const cases[][4] = {
        {"accuracy", "accuracy(p, k)", "p : real[8]", "k : class[8]"},
        {"accuracy_binary", "accuracy(b, t)", "b : real", "t : class[2]"},
        {"top_k", "top_k(p, k)", "p : real[8]", "k : class[8]"},
        {"top_2", "top_k(p, k, k = 2)", "p : real[8]", "k : class[8]"},
        {"precision", "precision(b, t)", "b : real", "t : class[2]"},
        {"recall", "recall(b, t)", "b : real", "t : class[2]"},
        {"f1", "f1(b, t)", "b : real", "t : class[2]"},
        {"precision_classes", "precision(p, k)", "p : real[8]", "k : class[8]"},
        {"recall_classes", "recall(p, k)", "p : real[8]", "k : class[8]"},
        {"f1_classes", "f1(p, k)", "p : real[8]", "k : class[8]"},
        {"auc", "auc(b, t)", "b : real", "t : class[2]"},
        {"auc", "auc(concat([reshape(1 - b, [1]), reshape(b, [1])]), t)", "b : real",
         "t : class[2]"},
        {"auc_50", "auc(b, t, points = 50)", "b : real", "t : class[2]"},
        /* each pixel of a mask counts */
        {"accuracy_binary", "accuracy(" MASK("b", "1 - b") ", " MASK("t", "1 - t") ")", "b : real",
         "t : class[2]"},
        {"precision", "precision(" MASK("b", "b") ", " MASK("t", "t") ")", "b : real",
         "t : class[2]"},
        {"recall", "recall(" MASK("b", "b") ", " MASK("t", "t") ")", "b : real", "t : class[2]"},
        {"f1", "f1(" MASK("b", "b") ", " MASK("t", "t") ")", "b : real", "t : class[2]"},
        {"auc", "auc(" MASK("b", "b") ", " MASK("t", "t") ")", "b : real", "t : class[2]"},
        {"accuracy", "accuracy(broadcast(p, [2, 3, 8]), broadcast(one_hot(k), [2, 3, 8]))",
         "p : real[8]", "k : class[8]"},
        {"rmse", "rmse(u, v)", "u : real[2]", "v : real[2]"},
        {"r2", "r2(u, v)", "u : real[2]", "v : real[2]"},
    };
    Stored stored;
    stored_open(&stored);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *row = cases[i];
        const char *text = arena_format(&stored.arena,
                                        "model entries {\n    input %s\n    input %s\n"
                                        "    output o = %c * 1\n    metric %s\n}\n",
                                        row[2], row[3], row[2][0], row[1]);
        EntryRun run;
        open_model(&stored, &run, text, "metric.", 60);
        double value = metric_value(&stored, &run);
        /* Keras adds 1e-7 to denominators here and there. */
        compare(&stored, arena_format(&stored.arena, "metric.%s", row[0]), &value, 1, 1e-6);
    }
    stored_close(&stored);
}

/* Twelve steps whose gradients are the rows of `gradient`. */
static void optimizers(void) {
    static const char *const cases[][2] = {
        {"sgd", "sgd(0.1)"},
        {"sgd_momentum", "sgd(0.1, momentum = 0.9)"},
        {"sgd_nesterov", "sgd(0.1, momentum = 0.9, nesterov = true)"},
        {"adam", "adam"},
        {"adam_other", "adam(0.1, beta1 = 0.8, beta2 = 0.99, epsilon = 1e-3)"},
        {"adamw", "adamw"},
        {"rmsprop", "rmsprop"},
        {"rmsprop_other", "rmsprop(0.1, rho = 0.8, epsilon = 1e-2)"},
        {"adagrad", "adagrad"},
        {"adagrad_other", "adagrad(0.1, start = 0.5)"},
        {"lion", "lion"},
        {"lion_other", "lion(0.1, beta1 = 0.8, beta2 = 0.9)"},
    };
    enum { STEPS = 12, ELEMENTS = 6 };
    Stored stored;
    stored_open(&stored);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = arena_format(&stored.arena,
                                        "initializer ones(size) = 1 + 0 * uniform(size)\n"
                                        "model entries {\n    input gradient : real[6]\n"
                                        "    param w : [6] ~ ones\n    output y = w * gradient\n"
                                        "    loss sum(y)\n}\ntrain { optimizer = %s }\n",
                                        cases[i][1]);
        EntryRun run;
        CU_ASSERT_FATAL(entry_compile(&run, &stored.arena, text, 0));
        entry_values(&run, 1, 1);
        int64_t count;
        double *gradients = tensor(&stored, "gradient", &count);
        CU_ASSERT_EQUAL_FATAL(count, STEPS * ELEMENTS);
        double after[STEPS * ELEMENTS];
        const View *view = entry_view(&run, VIEW_TRAIN_STEP);
        for (int step = 0; step < STEPS; step++) {
            run.inputs[0] = gradients + step * ELEMENTS;
            const double **values = entry_evaluate(&run, &stored.arena, view, step, STEPS);
            for (int64_t k = 0; k < view->results.count; k++)
                if (view->results.items[k].kind == RESULT_VARIABLE)
                    memcpy(run.variables[view->results.items[k].index], values[k],
                           ELEMENTS * sizeof(double));
            memcpy(after + step * ELEMENTS, run.variables[0], ELEMENTS * sizeof(double));
        }
        compare(&stored, arena_format(&stored.arena, "optimizer.%s", cases[i][0]), after,
                STEPS * ELEMENTS, 1e-12);
    }
    stored_close(&stored);
}

/* The learning rate of each of 100 steps; the warmup and plateaus by hand. */
static double rate_at(Stored *stored, EntryRun *run, double step) {
    const View *view = entry_view(run, VIEW_TRAIN_STEP);
    const double **values = entry_evaluate(run, &stored->arena, view, step, 100);
    for (int64_t i = 0; i < view->results.count; i++)
        if (view->results.items[i].kind == RESULT_LEARNING_RATE) return *values[i];
    return NAN;
}

static void open_schedule(Stored *stored, EntryRun *run, const char *call) {
    const char *text = arena_format(&stored->arena,
                                    "model entries {\n    input x : real\n    param w = 1\n"
                                    "    output y = w * x\n    loss y^2\n}\n"
                                    "train { optimizer = sgd(lr = %s) }\n",
                                    call);
    CU_ASSERT_FATAL(entry_compile(run, &stored->arena, text, 0));
    entry_values(run, 1, 1);
}

static void schedules(void) {
    static const char *const cases[][2] = {
        {"step_decay", "step_decay(0.1, 30, 0.5)"},
        {"exponential_decay", "exponential_decay(0.1, 30)"},
        {"linear_decay", "linear_decay(0.1, 0.02)"},
        {"cosine", "cosine(0.1, end = 0.01)"},
        {"one_cycle", "one_cycle(0.1)"},
    };
    Stored stored;
    EntryRun run;
    stored_open(&stored);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_schedule(&stored, &run, cases[i][1]);
        double rates[100];
        for (int step = 0; step < 100; step++)
            rates[step] = rate_at(&stored, &run, step);
        compare(&stored, arena_format(&stored.arena, "schedule.%s", cases[i][0]), rates, 100,
                1e-12);
    }
    open_schedule(&stored, &run, "cosine(0.1, warmup = 10)");
    CU_ASSERT_DOUBLE_EQUAL(rate_at(&stored, &run, 0), 0.01, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(rate_at(&stored, &run, 9), 0.1, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(rate_at(&stored, &run, 10), 0.1, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(rate_at(&stored, &run, 55), 0.05, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(rate_at(&stored, &run, 100), 0, 1e-15);
    open_schedule(&stored, &run, "linear_decay(0.1)");
    CU_ASSERT_DOUBLE_EQUAL(rate_at(&stored, &run, 100), 0, 1e-15);
    stored_close(&stored);
}

/* ---- initializers: bounds and deviation of 200 x 300 draws ---- */

enum { ROWS = 200, COLUMNS = 300 };

static const double *draw(Stored *stored, const char *call) {
    const char *text = arena_format(&stored->arena,
                                    "model entries {\n    input x : real[200]\n"
                                    "    param w : [200, 300] ~ %s\n    output y = x @ w\n}\n",
                                    call);
    EntryRun run;
    CU_ASSERT_FATAL(entry_compile(&run, &stored->arena, text, 0));
    entry_values(&run, 1, 1);
    return run.variables[0];
}

/* Mean 0 and the deviation within 2 %, nothing beyond `limit`, something near it. */
static void check_draw(Stored *stored, const char *call, double deviation, double limit) {
    const double *w = draw(stored, call);
    double sum = 0, squares = 0, most = 0;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        sum += w[i];
        squares += w[i] * w[i];
        most = fmax(most, fabs(w[i]));
    }
    double count = ROWS * COLUMNS;
    CU_ASSERT(fabs(sum / count) < 5 * deviation / sqrt(count));
    CU_ASSERT(fabs(sqrt(squares / count) / deviation - 1) < 0.02);
    CU_ASSERT(most <= limit * (1 + 1e-12) && most > 0.99 * limit);
}

static void initializers(void) {
    Stored stored;
    stored_open(&stored);
    double both = sqrt(2.0 / (ROWS + COLUMNS)), cut = 0.87962566103423978;
    check_draw(&stored, "glorot_uniform", both, both * sqrt(3));
    check_draw(&stored, "glorot_normal", both, 2 * both / cut);
    check_draw(&stored, "he_uniform", sqrt(2.0 / ROWS), sqrt(6.0 / ROWS));
    check_draw(&stored, "he_normal", sqrt(2.0 / ROWS), 2 * sqrt(2.0 / ROWS) / cut);
    check_draw(&stored, "lecun_normal", sqrt(1.0 / ROWS), 2 * sqrt(1.0 / ROWS) / cut);
    check_draw(&stored, "truncated_normal(0.5)", 0.5 * cut, 1);
    /* The rows of the shorter side are orthogonal, of length `gain`. */
    const double *q = draw(&stored, "orthogonal(2)");
    double worst = 0;
    for (int a = 0; a < ROWS; a++)
        for (int b = 0; b <= a; b++) {
            double product = 0;
            for (int k = 0; k < COLUMNS; k++)
                product += q[a * COLUMNS + k] * q[b * COLUMNS + k];
            worst = fmax(worst, fabs(product - (a == b ? 4 : 0)));
        }
    CU_ASSERT(worst < 1e-9);
    stored_close(&stored);
}

CU_TestInfo entries_tests[] = {
    {"activations equal Keras", activations},
    {"losses equal Keras", losses},
    {"metrics equal Keras", metrics},
    {"optimizers equal Keras", optimizers},
    {"schedules equal Keras", schedules},
    {"initializers keep their formulas", initializers},
    CU_TEST_INFO_NULL,
};
