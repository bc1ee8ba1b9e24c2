/* training_test.c: optimizers, data and train settings, includes and limits. */
#define _XOPEN_SOURCE 700

#include <CUnit/Basic.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"

/* A model with one parameter w = 2, trained by this optimizer; the gradient is 0.5, the step 0. */
static Elaborated *trained_by(const char *optimizer) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e = elaborated(arena_format(
        &arena,
        "model m { input x : real\n target t : real\n param w : [] ~ const2\n"
        "  output y = w * x\n loss mse(y, t) }\n"
        "initializer const2(size) = 2 + 0 * uniform(size, 0, 1)\ntrain { optimizer = %s }",
        optimizer));
    arena_free(&arena);
    return e;
}

static void check_step(const char *optimizer, double expected) {
    Elaborated *e = trained_by(optimizer);
    CU_ASSERT_FATAL(e->ok);
    Variable *w = variable_named(e, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(w->next);
    double value = *value_of(e, w->next, 1, NULL, 1);
    if (!(fabs(value - expected) < 1e-9))
        printf("  %s steps to %.17g, not %.17g\n", optimizer, value, expected);
    CU_ASSERT_DOUBLE_EQUAL(value, expected, 1e-9);
    elaborated_free(e);
}

/* The first step of each, by hand: w = 2, gradient g = 0.5. */
void optimizers_step(void) {
    check_step("sgd(lr = 0.1)", 2 - 0.1 * 0.5);
    check_step("sgd(lr = 0.1, momentum = 0.9)", 2 - 0.1 * 0.5);
    check_step("sgd(lr = 0.1, momentum = 0.9, nesterov = true)",
               2 + 0.9 * (-0.1 * 0.5) - 0.1 * 0.5);
    /* adam's first step is lr * g / (|g| + epsilon'), whatever the betas */
    double rate = 0.1 * sqrt(1 - 0.999) / (1 - 0.9);
    check_step("adam(lr = 0.1)", 2 - rate * (0.5 * (1 - 0.9)) / (sqrt(0.25 * (1 - 0.999)) + 1e-7));
    check_step("adamw(lr = 0.1, decay = 0.01)",
               2 - 0.1 * 0.01 * 2 - rate * (0.5 * (1 - 0.9)) / (sqrt(0.25 * (1 - 0.999)) + 1e-7));
    check_step("rmsprop(lr = 0.1)", 2 - 0.1 * 0.5 / sqrt(0.1 * 0.25 + 1e-7));
    check_step("adagrad(lr = 0.1)", 2 - 0.1 * 0.5 / sqrt(0.1 + 0.25 + 1e-7));
    check_step("lion(lr = 0.1)", 2 - 0.1);
    check_step("sgd(lr = linear_decay(0.1))", 2 - 0.1 * 0.5);
    check_step("sgd(0.1 / 2)", 2 - 0.05 * 0.5);
}

/* One step of everything the optimizer keeps, with this gradient. */
static void take_step(Elaborated *e, double gradient) {
    e->gradient = gradient;
    const double **next = ARENA_ARRAY(&e->arena, const double *, e->model.variables.count);
    for (int64_t i = 0; i < e->model.variables.count; i++)
        next[i] = value_of(e, e->model.variables.items[i].next, 1, NULL, 1);
    e->variables = next;
}

/* True when every memory is 0 or far above the denormal numbers of single precision. */
static bool memory_is_normal(const Elaborated *e) {
    for (int64_t i = 0; i < e->model.variables.count; i++) {
        double value = fabs(*e->variables[i]);
        if (e->model.variables.items[i].role == ROLE_OPTIMIZER && value != 0 && value < 1e-31)
            return false;
    }
    return true;
}

/* The memory of a parameter whose gradient is 0, or next to it, from some step on does not shrink
 * into the denormal numbers. */
void optimizer_memory_stays_normal(void) {
    static const char *const optimizers[] = {
        "sgd(lr = 0.1, momentum = 0.9)", "adam(lr = 0.1, beta2 = 0.9)",
        "adamw(lr = 0.1, beta2 = 0.9)",  "rmsprop(lr = 0.1)",
        "lion(lr = 0.1, beta2 = 0.9)",
    };
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        Elaborated *e = trained_by(optimizers[i]);
        CU_ASSERT_FATAL(e->ok);
        take_step(e, 0.5);
        bool normal = true;
        for (int k = 0; k < 1000; k++) {
            take_step(e, k < 900 ? 0 : -1e-25);
            normal &= memory_is_normal(e);
        }
        if (!normal) printf("  %s\n", optimizers[i]);
        CU_ASSERT(normal);
        elaborated_free(e);
    }
}

