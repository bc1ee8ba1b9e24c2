/* library_test.c: every entry of the library, walked from its text: it elaborates with sample
 * arguments, and has the values that its formula, written again here in C, gives. */
#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"
#include "grammar/parser.h"
#include "graph/eval.h"
#include "library/library_text.h"

static const double pi = 3.14159265358979323846;

/* How each entry is used in a model that has x : real[4], g : real[2, 3, 4], word : class[5],
 * y : real[4], c : class[4]. */
static const struct Sample {
    const char *name, *lines;
} samples[] = {
    {"linear", "output o = x -> linear"},
    {"relu", "output o = x -> relu"},
    {"leaky_relu", "output o = g -> leaky_relu(0.1)"},
    {"elu", "output o = x -> elu(alpha = 2)"},
    {"selu", "output o = x -> selu"},
    {"celu", "output o = x -> celu(2)"},
    {"gelu", "output o = x -> gelu"},
    {"silu", "output o = x -> silu"},
    {"mish", "output o = x -> mish"},
    {"softsign", "output o = x -> softsign"},
    {"hard_sigmoid", "output o = x -> hard_sigmoid"},
    {"hard_tanh", "output o = x -> hard_tanh"},
    {"hard_swish", "output o = x -> hard_swish"},
    {"exponential", "output o = x -> exponential"},
    {"prelu", "output o = g -> prelu"},
    {"dense", "output o = g -> dense(5, tanh, bias = false, init = he_normal)"},
    {"flatten", "output o = g -> flatten"},
    {"dropout", "output o = x -> dropout(0.3)"},
    {"spatial_dropout", "output o = g -> spatial_dropout(0.3)"},
    {"gaussian_noise", "output o = x -> gaussian_noise(0.1)"},
    {"batchnorm", "output o = g -> batchnorm(momentum = 0.9)"},
    {"layernorm", "output o = g -> layernorm"},
    {"groupnorm", "output o = g -> groupnorm(2)"},
    {"embedding", "output o = word -> embedding(3)"},
    {"rescale", "output o = x -> rescale(2, offset = 1)"},
    {"standardize", "output o = g -> standardize"},
    {"minmax", "output o = x -> minmax"},
    {"balanced", "output o = x -> softmax\nloss balanced(c) * cross_entropy(o, c)"},
    {"activity", "output o = x -> activity(0.1)"},
    {"mix", "output o = x -> mix(0.3)"},
    {"global_avgpool", "output o = g -> global_avgpool"},
    {"global_maxpool", "output o = g -> global_maxpool"},
    {"conv", "output o = g -> conv(5, [1, 3], tanh, groups = 1, dilation = 2)"},
    {"depthwise_conv", "output o = g -> depthwise_conv(2, stride = 2)"},
    {"conv_transpose", "output o = g -> conv_transpose(2, 3, stride = [1, 2])"},
    {"maxpool", "output o = g -> maxpool"},
    {"avgpool", "output o = g -> avgpool([1, 3], padding = \"same\")"},
    {"upsample", "output o = g -> upsample([2, 1])"},
    {"random_flip", "output o = g -> random_flip(\"both\")"},
    {"random_shift", "output o = g -> random_shift(1)"},
    {"random_crop", "output o = g -> random_crop(1, 2)"},
    {"random_rotate", "output o = g -> random_rotate(30)"},
    {"random_zoom", "output o = g -> random_zoom(0.2)"},
    {"random_brightness", "output o = g -> random_brightness(0.2)"},
    {"random_contrast", "output o = g -> random_contrast(0.2)"},
    {"random_noise", "output o = g -> random_noise(0.1)"},
    {"random_erase", "output o = g -> random_erase(1)"},
    {"random_box", "output o = g * (g -> random_box)"},
    {"cutmix", "output o = g -> cutmix(g -> random_box(0.5))"},
    {"mse", "output o = x\nloss mse(o, y)"},
    {"mae", "output o = x\nloss mae(o, y)"},
    {"huber", "output o = x\nloss huber(o, y, delta = 0.5)"},
    {"log_cosh", "output o = x\nloss log_cosh(o, y)"},
    {"binary_cross_entropy", "output o = sigmoid(x)\nloss binary_cross_entropy(o, y)"},
    {"cross_entropy", "output o = x -> softmax\nloss cross_entropy(o, c, smoothing = 0.1)\n"
                      "loss cross_entropy(o, y)"},
    {"hinge", "output o = x\nloss hinge(o, y)"},
    {"poisson", "output o = exp(x)\nloss poisson(o, y)"},
    {"kl_divergence", "output o = x -> softmax\nloss kl_divergence(o, y)"},
    {"focal", "output o = x -> softmax\nloss focal(o, c)\nloss focal(o, y, gamma = 1)"},
    {"accuracy", "output o = x -> softmax\nmetric accuracy(o, c)\nmetric accuracy(o, y)"},
    {"top_k", "output o = x -> softmax\nmetric top_k(o, c, k = 2)"},
    {"precision", "output o = x -> softmax\nmetric precision(o, c)\nmetric precision(o, y)"},
    {"recall", "output o = x -> softmax\nmetric recall(o, c)"},
    {"f1", "output o = x -> softmax\nmetric f1(o, c)"},
    {"auc", "output o = x -> dense(1, sigmoid)\nmetric auc(o, b)\n"
            "output q = x -> dense(2, softmax)\nmetric auc(q, b, points = 50)"},
    {"rmse", "output o = x\nmetric rmse(o, y)"},
    {"r2", "output o = x\nmetric r2(o, y)"},
    {"l1", "output o = x -> dense(3)\nregularize l1"},
    {"l2", "output o = x -> dense(3)\nregularize l2(1e-4)"},
    {"elastic", "output o = x -> dense(3)\nregularize elastic(linear = 0.1)"},
    {"sgd", "output o = x -> dense(4)\nloss mse(o, y)"},
    {"adam", "output o = x -> dense(4)\nloss mse(o, y)"},
    {"adamw", "output o = x -> dense(4)\nloss mse(o, y)"},
    {"rmsprop", "output o = x -> dense(4)\nloss mse(o, y)"},
    {"adagrad", "output o = x -> dense(4)\nloss mse(o, y)"},
    {"lion", "output o = x -> dense(4)\nloss mse(o, y)"},
    {"step_decay", "output o = x * step_decay(1, every = 10)"},
    {"exponential_decay", "output o = x * exponential_decay(1, 10)"},
    {"linear_decay", "output o = x * linear_decay(1, end = 0.5)"},
    {"cosine", "output o = x * cosine(1, warmup = 5)"},
    {"one_cycle", "output o = x * one_cycle(1)"},
    {"reduce_on_plateau", "output o = x * reduce_on_plateau(1, patience = 3)"},
    {"truncated_normal", "param w : [4] ~ truncated_normal(0.1)\noutput o = x * w"},
    {"glorot_uniform", "param w : [4] ~ glorot_uniform\noutput o = x * w"},
    {"glorot_normal", "param w : [3, 4] ~ glorot_normal\noutput o = x * w"},
    {"he_uniform", "param w : [2, 3, 4] ~ he_uniform\noutput o = x * w"},
    {"he_normal", "param w : [3, 4] ~ he_normal\noutput o = x * w"},
    {"lecun_normal", "param w : [3, 4] ~ lecun_normal\noutput o = x * w"},
    {"orthogonal", "param w : [3, 4] ~ orthogonal(2)\noutput o = x * w"},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static const char *const optimizers[] = {"sgd", "adam", "adamw", "rmsprop", "adagrad", "lion"};

/* The sample as a model: targets that it does not use are left out. */
static Elaborated *sample_model(const struct Sample *sample) {
    Arena arena;
    arena_init(&arena);
    Text text;
    text_init(&text, &arena);
    text_add(&text,
             "model m {\ninput x : real[4]\ninput g : real[2, 3, 4]\ninput word : class[5]\n");
    const char *lines = sample->lines;
    bool loss = strstr(lines, "loss ");
    if (strstr(lines, ", y"))
        text_add(&text, loss ? "target y : real[4]\n" : "input y : real[4]\n");
    if (strstr(lines, ", c"))
        text_add(&text, loss ? "target c : class[4]\n" : "input c : class[4]\n");
    if (strstr(lines, ", b)") || strstr(lines, ", b,")) text_add(&text, "input b : class[2]\n");
    text_add(&text, lines);
    text_add(&text, "\n}\n");
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++)
        if (strcmp(optimizers[i], sample->name) == 0)
            text_format(&text, "train { optimizer = %s(lr = 0.1) }\n", sample->name);
    Elaborated *e = elaborated(text.chars);
    if (!e->ok) {
        Text printed;
        text_init(&printed, &arena);
        diag_print(&e->diags, DIAG_PLAIN, &printed);
        printf("%s:\n%s\n%s", sample->name, text.chars, printed.chars);
    }
    arena_free(&arena);
    return e;
}

