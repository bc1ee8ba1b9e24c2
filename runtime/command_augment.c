/* command_augment.c: what augmentation does to pictures: one PNG with ten of the training part,
 * each beside eight of the versions that training sees.
 *
 * The view "augment" gives what the last layer before anything learned makes of the samples, in
 * training; standardize and the like are left out, so pictures keep their colours. Versions are
 * steps of a training, so they differ as its draws do. Only a program whose model has such layers
 * carries this command.
 */

#include "runtime/commands.h"
#include "runtime/outputs.h"
#include "runtime/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum {
    PICTURES = 10,
    VERSIONS = 8,
    GAP = 4,         /* pixels between pictures, and around all */
    SPLIT = 12,      /* more of them between the originals and the versions */
    LEAST_SIDE = 64, /* smaller pictures are enlarged by a whole number */
    MOST_SIDE = 256, /* of larger ones every second, third ... pixel is shown */
};

typedef struct Sheet {
    unsigned char *bytes; /* [height, width, 3]; owned */
    int width, height;
    int side;            /* of a cell */
    int enlarge, shrink; /* one of them is 1 */
} Sheet;

static bool make_sheet(Sheet *sheet, int64_t side, int64_t pictures, NnrtError *error) {
    sheet->enlarge = (int)(side < LEAST_SIDE ? (LEAST_SIDE + side - 1) / side : 1);
    sheet->shrink = (int)((side + MOST_SIDE - 1) / MOST_SIDE);
    sheet->side = (int)((side + sheet->shrink - 1) / sheet->shrink) * sheet->enlarge;
    sheet->width = GAP + (VERSIONS + 1) * (sheet->side + GAP) + SPLIT;
    sheet->height = GAP + (int)pictures * (sheet->side + GAP);
    sheet->bytes = nnrt_allocate(sheet->height, (int64_t)sheet->width * 3, error);
    if (sheet->bytes) memset(sheet->bytes, 0xff, (size_t)sheet->height * (size_t)sheet->width * 3);
    return sheet->bytes != NULL;
}

/* 0 .. 1 as 0 .. 255, rounded; what lies outside is held, NaN is 0. */
static unsigned char byte_of(double value) {
    double byte = floor(value * 255 + 0.5);
    return byte > 0 ? byte < 255 ? (unsigned char)byte : 255 : 0;
}

/* A picture [height, width, channels] in a cell; column 0 is the original. */
static void put_picture(Sheet *sheet, int row, int column, const int64_t *dims,
                        const double *values) {
    int left = GAP + column * (sheet->side + GAP) + (column ? SPLIT : 0);
    int top = GAP + row * (sheet->side + GAP);
    int64_t channels = dims[2];
    for (int y = 0; y < sheet->side; y++)
        for (int x = 0; x < sheet->side; x++) {
            int64_t i = y / sheet->enlarge * sheet->shrink, j = x / sheet->enlarge * sheet->shrink;
            if (i >= dims[0] || j >= dims[1]) continue;
            unsigned char *to = sheet->bytes + ((int64_t)(top + y) * sheet->width + left + x) * 3;
            for (int c = 0; c < 3; c++)
                to[c] = byte_of(values[(i * dims[1] + j) * channels + (channels >= 3 ? c : 0)]);
        }
}

/* What the command works on. */
typedef struct Augment {
    const NnrtModel *model;
    NnrtSession *session;
    const NnrtView *view;
    const NnrtResult *result;
    const NnrtInput *input; /* the image */
    const int64_t *dims;    /* [height, width, channels] of the result */
    double *values;         /* room for one picture; owned */
} Augment;

/* The originals as they were gathered. */
static void put_originals(const Augment *augment, Sheet *sheet, int64_t pictures) {
    const NnrtContext *context = &augment->session->context;
    const NnrtInput *input = augment->input;
    const unsigned char *base = context->samples + context->capacity * input->offset;
    for (int64_t p = 0; p < pictures; p++) {
        for (int64_t e = 0; e < input->elements; e++) {
            int64_t at = p * input->elements + e;
            if (augment->model->element_bytes == 8)
                memcpy(&augment->values[e], base + at * 8, 8);
            else {
                float single;
                memcpy(&single, base + at * 4, 4);
                augment->values[e] = single;
            }
        }
        put_picture(sheet, (int)p, 0, input->dims, augment->values);
    }
}