void written_numbers_are_hypers(void) {
    Elaborated *e = trained_by("sgd(0.1, momentum = 0.9, nesterov = true)");
    CU_ASSERT_FATAL(e->ok);
    CU_ASSERT_EQUAL_FATAL(e->model.hypers.count, 2);
    CU_ASSERT_STRING_EQUAL(e->model.hypers.items[0].name, "lr");
    CU_ASSERT_STRING_EQUAL(e->model.hypers.items[1].name, "momentum");
    CU_ASSERT_DOUBLE_EQUAL(e->model.hypers.items[1].value, 0.9, 0);
    CU_ASSERT_PTR_EQUAL(e->model.learning_rate, e->model.hypers.items[0].leaf);
    CU_ASSERT_STRING_EQUAL(e->model.train.optimizer_text,
                           "sgd(0.1, momentum = 0.9, nesterov = true)");
    elaborated_free(e);
    e = trained_by("adam");
    CU_ASSERT_EQUAL(e->model.hypers.count, 0);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.learning_rate, 1, NULL, 1), 1e-3, 0);
    elaborated_free(e);
    e = trained_by("sgd(lr = cosine(0.1, warmup = 20))");
    CU_ASSERT_EQUAL(e->model.hypers.count, 0);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.learning_rate, 1, NULL, 1), 0.1 / 20, 1e-15);
    elaborated_free(e);
    e = trained_by("sgd(lr = 0)");
    CU_ASSERT(e->ok && reported_once(e, "learning-rate"));
    elaborated_free(e);
}

void optimizer_states_are_named(void) {
    Elaborated *e = trained_by("adam(lr = 0.1)");
    CU_ASSERT_EQUAL(e->model.variables.count, 3);
    const Variable *m = variable_named(e, "w/adam.m");
    CU_ASSERT_PTR_NOT_NULL_FATAL(m);
    CU_ASSERT_EQUAL(m->role, ROLE_OPTIMIZER);
    CU_ASSERT_EQUAL(m->owner, 0);
    CU_ASSERT_PTR_NOT_NULL(m->next);
    elaborated_free(e);
    /* Without momentum nothing reads the velocity. */
    e = trained_by("sgd(lr = 0.1)");
    CU_ASSERT_EQUAL(e->model.variables.count, 1);
    elaborated_free(e);
    ElaborateOptions options = {.no_training = true};
    e = elaborated_with("model m { input x : real\n target t : real\n param w = 2\n"
                        "  output y = w * x\n loss mse(y, t) }",
                        &options);
    CU_ASSERT(e->ok && !e->model.has_optimizer);
    CU_ASSERT_PTR_NULL(variable_named(e, "w")->next);
    elaborated_free(e);
}

static const char settings_text[] =
    "model m { input x : real[2]\n output y = x -> dense(2) }\nconst n = 8\n"
    "data { source = csv(\"a.csv\")\n test = csv(\"b.csv\")\n validation = 15%\n"
    "  ignore = [\"id\", \"date\"]\n missing = \"mean\" }\n"
    "train { optimizer = sgd(lr = 1)\n batch = 2 * n\n epochs = 3\n seed = 7\n patience = 4\n"
    "  clip_norm = 1.5\n clip_value = 2\n freeze = \"dense\"\n grains = 1\n"
    "  precision = \"f64\"\n checkpoint = 9 }";

