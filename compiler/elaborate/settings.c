/* settings.c: one row and one small function a setting of data and train. */
#include "elaborate/settings.h"

#include <string.h>

#include "elaborate/call.h"
#include "elaborate/declare.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "support/nearest.h"

/* What a setting is given: an expression of the file, or only a value from --set. */
typedef struct Given {
    const char *name;
    const Expr *expr; /* NULL: --set */
    Value value;      /* of --set */
    SourceRange range;
} Given;

/* The expression evaluated, or what --set gave. */
static Value value_of(Elaborator *e, const Given *given) {
    return given->expr ? evaluate(e, given->expr) : given->value;
}

/* A whole number within from..to; otherwise the setting keeps its default. */
static void set_whole(Elaborator *e, const Given *given, int64_t from, int64_t to,
                      int64_t *result) {
    int64_t whole;
    if (want_whole(e, value_of(e, given), given->range, arena_format(e->arena, "'%s'", given->name),
                   from, to, &whole))
        *result = whole;
}

/* A number above 0, and below 1 when `share`. */
static void set_number(Elaborator *e, const Given *given, bool share, double *result) {
    double number;
    if (!want_number(e, value_of(e, given), given->range,
                     arena_format(e->arena, "'%s'", given->name), &number))
        return;
    if (number > 0 && (!share || number < 1))
        *result = number;
    else
        fail(e, given->range, "out-of-range", "'%s' is above 0%s", given->name,
             share ? " and below 1" : "");
}

/* A list of texts; a single text counts as a list of one. */
static bool set_names(Elaborator *e, const Given *given, Names *names) {
    Value value = value_of(e, given);
    ValueList single = {.count = 1, .items = &value};
    const ValueList *list = value.kind == VALUE_LIST ? value.list : &single;
    if (value_is_error(value)) return false;
    names->items = ARENA_ARRAY(e->arena, const char *, list->count);
    for (int64_t i = 0; i < list->count; i++)
        if (!want_text(e, list->items[i], given->range,
                       arena_format(e->arena, "what '%s' names", given->name), &names->items[i]))
            return false;
    names->count = list->count;
    return true;
}

/* ---- train ---- */

typedef void SettingHandler(Elaborator *e, const Given *given);

/* An optimizer is an expression, which --set does not take. */
static void set_optimizer(Elaborator *e, const Given *given) {
    if (given->expr)
        optimizer_setting(e, given->expr);
    else
        fail(e, given->range, "wrong-value", "the optimizer is set in the file only");
}

/* "all" is stored as 0: the whole training part in one step. */
static void set_batch(Elaborator *e, const Given *given) {
    Value value = value_of(e, given);
    if (value.kind == VALUE_TEXT && strcmp(value.text, "all") == 0) {
        e->model->train.batch = 0;
        return;
    }
    if (value.kind == VALUE_TEXT) {
        fail(e, given->range, "wrong-value", "'batch' is a whole number or \"all\"");
        return;
    }
    want_whole(e, value, given->range, "'batch'", 1, INT32_MAX, &e->model->train.batch);
}

static void set_epochs(Elaborator *e, const Given *given) {
    set_whole(e, given, 1, INT32_MAX, &e->model->train.epochs);
}

static void set_seed(Elaborator *e, const Given *given) {
    set_whole(e, given, 0, INT64_C(1) << 53, &e->model->train.seed);
}

static void set_patience(Elaborator *e, const Given *given) {
    set_whole(e, given, 0, INT32_MAX, &e->model->train.patience);
}

static void set_grains(Elaborator *e, const Given *given) {
    set_whole(e, given, 1, 4096, &e->model->train.grains);
}

static void set_checkpoint(Elaborator *e, const Given *given) {
    set_whole(e, given, 1, INT32_MAX, &e->model->train.checkpoint);
}

static void set_clip_norm(Elaborator *e, const Given *given) {
    set_number(e, given, false, &e->model->train.clip_norm);
}

static void set_clip_value(Elaborator *e, const Given *given) {
    set_number(e, given, false, &e->model->train.clip_value);
}

static void set_average(Elaborator *e, const Given *given) {
    set_number(e, given, true, &e->model->train.average);
}

