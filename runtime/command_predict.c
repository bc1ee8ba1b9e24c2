/* command_predict.c: the outputs for rows of a file, or of a part of the model's own data.
 *
 * Inputs are prepared as in training: class names found then, means for missing values, statistics
 * among the weights. Text shows classes with their probability; csv and json give every number.
 * Rows that come from files of their own (pictures) are called by the file's name.
 */

#include "runtime/class_output.h"
#include "runtime/commands.h"
#include "runtime/escape.h"
#include "runtime/recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK = 256 };

/* What the printers need. */
typedef struct Printer {
    const NnrtModel *model;
    const NnrtOptions *options;
    const NnrtSession *session;
    const NnrtView *view;
    const NnrtTable *table;
    const NnrtRecorded *recorded;
    NnrtField fields[NNRT_FIELDS_MAX]; /* with the names that were recorded */
    int64_t printed, count;            /* rows so far, rows in all */
} Printer;

static void print_class(const Printer *printer, int64_t target, int64_t class) {
    char buffer[24];
    nnrt_put_escaped(stdout, nnrt_class_name(printer->fields[target].class_names, class, buffer),
                     0);
}

static void print_classes(const Printer *printer, const NnrtResult *result, int64_t target,
                          int64_t sample, int64_t row) {
    int64_t classes = printer->model->inputs[target].class_count;
    int64_t class = -1, first = -1;
    for (int64_t k = 0; k < printer->options->top && k < classes; k++) {
        class = nnrt_class_next(printer->session, result, sample, classes, class);
        if (class < 0) break;
        if (k == 0) first = class;
        printf("  ");
        print_class(printer, target, class);
        printf(" %.1f %%", 100 * nnrt_class_probability(printer->session, result, sample, class));
    }
    if (!printer->table->columns[target].present) return;
    int64_t truth = (int64_t)nnrt_table_value(printer->table, (int)target, row, 0);
    if (truth == first) return;
    printf("   (is ");
    print_class(printer, target, truth);
    printf(")");
}

static void print_text(const Printer *printer, int64_t sample, int64_t row) {
    const NnrtModel *model = printer->model;
    if (printer->table->names)
        nnrt_put_escaped(stdout, printer->table->names[row], 0);
    else
        printf("row %lld", (long long)row + 1);
    printf(":");
    for (int64_t i = 0; i < model->output_count; i++) {
        const NnrtResult *result = nnrt_view_result(printer->view, NNRT_RESULT_OUTPUT, i);
        int64_t target = nnrt_class_target(model, i);
        printf("  %s", target >= 0 ? model->inputs[target].name : model->outputs[i].name);
        if (target >= 0) {
            print_classes(printer, result, target, sample, row);
            continue;
        }
        printf(" =");
        int64_t shown = result->elements < 10 ? result->elements : 10;
        for (int64_t e = 0; e < shown; e++)
            printf(" %.6g", nnrt_result_value(printer->session, result, sample, e));
        if (shown < result->elements) printf(" ...");
    }
    printf("\n");
}

static void print_csv_header(const NnrtModel *model, const NnrtTable *table) {
    const char *separator = table->names ? "," : "";
    if (table->names) printf("file");
    for (int64_t i = 0; i < model->output_count; i++)
        for (int64_t e = 0; e < model->outputs[i].elements; e++) {
            printf("%s%s", separator, model->outputs[i].name);
            if (model->outputs[i].rank) printf("[%lld]", (long long)e);
            separator = ",";
        }
    printf("\n");
}

/* A text as a cell: quoted where it must be. */
static void print_cell(const char *text) {
    bool plain = text[strcspn(text, ",\"\n\r")] == 0;
    if (!plain) putchar('"');
    for (; *text; text++) {
        if (*text == '"') putchar('"');
        putchar(*text);
    }
    if (!plain) putchar('"');
}

static void print_csv(const Printer *printer, int64_t sample, int64_t row) {
    const NnrtModel *model = printer->model;
    const char *separator = printer->table->names ? "," : "";
    if (printer->table->names) print_cell(printer->table->names[row]);
    for (int64_t i = 0; i < model->output_count; i++) {
        const NnrtResult *result = nnrt_view_result(printer->view, NNRT_RESULT_OUTPUT, i);
        for (int64_t e = 0; e < result->elements; e++) {
            printf("%s%.*g", separator, model->element_bytes == 8 ? 17 : 9,
                   nnrt_result_value(printer->session, result, sample, e));
            separator = ",";
        }
    }
    printf("\n");
}

static void print_json(const Printer *printer, int64_t sample, int64_t row) {
    const NnrtModel *model = printer->model;
    printf("%s  {", printer->printed ? ",\n" : "");
    if (printer->table->names) {
        printf("\"file\": ");
        nnrt_print_json_text(printer->table->names[row]);
        if (model->output_count) printf(", ");
    }
    for (int64_t i = 0; i < model->output_count; i++) {
        const NnrtResult *result = nnrt_view_result(printer->view, NNRT_RESULT_OUTPUT, i);
        printf("%s", i ? ", " : "");
        nnrt_print_json_text(model->outputs[i].name);
        printf(": %s", model->outputs[i].rank ? "[" : "");
        for (int64_t e = 0; e < result->elements; e++) {
            if (e) printf(", ");
            nnrt_print_json_number(model, nnrt_result_value(printer->session, result, sample, e));
        }
        printf("%s", model->outputs[i].rank ? "]" : "");
    }
    printf("}");
}

