/* The models around the entries of the library. */
#include "entry_models.h"

#include <stdio.h>
#include <string.h>

#include "grammar/parser.h"
#include "library/library_text.h"
#include "support/text.h"

/* What an entry is called with where its parameters have no defaults, and the model it needs if
 * not that of its kind. Several rows of one name are several models. */
typedef struct EntryRow {
    const char *name;
    const char *call;  /* NULL: the name alone */
    const char *model; /* NULL: of the kind */
} EntryRow;

/* "$" stands for the call. */
static const char *const kind_models[FUNCTION_KINDS] = {
    [FUNCTION_ACTIVATION] = "model walk {\n"
                            "    input x : real[d]\n"
                            "    param w : [d] ~ normal(0, 2)\n"
                            "    output y = x * w -> $\n"
                            "    loss sum(sin(3 * y + 1))\n"
                            "}\n",
    [FUNCTION_LAYER] = "model walk {\n"
                       "    input x : real[d]\n"
                       "    param w : [d] ~ normal(0, 2)\n"
                       "    output y = x * w -> $\n"
                       "    loss sum(sin(3 * y + 1))\n"
                       "}\n",
    [FUNCTION_LOSS] = "model walk {\n"
                      "    input x : real[d]\n"
                      "    target y : real[d]\n"
                      "    param w : [d] ~ normal(0, 2)\n"
                      "    output p = x * w\n"
                      "    loss $(p, y)\n"
                      "}\n",
    [FUNCTION_METRIC] = "model walk {\n"
                        "    input x : real[d]\n"
                        "    target y : class[2]\n"
                        "    param w : [d] ~ normal(0, 2)\n"
                        "    output p = sigmoid(sum(x * w))\n"
                        "    loss binary_cross_entropy(p, y)\n"
                        "    metric $(p, y)\n"
                        "}\n",
    [FUNCTION_REGULARIZER] = "model walk {\n"
                             "    input x : real[d]\n"
                             "    output y = x -> dense(3)\n"
                             "    loss sum(sin(y))\n"
                             "    regularize $\n"
                             "}\n",
    [FUNCTION_OPTIMIZER] = "model walk {\n"
                           "    input x : real[d]\n"
                           "    output y = x -> dense(3)\n"
                           "    loss sum(sin(y))\n"
                           "}\n"
                           "train { optimizer = $ }\n",
    [FUNCTION_SCHEDULE] = "model walk {\n"
                          "    input x : real[d]\n"
                          "    output y = x -> dense(3)\n"
                          "    loss sum(sin(y))\n"
                          "}\n"
                          "train { optimizer = sgd(lr = $) }\n",
    [FUNCTION_INITIALIZER] = "model walk {\n"
                             "    input x : real[d]\n"
                             "    param w : [d, 9] ~ $\n"
                             "    output y = x @ w\n"
                             "    loss sum(sin(y))\n"
                             "}\n",
};

/* A picture-like sample of 3 x 2 pixels. */
static const char picture[] = "model walk {\n"
                              "    input x : real[3, 2, d]\n"
                              "    param w : [3, 2, d] ~ normal(0, 2)\n"
                              "    output y = x * w -> $\n"
                              "    loss sum(sin(3 * y + 1))\n"
                              "}\n";
/* Only the picture's size counts. */
static const char boxed[] = "model walk {\n"
                            "    input x : real[3, 2, d]\n"
                            "    param w : [3, 2, d] ~ normal(0, 2)\n"
                            "    output y = x * w * (x -> $)\n"
                            "    loss sum(sin(3 * y + 1))\n"
                            "}\n";
/* What is computed before training cannot depend on parameters. */
static const char statistics[] = "model walk {\n"
                                 "    input x : real[2, d]\n"
                                 "    param w : [2, d] ~ normal(0, 1)\n"
                                 "    output y = w * (x -> $)\n"
                                 "    loss sum(sin(3 * y + 1))\n"
                                 "}\n";
static const char words[] = "model walk {\n"
                            "    input x : class[d + 1]\n"
                            "    output y = x -> $\n"
                            "    loss sum(sin(30 * y + 1))\n"
                            "}\n";
static const char weighed[] = "model walk {\n"
                              "    input x : real[d]\n"
                              "    target y : class[3]\n"
                              "    param w : [d, 3] ~ normal(0, 1)\n"
                              "    output p = x @ w -> softmax\n"
                              "    loss $(y) * cross_entropy(p, y)\n"
                              "}\n";