static void set_freeze(Elaborator *e, const Given *given) {
    set_names(e, given, &e->model->train.freeze);
    e->freeze_range = given->range;
}

static void set_precision(Elaborator *e, const Given *given) {
    const char *text;
    if (!want_text(e, value_of(e, given), given->range, "'precision'", &text)) return;
    if (strcmp(text, "f32") == 0 || strcmp(text, "f64") == 0)
        e->model->train.double_precision = text[1] == '6';
    else
        fail(e, given->range, "wrong-value", "'precision' is \"f32\" or \"f64\"");
}

/* ---- data ---- */

static bool set_source(Elaborator *e, const Given *given, DataSource *source) {
    if (given->expr) return data_source(e, given->expr, source);
    fail(e, given->range, "wrong-value", "data sources are set in the file only");
    return false;
}

/* `source` and `train` are two words for the same: the data that is split. */
static void set_train_source(Elaborator *e, const Given *given) {
    DataSource *source = &e->model->data.train;
    if (source->kind != SOURCE_NONE)
        report_duplicate(e, given->range, source->origin->range,
                         "'source' and 'train' both name the training data");
    else
        set_source(e, given, source);
}

/* Either a source of its own or a share of the training data. */
static void set_part(Elaborator *e, const Given *given, DataSource *source, double *share) {
    bool is_source =
        given->expr && (given->expr->kind == EXPR_CALL || given->expr->kind == EXPR_TEXT);
    if (is_source)
        set_source(e, given, source);
    else
        set_number(e, given, true, share);
}

static void set_validation(Elaborator *e, const Given *given) {
    set_part(e, given, &e->model->data.validation, &e->model->data.validation_share);
}

static void set_test(Elaborator *e, const Given *given) {
    set_part(e, given, &e->model->data.test, &e->model->data.test_share);
}

static void set_folds(Elaborator *e, const Given *given) {
    set_whole(e, given, 2, 1000, &e->model->data.folds);
}

static void set_ignore(Elaborator *e, const Given *given) {
    set_names(e, given, &e->model->data.ignore);
}

static void set_missing(Elaborator *e, const Given *given) {
    const char *text;
    if (!want_text(e, value_of(e, given), given->range, "'missing'", &text)) return;
    if (strcmp(text, "drop") == 0)
        e->model->data.missing = MISSING_DROP;
    else if (strcmp(text, "mean") == 0)
        e->model->data.missing = MISSING_MEAN;
    else
        fail(e, given->range, "wrong-value", "'missing' is \"drop\" or \"mean\"");
}

/* ---- all of them ---- */

static const struct SettingRow {
    ItemKind block;
    const char *name;
    SettingHandler *handler;
} setting_rows[] = {
    {ITEM_TRAIN, "optimizer", set_optimizer},
    {ITEM_TRAIN, "batch", set_batch},
    {ITEM_TRAIN, "epochs", set_epochs},
    {ITEM_TRAIN, "seed", set_seed},
    {ITEM_TRAIN, "patience", set_patience},
    {ITEM_TRAIN, "clip_norm", set_clip_norm},
    {ITEM_TRAIN, "clip_value", set_clip_value},
    {ITEM_TRAIN, "average", set_average},
    {ITEM_TRAIN, "freeze", set_freeze},
    {ITEM_TRAIN, "grains", set_grains},
    {ITEM_TRAIN, "precision", set_precision},
    {ITEM_TRAIN, "checkpoint", set_checkpoint},
    {ITEM_DATA, "source", set_train_source},
    {ITEM_DATA, "train", set_train_source},
    {ITEM_DATA, "validation", set_validation},
    {ITEM_DATA, "test", set_test},
    {ITEM_DATA, "folds", set_folds},
    {ITEM_DATA, "ignore", set_ignore},
    {ITEM_DATA, "missing", set_missing},
};
enum { SETTING_ROWS = sizeof setting_rows / sizeof *setting_rows };

/* The row of a setting; the two blocks have their own names. */
static const struct SettingRow *find_row(ItemKind block, const char *name) {
    for (int i = 0; i < SETTING_ROWS; i++)
        if (setting_rows[i].block == block && strcmp(setting_rows[i].name, name) == 0)
            return &setting_rows[i];
    return NULL;
}