void settings_are_read(void) {
    Elaborated *e = elaborated(settings_text);
    CU_ASSERT_FATAL(e->ok);
    const DataSettings *data = &e->model.data;
    CU_ASSERT_EQUAL(data->train.kind, SOURCE_CSV);
    CU_ASSERT_STRING_EQUAL(data->train.paths.items[0], "a.csv");
    CU_ASSERT_STRING_EQUAL(data->test.paths.items[0], "b.csv");
    CU_ASSERT_EQUAL(data->validation.kind, SOURCE_NONE);
    CU_ASSERT_DOUBLE_EQUAL(data->validation_share, 0.15, 0);
    CU_ASSERT_EQUAL(data->ignore.count, 2);
    CU_ASSERT_EQUAL(data->missing, MISSING_MEAN);
    const TrainSettings *train = &e->model.train;
    CU_ASSERT(train->batch == 16 && train->epochs == 3 && train->seed == 7);
    CU_ASSERT(train->patience == 4 && train->grains == 1 && train->checkpoint == 9);
    CU_ASSERT(train->clip_norm == 1.5 && train->clip_value == 2);
    CU_ASSERT(train->freeze.count == 1 && train->double_precision);
    CU_ASSERT(variable_named(e, "dense.w")->frozen);
    elaborated_free(e);
    e = elaborated("model m { input x : real\n output y = x }");
    CU_ASSERT(e->model.train.batch == 32 && e->model.train.epochs == 10);
    CU_ASSERT(e->model.train.seed == 1 && e->model.train.grains == 1);
    elaborated_free(e);
}