/* A function of the library without a sample cannot land. */
void every_entry_has_a_sample(void) {
    Arena arena;
    arena_init(&arena);
    Interner interner;
    intern_init(&interner, &arena);
    Sources sources;
    sources_init(&sources, &arena);
    Diagnostics diags;
    diag_init(&diags, &arena);
    for (size_t i = 0; i < library_text_count; i++) {
        const LibraryText *text = &library_texts[i];
        const Source *source = sources_add(&sources, text->name, text->text, text->length, true);
        const File *file = parse_source(&arena, &interner, &diags, source);
        for (int64_t k = 0; k < file->items.count; k++) {
            bool found = false;
            for (int s = 0; s < SAMPLES; s++)
                found = found || strcmp(samples[s].name, file->items.items[k]->name.text) == 0;
            if (!found) printf("  no sample for %s\n", file->items.items[k]->name.text);
            CU_ASSERT(found);
        }
    }
    arena_free(&arena);
}

/* All numbers that a sample computes are finite. */
static bool is_finite(Elaborated *e, Node *node, double training) {
    for (int64_t samples_count = 1; samples_count <= 3; samples_count++) {
        const double *values = value_of(e, node, samples_count, NULL, training);
        for (int64_t i = 0; i < eval_elements(node, samples_count); i++)
            if (!isfinite(values[i])) return false;
    }
    return true;
}