static void put_versions(const Augment *augment, Sheet *sheet, int64_t pictures) {
    for (int version = 0; version < VERSIONS; version++) {
        augment->session->context.step = version;
        nnrt_run(augment->session, augment->view, pictures);
        for (int64_t p = 0; p < pictures; p++) {
            for (int64_t e = 0; e < augment->result->elements; e++)
                augment->values[e] = nnrt_result_value(augment->session, augment->result, p, e);
            put_picture(sheet, (int)p, version + 1, augment->dims, augment->values);
        }
    }
}

/* Pictures from all over the training part. */
static bool draw(Augment *augment, const NnrtData *data, Sheet *sheet, NnrtError *error) {
    const NnrtRows *train = &data->train;
    const int64_t *from = augment->input->dims, *to = augment->dims;
    int64_t pictures = train->count < PICTURES ? train->count : PICTURES, rows[PICTURES];
    for (int64_t i = 0; i < pictures; i++) {
        int64_t at = i * train->count / pictures;
        rows[i] = train->rows ? train->rows[at] : at;
    }
    int64_t side = 1, elements = augment->input->elements;
    for (int axis = 0; axis < 2; axis++) {
        if (from[axis] > side) side = from[axis];
        if (to[axis] > side) side = to[axis];
    }
    if (augment->result->elements > elements) elements = augment->result->elements;
    augment->values = nnrt_allocate(elements, sizeof *augment->values, error);
    if (!augment->values || !make_sheet(sheet, side, pictures, error)) return false;
    nnrt_gather(augment->session, train->table, rows, 0, pictures);
    if (!nnrt_gathered(augment->session, error)) return false;
    put_originals(augment, sheet, pictures);
    put_versions(augment, sheet, pictures);
    return true;
}

/* The name is that of a PNG, and a file that is there is one: what else stands there is not ours to
 * replace. */
static bool check_path(const char *path, NnrtError *error) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    if (dot && strcasecmp(dot, ".png") != 0)
        return nnrt_fail(error, NNRT_EXIT_USAGE,
                         "%s: a PNG is written; expected a name with .png, found %s", path, dot);
    struct stat status;
    if (strcmp(path, "-") == 0 || stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return true;
    FILE *file = fopen(path, "r");
    char begin[8] = "";
    size_t got = file ? fread(begin, 1, sizeof begin, file) : 0;
    if (file) fclose(file);
    return (got == sizeof begin && memcmp(begin, "\x89PNG\r\n\x1a\n", sizeof begin) == 0) ||
           nnrt_fail(error, NNRT_EXIT_USAGE, "%s is no PNG and is not replaced", path);
}

static bool write_sheet(const Sheet *sheet, NnrtPngWriter put, const char *path, NnrtError *error) {
    NnrtWriter writer;
    bool standard = strcmp(path, "-") == 0;
    if (!(standard ? nnrt_writer_standard(&writer, error)
                   : nnrt_writer_begin(&writer, path, error)))
        return false;
    put(&writer, sheet->bytes, sheet->width, sheet->height, 3);
    return nnrt_writer_commit(&writer, error);
}

bool nnrt_command_augment(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    const NnrtView *view = nnrt_view(model, NNRT_VIEW_AUGMENT, 0);
    if (!view)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE, "model `%s` changes no pictures in training",
                         model->name);
    char buffer[300];
    const char *path = options->out;
    if (!path) snprintf(buffer, sizeof buffer, "%s-augment.png", model->name);
    if (!path) path = buffer;
    NnrtSession session = {0};
    NnrtData data = {0};
    Sheet sheet = {0};
    NnrtDataOptions where = nnrt_data_options(options, NULL);
    Augment augment = {.model = model,
                       .session = &session,
                       .view = view,
                       .result = &view->results[0],
                       .input = &model->inputs[view->results[0].index],
                       .dims = model->augment_dims};
    bool ok = nnrt_output_is_free(model, options, path, NULL, 0, error) &&
              check_path(path, error) && nnrt_data_load(model, &where, &data, error) &&
              nnrt_session_open(&session, model, PICTURES, 1, error);
    if (ok) {
        memcpy(session.hypers, options->hypers, (size_t)model->hyper_count * sizeof(double));
        session.context.seed = (int64_t)options->seed;
        session.context.steps = VERSIONS;
        ok = draw(&augment, &data, &sheet, error) &&
             write_sheet(&sheet, model->put_png, path, error);
    }
    if (ok && !options->quiet && strcmp(path, "-") != 0)
        printf("%d x %d pixels saved to %s\n", sheet.width, sheet.height, path);
    free(augment.values);
    free(sheet.bytes);
    nnrt_session_close(&session);
    nnrt_data_free(&data);
    return ok;
}