/* A name of the other block says so; else the nearest name, or all of them. */
static void report_unknown(Elaborator *e, const Setting *setting, ItemKind block) {
    const char *name = setting->name.text, *word = block == ITEM_DATA ? "data" : "train";
    ItemKind other = block == ITEM_DATA ? ITEM_TRAIN : ITEM_DATA;
    Diagnostic *diag = report_error(e, setting->name.range, "unknown-setting",
                                    "'%s' is no setting of %s", name, word);
    if (find_row(other, name)) {
        diag_help(e->diags, diag, "it belongs to '%s'", block == ITEM_DATA ? "train" : "data");
        return;
    }
    Nearest nearest = {.name = name};
    Text all;
    text_init(&all, e->arena);
    for (int i = 0; i < SETTING_ROWS; i++) {
        if (setting_rows[i].block != block) continue;
        nearest_offer(&nearest, setting_rows[i].name);
        text_format(&all, " %s", setting_rows[i].name);
    }
    if (nearest.best)
        diag_help(e->diags, diag, "did you mean '%s'?", nearest.best);
    else
        diag_help(e->diags, diag, "settings of %s are%s", word, all.chars);
}

/* True when --set overrides this setting, so that the file's value is not looked at. */
static bool set_by_option(const Elaborator *e, const char *name) {
    for (int64_t i = 0; i < e->options->settings.count; i++)
        if (strcmp(e->options->settings.items[i].name, name) == 0) return true;
    return false;
}

/* The settings of one block, each at most once. */
static void elaborate_block(Elaborator *e, const Item *item) {
    Scope *seen = scope_new(e->arena, NULL);
    for (int64_t i = 0; i < item->settings.count; i++) {
        const Setting *setting = &item->settings.items[i];
        const Binding *other = scope_find_here(seen, setting->name.text);
        if (other) {
            report_duplicate(e, setting->name.range, other->range,
                             arena_format(e->arena, "'%s' is set twice", setting->name.text));
            continue;
        }
        scope_add(seen, setting->name.text, BINDING_LOCAL, setting->name.range);
        const struct SettingRow *row = find_row(item->kind, setting->name.text);
        Given given = {
            .name = setting->name.text, .expr = setting->value, .range = setting->value->range};
        if (!row)
            report_unknown(e, setting, item->kind);
        else if (!set_by_option(e, row->name))
            row->handler(e, &given);
    }
}

/* --set, after the file: the last one of a name counts. */
static void elaborate_options(Elaborator *e) {
    for (int64_t i = 0; i < e->options->settings.count; i++) {
        const NamedText *option = &e->options->settings.items[i];
        const struct SettingRow *row = find_row(ITEM_TRAIN, option->name);
        row = row ? row : find_row(ITEM_DATA, option->name);
        Given given = {.name = option->name, .value = value_of_option(e, option->value)};
        if (row) {
            row->handler(e, &given);
            continue;
        }
        Diagnostic *diag = diag_error(e->diags, source_nowhere(), "unknown-setting",
                                      "--set %s: there is no such setting", option->name);
        Nearest nearest = {.name = option->name};
        for (int k = 0; k < SETTING_ROWS; k++)
            nearest_offer(&nearest, setting_rows[k].name);
        if (nearest.best) diag_help(e->diags, diag, "did you mean '%s'?", nearest.best);
    }
}

void settings_elaborate(Elaborator *e) {
    e->model->train =
        (TrainSettings){.batch = 32, .epochs = 10, .seed = 1, .grains = 1, .checkpoint = 1};
    e->purpose = PURPOSE_SETTINGS;
    frame_push(e, e->user);
    if (e->data_item) elaborate_block(e, e->data_item);
    if (e->train_item) elaborate_block(e, e->train_item);
    elaborate_options(e);
    const DataSettings *data = &e->model->data;
    if (data->validation_share + data->test_share >= 1)
        fail(e, e->data_item ? e->data_item->keyword : source_nowhere(), "out-of-range",
             "validation and test together leave nothing to train on");
    frame_pop(e);
    e->purpose = PURPOSE_MODEL;
    e->freeze_used = ARENA_ARRAY(e->arena, bool, e->model->train.freeze.count);
}