void samples_elaborate(void) {
    for (int s = 0; s < SAMPLES; s++) {
        Elaborated *e = sample_model(&samples[s]);
        CU_ASSERT(e->ok);
        bool finite = e->ok;
        for (int training = 0; e->ok && training <= 1; training++) {
            for (int64_t i = 0; i < e->model.outputs.count; i++)
                finite = finite && is_finite(e, e->model.outputs.items[i].node, training);
            for (int64_t i = 0; i < e->model.losses.count; i++)
                finite = finite && is_finite(e, e->model.losses.items[i], training);
            for (int64_t i = 0; i < e->model.penalties.count; i++)
                finite = finite && is_finite(e, e->model.penalties.items[i], training);
            for (int64_t i = 0; i < e->model.accumulators.count; i++)
                finite = finite && is_finite(e, e->model.accumulators.items[i].value, training);
            for (int64_t i = 0; training && i < e->model.variables.count; i++)
                if (e->model.variables.items[i].next)
                    finite = finite && is_finite(e, e->model.variables.items[i].next, 1);
        }
        if (!finite) printf("  %s is not finite\n", samples[s].name);
        CU_ASSERT(finite);
        elaborated_free(e);
    }
}

/* ---- values ---- */

static void check_near(const char *what, double value, double expected) {
    if (!(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected))))
        printf("  %s is %.17g, not %.17g\n", what, value, expected);
    CU_ASSERT_DOUBLE_EQUAL(value, expected, 1e-9 * fmax(1, fabs(expected)));
}

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