/* Runs and prints all rows. */
static bool predict_rows(NnrtSession *session, NnrtRows rows, Printer *printer, NnrtError *error) {
    int64_t total = rows.count;
    if (printer->options->limit && printer->options->limit < total) total = printer->options->limit;
    NnrtFormat format = printer->options->format;
    if (format == NNRT_FORMAT_CSV) print_csv_header(printer->model, rows.table);
    if (format == NNRT_FORMAT_JSON) printf("[\n");
    session->context.step = 0;
    nnrt_announce(session, rows.table, rows.rows, 0, total, session->context.capacity);
    for (int64_t first = 0; first < total; first += session->context.capacity) {
        int64_t count = total - first;
        if (count > session->context.capacity) count = session->context.capacity;
        nnrt_gather(session, rows.table, rows.rows ? rows.rows + first : NULL, first, count);
        if (!nnrt_gathered(session, error)) break;
        session->context.first_sample = first;
        nnrt_run(session, printer->view, count);
        for (int64_t sample = 0; sample < count; sample++, printer->printed++) {
            int64_t row = rows.rows ? rows.rows[first + sample] : first + sample;
            if (format == NNRT_FORMAT_CSV)
                print_csv(printer, sample, row);
            else if (format == NNRT_FORMAT_JSON)
                print_json(printer, sample, row);
            else
                print_text(printer, sample, row);
        }
    }
    nnrt_announce(session, NULL, NULL, 0, 0, 0);
    if (format == NNRT_FORMAT_JSON) printf("%s]\n", printer->printed ? "\n" : "");
    return nnrt_gathered(session, error);
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), size = strlen(end);
    return length >= size && strcmp(text + length - size, end) == 0;
}

static bool is_picture(const char *path) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".pgm", ".ppm",
                                          ".PNG", ".JPG", ".JPEG", ".PGM", ".PPM"};
    struct stat status;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(path, endings[i])) return true;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Reads the file named on the command line: pictures where it is one or a folder, by the model's
 * own reader, or as CSV. */
static bool read_file(const NnrtModel *model, Printer *printer, NnrtTable *table,
                      NnrtError *error) {
    const char *path = printer->options->file;
    const NnrtSource *own = model->train_source;
    const char *folder = "";
    NnrtSource source = {
        .read = nnrt_source_csv, .open = nnrt_open_plain, .path_count = 1, .paths = &path};
    if (own) {
        source.open = own->open;
        if (!ends_with(path, ".csv") && !ends_with(path, ".csv.gz") && strcmp(path, "-") != 0)
            source.read = own->read;
    }
    if (is_picture(path)) {
        source.read = model->picture_reader;
        if (!source.read) /* the libraries are linked only where they are wanted */
            return nnrt_fail(
                error, NNRT_EXIT_USAGE,
                "%s: this program reads no pictures; `nnc run` does where an input is an "
                "image, and what `nnc build --pictures` makes",
                path);
    }
    NnrtReadOptions read = {
        .open = source.open,
        .missing = (NnrtMissing)model->missing,
        .ignore = model->ignore,
        .ignore_count = model->ignore_count,
        .skip_targets = true,
        .picture_bytes = printer->options->picture_bytes,
    };
    return nnrt_table_init(table, printer->fields, (int)model->input_count,
                           model->element_bytes == 8 ? NNRT_F64 : NNRT_F32, error) &&
           nnrt_source_load(&source, &read, &folder, 1, table, error) &&
           nnrt_recorded_fill(printer->recorded, table, error);
}

static bool predict(NnrtSession *session, const NnrtTensorFile *file, Printer *printer,
                    NnrtError *error) {
    const NnrtModel *model = printer->model;
    const NnrtOptions *options = printer->options;
    if (options->file) {
        NnrtTable table = {0};
        bool ok = read_file(model, printer, &table, error);
        printer->table = &table;
        ok = ok && predict_rows(session, (NnrtRows){&table, NULL, table.rows}, printer, error);
        printer->table = NULL;
        nnrt_table_free(&table);
        return ok;
    }
    NnrtDataOptions where = nnrt_data_options(options, file);
    NnrtData data;
    NnrtRows rows;
    const char *part;
    bool ok = nnrt_data_load(model, &where, &data, error) &&
              nnrt_select_rows(&data, options->split, &rows, &part, error);
    if (ok) {
        printer->table = rows.table;
        for (int64_t i = 0; i < model->input_count; i++)
            if (!printer->fields[i].class_names)
                printer->fields[i].class_names = nnrt_table_class_names(&data.tables[0], (int)i);
        ok = predict_rows(session, rows, printer, error);
    }
    nnrt_data_free(&data);
    return ok;
}

bool nnrt_command_predict(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    const NnrtView *view = nnrt_view(model, NNRT_VIEW_PREDICT, 0);
    if (!view || model->output_count == 0)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "model `%s` has no output to predict",
                         model->name);
    if (model->input_count > NNRT_FIELDS_MAX)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "more than %d inputs and targets",
                         NNRT_FIELDS_MAX);
    NnrtSession session = {0};
    NnrtTensorFile file = {0};
    bool ok = nnrt_open_trained(model, options, CHUNK, &session, &file, error);
    Printer printer = {.model = model, .options = options, .session = &session, .view = view};
    NnrtRecorded recorded = {0};
    char buffer[300];
    const char *path = nnrt_weights_path(model, options->weights, buffer, sizeof buffer);
    if (ok) ok = nnrt_recorded_read(path, model, &file, &recorded, error);
    if (ok) {
        nnrt_fields(model, printer.fields);
        nnrt_recorded_name_fields(&recorded, printer.fields);
        printer.recorded = &recorded;
        ok = predict(&session, &file, &printer, error);
    }
    nnrt_recorded_free(&recorded);
    nnrt_tensors_free(&file);
    nnrt_session_close(&session);
    return ok;
}
