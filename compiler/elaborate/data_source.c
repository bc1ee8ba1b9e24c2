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
    int files;
    const char *example;
} source_rows[] = {
    {"csv", SOURCE_CSV, 1, "csv(\"table.csv\")"},
    {"idx", SOURCE_IDX, 2, "idx(\"images.gz\", \"labels.gz\")"},
    {"npy", SOURCE_NPY, 2, "npy(\"x.npy\", \"y.npy\")"},
    {"images", SOURCE_IMAGES, 1, "images(\"folder\")"},
    {"cifar10", SOURCE_CIFAR10, 1, "cifar10(\"data_batch_*.bin\")"},
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

bool data_source(Elaborator *e, const Expr *expr, DataSource *source) {
    const struct SourceRow *row = row_of(e, expr);
    if (!row) return false;
    const ArgList *args = &expr->call.args;
    if (args->count != row->files) {
        Diagnostic *diag =
            report_error(e, expr->range, "missing-argument", "%s takes %d file name%s, not %lld",
                         row->name, row->files, row->files == 1 ? "" : "s", (long long)args->count);
        diag_help(e->diags, diag, "%s", row->example);
        return false;
    }
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
