/* library_samples_test.c: every entry of the library, walked from its text, has a sample here that
 * elaborates and computes finite numbers, in training and outside of it. */
#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"
#include "grammar/parser.h"
#include "graph/eval.h"
#include "library/library_text.h"

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
