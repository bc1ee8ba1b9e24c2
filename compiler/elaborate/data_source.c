/* data_source.c: csv("a.csv"), idx("images.gz", "labels.gz"), npy, images, cifar10. Only names are
 * taken here; files are looked for when the program runs. */
#include <string.h>

#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/settings.h"
#include "elaborate/tensor.h"
#include "support/nearest.h"

static const struct SourceRow {
    const char *name;
    SourceKind kind;
    bool pairs; /* a file of inputs and, for a model with a target, one of targets */
    const char *example;
} source_rows[] = {
    {"csv", SOURCE_CSV, false, "csv(\"table.csv\")"},
    {"idx", SOURCE_IDX, true, "idx(\"images.gz\", \"labels.gz\")"},
    {"npy", SOURCE_NPY, true, "npy(\"x.npy\", \"y.npy\")"},
    {"images", SOURCE_IMAGES, false, "images(\"folder\")"},
    {"cifar10", SOURCE_CIFAR10, false, "cifar10(\"data_batch_*.bin\")"},
};
enum { SOURCE_ROWS = sizeof source_rows / sizeof *source_rows };

/* The kind of source by its name; a bare file name is shown how to be one. */
static const struct SourceRow *row_of(Elaborator *e, const Expr *expr) {
    if (expr->kind != EXPR_CALL) {
        Diagnostic *diag = report_error(e, expr->range, "wrong-value", "this is no data source");
        diag_help(e->diags, diag, "write %s, or idx, npy, images, cifar10",
                  expr->kind == EXPR_TEXT ? arena_format(e->arena, "csv(\"%s\")", expr->text)
                                          : source_rows[0].example);
        return NULL;
    }
    Nearest nearest = {.name = expr->call.name.text};
    for (int i = 0; i < SOURCE_ROWS; i++) {
        if (strcmp(source_rows[i].name, expr->call.name.text) == 0) return &source_rows[i];
        nearest_offer(&nearest, source_rows[i].name);
    }
    Diagnostic *diag = report_error(e, expr->call.name.range, "unknown-name",
                                    "unknown data source '%s'", expr->call.name.text);
    if (nearest.best)
        diag_help(e->diags, diag, "did you mean '%s'?", nearest.best);
    else
        diag_help(e->diags, diag, "sources are csv, idx, npy, images and cifar10");
    return NULL;
}

/* Whether the call names as many files as the source has. */
static bool check_count(Elaborator *e, const Expr *expr, const struct SourceRow *row) {
    int64_t count = expr->call.args.count;
    if (count == 1 || (row->pairs && count == 2)) return true;
    Diagnostic *diag =
        report_error(e, expr->range, "missing-argument", "%s takes %s, not %lld", row->name,
                     row->pairs ? "1 or 2 file names" : "1 file name", (long long)count);
    diag_help(e->diags, diag, "%s", row->example);
    return false;
}

/* One part's source has a file for the target, if the model has one. */
static void check_pair(Elaborator *e, const DataSource *source) {
    if (source->paths.count != 1) return;
    for (int i = 0; i < SOURCE_ROWS; i++) {
        const struct SourceRow *row = &source_rows[i];
        if (row->kind != source->kind || !row->pairs) continue;
        Diagnostic *diag =
            report_error(e, source->origin->range, "missing-argument",
                         "the model has a target, and %s names no file for it", row->name);
        diag_help(e->diags, diag, "%s", row->example);
    }
}

void data_source_check(Elaborator *e) {
    const DataSettings *data = &e->model->data;
    bool has_target = false;
    for (int64_t i = 0; i < e->model->inputs.count; i++)
        has_target = has_target || e->model->inputs.items[i].is_target;
    if (!has_target) return;
    check_pair(e, &data->train);
    check_pair(e, &data->validation);
    check_pair(e, &data->test);
}

bool data_source(Elaborator *e, const Expr *expr, DataSource *source) {
    const struct SourceRow *row = row_of(e, expr);
    if (!row || !check_count(e, expr, row)) return false;
    const ArgList *args = &expr->call.args;
    source->kind = row->kind;
    source->origin = origin_here(e, expr->range);
    source->paths.count = args->count;
    source->paths.items = ARENA_ARRAY(e->arena, const char *, args->count);
    for (int64_t i = 0; i < args->count; i++) {
        const Arg *arg = &args->items[i];
        if (arg->name.text) {
            fail(e, arg->name.range, "unknown-argument", "%s takes file names only", row->name);
            return false;
        }
        if (!want_text(e, evaluate(e, arg->value), arg->value->range, "a file name",
                       &source->paths.items[i]))
            return false;
        if (*source->paths.items[i] == 0) {
            fail(e, arg->value->range, "wrong-value", "the file name is empty");
            return false;
        }
    }
    return true;
}