/* One probability, two classes. */
static const char binary[] = "model walk {\n"
                             "    input x : real[d]\n"
                             "    target y : class[2]\n"
                             "    param w : [d] ~ normal(0, 2)\n"
                             "    output p = sigmoid(sum(x * w))\n"
                             "    loss $(p, y)\n"
                             "}\n";
/* A score for two classes. */
static const char score[] = "model walk {\n"
                            "    input x : real[d]\n"
                            "    target y : class[2]\n"
                            "    param w : [d] ~ normal(0, 2)\n"
                            "    output p = sum(x * w)\n"
                            "    loss $(p, y)\n"
                            "}\n";
/* Several yes-or-no questions. */
static const char labels[] = "model walk {\n"
                             "    input x : real[d]\n"
                             "    target y : real[d]\n"
                             "    param w : [d] ~ normal(0, 2)\n"
                             "    output p = sigmoid(x * w)\n"
                             "    loss $(p, y)\n"
                             "}\n";
static const char classes[] = "model walk {\n"
                              "    input x : real[d]\n"
                              "    target y : class[d + 1]\n"
                              "    output p = x -> dense(d + 1, softmax)\n"
                              "    loss $(p, y)\n"
                              "}\n";
static const char distribution[] = "model walk {\n"
                                   "    input x : real[d]\n"
                                   "    target y : real[d + 1]\n"
                                   "    output p = x -> dense(d + 1, softmax)\n"
                                   "    loss $(p, y)\n"
                                   "}\n";
static const char positive[] = "model walk {\n"
                               "    input x : real[d]\n"
                               "    target y : real[d]\n"
                               "    param w : [d] ~ normal(0, 2)\n"
                               "    output p = exp(x * w)\n"
                               "    loss $(p, y)\n"
                               "}\n";
static const char classes_metric[] = "model walk {\n"
                                     "    input x : real[d]\n"
                                     "    target y : class[d + 1]\n"
                                     "    output p = x -> dense(d + 1, softmax)\n"
                                     "    loss cross_entropy(p, y)\n"
                                     "    metric $(p, y)\n"
                                     "}\n";
static const char numbers_metric[] = "model walk {\n"
                                     "    input x : real[d]\n"
                                     "    target y : real[d]\n"
                                     "    output p = x -> dense(d)\n"
                                     "    loss mse(p, y)\n"
                                     "    metric $(p, y)\n"
                                     "}\n";

static const char mask_metric[] = "model walk {\n"
                                  "    input x : image[d, 3, 2]\n"
                                  "    target y : image[d, 3, 1]\n"
                                  "    output p = x -> conv(1, 1, sigmoid)\n"
                                  "    loss binary_cross_entropy(p, y)\n"
                                  "    metric $(p, y)\n"
                                  "}\n";