/* ---- layers ---- */

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

/* An augmentation of the picture [4, 3, 1] with values 1 .. 12, of two samples. Outside of training
 * it is the picture; in training `allowed` says whether a result may be. */
static void check_augmentation(const char *layer, bool (*allowed)(const double *y)) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e =
        elaborated_body(arena_format(&arena, "input x : real[4, 3, 1]\noutput y = x -> %s", layer));
    CU_ASSERT_FATAL(e->ok);
    enum { PICTURES = 40 };
    double x[12 * PICTURES];
    for (int i = 0; i < 12 * PICTURES; i++)
        x[i] = i % 12 + 1;
    const Node *output = e->model.outputs.items[0].node;
    int64_t size = shape_elements(output->type.shape);
    const double *y = value_of(e, e->model.outputs.items[0].node, PICTURES, x, 0);
    for (int i = 0; size == 12 && i < 12 * PICTURES; i++)
        check_near(layer, y[i], x[i]);
    y = value_of(e, e->model.outputs.items[0].node, PICTURES, x, 1);
    int differ = 0;
    for (int s = 0; s < PICTURES; s++) {
        if (!allowed(y + s * size)) printf("\n  %s: sample %d", layer, s);
        CU_ASSERT_TRUE(allowed(y + s * size));
        differ += memcmp(y + s * size, y, (size_t)size * sizeof *y) != 0;
    }
    CU_ASSERT(differ > PICTURES / 8); /* samples have draws of their own */
    elaborated_free(e);
    arena_free(&arena);
}

/* Pixel (i, j) of the picture, 0 outside. */
static double shown(int i, int j) {
    return i < 0 || i > 3 || j < 0 || j > 2 ? 0 : 3 * i + j + 1;
}

static bool is_mirrored(const double *y) {
    bool across = y[0] == 3;
    for (int i = 0; i < 12; i++)
        if (y[i] != shown(i / 3, across ? 2 - i % 3 : i % 3)) return false;
    return true;
}

static bool is_upside_down(const double *y) {
    bool down = y[0] == 10;
    for (int i = 0; i < 12; i++)
        if (y[i] != shown(down ? 3 - i / 3 : i / 3, i % 3)) return false;
    return true;
}

static bool is_shifted(const double *y) {
    for (int at = 0; at < 9; at++) {
        int same = 0;
        for (int i = 0; i < 12; i++)
            same += y[i] == shown(i / 3 + at / 3 - 1, i % 3 + at % 3 - 1);
        if (same == 12) return true;
    }
    return false;
}

static bool is_cropped(const double *y) {
    int top = ((int)y[0] - 1) / 3, left = ((int)y[0] - 1) % 3;
    for (int i = 0; i < 4; i++)
        if (y[i] != shown(top + i / 2, left + i % 2)) return false;
    return top <= 2 && left <= 1;
}

/* A square of 2 x 2, or what is left of it at the border, is 0. */
static bool is_erased(const double *y) {
    int erased = 0;
    for (int i = 0; i < 12; i++) {
        if (y[i] != 0 && y[i] != i + 1) return false;
        erased += y[i] == 0;
    }
    return erased == 1 || erased == 2 || erased == 4;
}

static void pictures_have_their_values(void) {
    check_augmentation("random_flip", is_mirrored);
    check_augmentation("random_flip(\"vertical\")", is_upside_down);
    check_augmentation("random_shift(1)", is_shifted);
    check_augmentation("random_crop(2, 2)", is_cropped);
    check_augmentation("random_erase(2)", is_erased);
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
    pictures_have_their_values();
    for (int i = 0; i < 6; i++)
        expected[i] = 3 * x[i] - 1;
    check_layer("rescale(3, -1)", 1, expected);
}