void options_override_settings(void) {
    Arena arena;
    arena_init(&arena);
    ElaborateOptions options = {0};
    VEC_PUSH(&arena, options.settings, ((NamedText){"batch", "all"}));
    VEC_PUSH(&arena, options.settings, ((NamedText){"precision", "f32"}));
    VEC_PUSH(&arena, options.settings, ((NamedText){"validation", "20%"}));
    Elaborated *e = elaborated_with(settings_text, &options);
    CU_ASSERT_FATAL(e->ok);
    CU_ASSERT(e->model.train.batch == 0 && !e->model.train.double_precision);
    CU_ASSERT_DOUBLE_EQUAL(e->model.data.validation_share, 0.2, 0);
    elaborated_free(e);
    static const NamedText wrong[] = {{"btch", "3"},
                                      {"batch", "0"},
                                      {"precision", "3"},
                                      {"optimizer", "sgd"},
                                      {"source", "a.csv"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        options.settings.count = 0;
        VEC_PUSH(&arena, options.settings, wrong[i]);
        e = elaborated_with(settings_text, &options);
        CU_ASSERT(!e->ok && e->diags.error_count == 1);
        elaborated_free(e);
    }
    arena_free(&arena);
}

/* ---- files ---- */

static void write_file(const char *folder, const char *name, const char *text) {
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    if (!file) return; /* the assertion above does not come back */
    fputs(text, file);
    fclose(file);
}

static Elaborated *including(const char *folder, const char *include) {
    char path[300], text[600];
    snprintf(path, sizeof path, "%s/main.nn", folder);
    snprintf(text, sizeof text, "%s\nmodel m { input x : real\n output y = f(x) }", include);
    return elaborated_at(path, text, NULL);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void includes_are_read_once(void) {
    char folder[] = "/tmp/nnc-include-XXXXXX", name[64], text[200];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    snprintf(text, sizeof text, "%s/sub", folder);
    mkdir(text, 0700);
    write_file(folder, "f.nn", "include \"sub/g.nn\"\nactivation f(x) = g(x) + k\n");
    write_file(folder, "sub/g.nn", "include \"h.nn\"\nactivation g(x) = h(x)\nconst k = 3\n");
    /* A circle does no harm: each file is read once. */
    write_file(folder, "sub/h.nn", "include \"g.nn\"\nactivation h(x) = 2 * x\n");
    Elaborated *e = including(folder, "include \"f.nn\"\ninclude \"sub/../sub/g.nn\"");
    CU_ASSERT(reported_once(e, "include"));
    elaborated_free(e);
    e = including(folder, "include \"f.nn\"\ninclude \"./f.nn\"\ninclude \"sub/g.nn\"");
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), 5, 0);
    elaborated_free(e);

    snprintf(text, sizeof text, "%s/out.nn", folder);
    CU_ASSERT_EQUAL(symlink("/etc/passwd", text), 0);
    e = including(folder, "include \"f.nn\"\ninclude \"out.nn\"");
    CU_ASSERT(reported_once(e, "include"));
    elaborated_free(e);

    for (int i = 0; i < 34; i++) {
        snprintf(name, sizeof name, "deep_%d.nn", i);
        snprintf(text, sizeof text, "include \"deep_%d.nn\"\n", i + 1);
        write_file(folder, name, text);
    }
    e = including(folder, "include \"f.nn\"\ninclude \"deep_0.nn\"");
    CU_ASSERT(reported_once(e, "include"));
    elaborated_free(e);
    e = including(folder, "include \"f.nn\"\ninclude \"deep_4.nn\"");
    CU_ASSERT(reported_once(e, "include")); /* the 30th leads to a file that is missing */
    elaborated_free(e);
    CU_ASSERT_EQUAL(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* ---- limits ---- */

static void check_limit(const char *text, const char *name) {
    Elaborated *e = elaborated(text);
    if (!reported_once(e, name)) {
        Text printed;
        text_init(&printed, &e->arena);
        diag_print(&e->diags, DIAG_PLAIN, &printed);
        printf("expected %s for\n%s\n%s", name, text, printed.chars);
    }
    CU_ASSERT(reported_once(e, name));
    elaborated_free(e);
}

void limits_hold(void) {
    check_limit(
        "model m { input x : real\n output y = x -> repeat 1000 repeat 1000 repeat 2 relu }",
        "too-many-steps");
    check_limit("model m { input x : real\n h = x\n for a in range(1000) { for b in range(1000) {\n"
                "h = h } }\n output y = h }",
                "too-many-steps");
    check_limit("model m { input x : real\n l = range(1000000)\n"
                "for i in range(100) { l = l + 1 }\n output y = x + l[3] }",
                "too-many-steps");
    /* Each list doubles: 2^20 leaves. */
    Arena arena;
    arena_init(&arena);
    Text text;
    text_init(&text, &arena);
    text_add(&text, "model m { input x : real\n l = [1]\n");
    for (int i = 0; i < 20; i++)
        text_add(&text, "l = [l, l]\n");
    text_add(&text, "output y = x + length(l) }");
    check_limit(text.chars, "too-large");
    /* A hundred functions, each calling the next. */
    text_init(&text, &arena);
    for (int i = 0; i < 100; i++)
        text_format(&text, "layer f%d(x) = f%d(x)\n", i, i + 1);
    text_add(&text, "layer f100(x) = x\nmodel m { input x : real\n output y = f0(x) }");
    check_limit(text.chars, "too-deep");
    /* Deep expressions in functions that call each other. */
    text_init(&text, &arena);
    for (int i = 0; i < 6; i++) {
        text_format(&text, "layer f%d(x) = ", i);
        for (int k = 0; k < 200; k++)
            text_add(&text, "-");
        text_format(&text, "f%d(x)\n", i + 1);
    }
    text_add(&text, "layer f6(x) = x\nmodel m { input x : real\n output y = f0(x) }");
    check_limit(text.chars, "too-deep");
    arena_free(&arena);
}