static const EntryRow rows[] = {
    {"dense", "dense(7, tanh)", NULL},
    {"dense", "dense(4, bias = false, init = he_normal)", picture},
    {"conv", "conv(3, 3, tanh)", picture},
    {"conv", "conv(2, [2, 1], stride = 2, padding = \"valid\", bias = false)", picture},
    {"conv", "conv(d, 2, padding = [[0, 2], [1, 1]], dilation = [1, 2], groups = d)", picture},
    {"depthwise_conv", "depthwise_conv(2, multiplier = 2)", picture},
    {"conv_transpose", "conv_transpose(2, 3, stride = 2)", picture},
    {"conv_transpose", "conv_transpose(2, [2, 1], tanh, stride = [3, 1], padding = \"valid\")",
     picture},
    {"maxpool", NULL, picture},
    {"maxpool", "maxpool([2, 1], stride = 1, padding = \"same\")", picture},
    {"avgpool", "avgpool(3, stride = 2, padding = 1)", picture},
    {"upsample", "upsample([1, 3])", picture},
    {"flatten", NULL, picture},
    {"dropout", "dropout(0.3)", NULL},
    {"spatial_dropout", "spatial_dropout(0.3)", picture},
    {"gaussian_noise", "gaussian_noise(0.2)", NULL},
    {"batchnorm", NULL, NULL},
    {"batchnorm", NULL, picture},
    {"layernorm", NULL, NULL},
    {"layernorm", NULL, picture},
    {"groupnorm", "groupnorm(1)", NULL},
    {"groupnorm", "groupnorm(-1)", picture},
    {"embedding", "embedding(3)", words},
    {"rescale", "rescale(2, 1)", NULL},
    {"standardize", NULL, statistics},
    {"minmax", NULL, statistics},
    {"balanced", NULL, weighed},
    {"mix", "mix(0.3)", NULL},
    {"random_flip", NULL, picture},
    {"random_flip", "random_flip(\"vertical\")", picture},
    {"random_flip", "random_flip(\"both\")", picture},
    {"random_shift", "random_shift(1)", picture},
    {"random_crop", "random_crop(2, 1)", picture},
    {"random_rotate", "random_rotate(40)", picture},
    {"random_zoom", "random_zoom(0.4)", picture},
    {"random_brightness", "random_brightness(0.2)", picture},
    {"random_contrast", "random_contrast(0.3)", picture},
    {"random_noise", "random_noise(0.2)", picture},
    {"random_erase", "random_erase(2)", picture},
    {"random_box", NULL, boxed},
    {"cutmix", "cutmix(x -> random_box(0.9))", picture},
    {"global_avgpool", NULL, picture},
    {"global_maxpool", NULL, picture},
    {"binary_cross_entropy", NULL, binary},
    {"binary_cross_entropy", NULL, labels},
    {"cross_entropy", NULL, classes},
    {"cross_entropy", NULL, distribution},
    {"hinge", NULL, score},
    {"poisson", NULL, positive},
    {"kl_divergence", NULL, distribution},
    {"focal", NULL, binary},
    {"focal", NULL, classes},
    {"focal", NULL, distribution},
    {"accuracy", NULL, NULL},
    {"accuracy", NULL, classes_metric},
    {"accuracy", NULL, mask_metric},
    {"auc", NULL, NULL},
    {"auc", NULL, mask_metric},
    {"top_k", NULL, classes_metric},
    {"precision", NULL, NULL},
    {"precision", NULL, classes_metric},
    {"recall", NULL, NULL},
    {"recall", NULL, classes_metric},
    {"f1", NULL, NULL},
    {"f1", NULL, classes_metric},
    {"rmse", NULL, numbers_metric},
    {"r2", NULL, numbers_metric},
    {"sgd", NULL, NULL},
    {"sgd", "sgd(momentum = 0.9)", NULL},
    {"sgd", "sgd(momentum = 0.9, nesterov = true)", NULL},
    {"step_decay", "step_decay(0.1, 10)", NULL},
    {"exponential_decay", "exponential_decay(0.1, 10)", NULL},
    {"linear_decay", "linear_decay(0.1, 0.01)", NULL},
    {"cosine", "cosine(0.1, 10, 0.01)", NULL},
    {"cosine", "cosine(0.1, end = 0.01)", NULL},
    {"one_cycle", "one_cycle(0.1)", NULL},
    {"reduce_on_plateau", "reduce_on_plateau(0.1)", NULL},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

EntryVec entry_list(Arena *arena) {
    EntryVec entries = {0};
    Interner *interner = ARENA_NEW(arena, Interner);
    Sources *sources = ARENA_NEW(arena, Sources);
    Diagnostics *diags = ARENA_NEW(arena, Diagnostics);
    intern_init(interner, arena);
    sources_init(sources, arena);
    diag_init(diags, arena);
    for (size_t i = 0; i < library_text_count; i++) {
        const LibraryText *text = &library_texts[i];
        const Source *source = sources_add(sources, text->name, text->text, text->length, true);
        File *file = parse_source(arena, interner, diags, source);
        for (int64_t k = 0; k < file->items.count; k++) {
            const Item *item = file->items.items[k];
            Entry entry = {item->name.text, item->function_kind};
            if (item->kind == ITEM_FUNCTION) VEC_PUSH(arena, entries, entry);
        }
    }
    return entries;
}

static const char *fill(Arena *arena, const char *model, const char *call) {
    Text text;
    text_init(&text, arena);
    text_add(&text, "const d = 5\n");
    for (const char *c = model; *c; c++) {
        if (*c == '$')
            text_add(&text, call);
        else
            text_add_char(&text, *c);
    }
    return text.chars;
}

TextsVec entry_models(Arena *arena, const Entry *entry) {
    TextsVec texts = {0};
    for (int i = 0; i < ROW_COUNT; i++) {
        const EntryRow *row = &rows[i];
        if (strcmp(row->name, entry->name) != 0) continue;
        const char *model = row->model ? row->model : kind_models[entry->kind];
        VEC_PUSH(arena, texts, fill(arena, model, row->call ? row->call : row->name));
    }
    if (texts.count == 0)
        VEC_PUSH(arena, texts, fill(arena, kind_models[entry->kind], entry->name));
    return texts;
}
