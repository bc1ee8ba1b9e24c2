/* Reads the files of tests/reference/. */
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autodiff/autodiff.h"
#include "elaborate/elaborate.h"
#include "grammar/parser.h"
#include "runtime/npy.h"

const char *const reference_names[] = {"mlp",   "batchnorm", "regression", "residual",
                                       "words", "lenet",     "vgg",        "resnet8",
                                       "mix",   "decoder",   NULL};

static const char *path_of(Arena *arena, const char *name, const char *ending) {
    return arena_format(arena, "%s/tests/reference/%s%s", NNC_SOURCE_DIR, name, ending);
}

static void compile(Reference *reference) {
    Arena *arena = &reference->arena;
    Interner *interner = ARENA_NEW(arena, Interner);
    Sources *sources = ARENA_NEW(arena, Sources);
    Diagnostics *diags = ARENA_NEW(arena, Diagnostics);
    intern_init(interner, arena);
    sources_init(sources, arena);
    diag_init(diags, arena);
    const char *path = path_of(arena, reference->name, ".nn"), *problem = "";
    const Source *source = sources_read(sources, path, path, &problem);
    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    File *file = parse_source(arena, interner, diags, source);
    bool ok = !diag_failed(diags) &&
              elaborate(arena, interner, sources, diags, file, NULL, &reference->model);
    Text text;
    text_init(&text, arena);
    diag_print(diags, DIAG_PLAIN, &text);
    fputs(text.chars, stderr);
    CU_ASSERT_FATAL(ok);
    autodiff(&reference->model);
    graph_views(&reference->model, &reference->views);
}

/* True when a column is of an input: "kind", "x0" of x, "y[0]" of y. */
static bool is_column_of(const char *column, const char *input) {
    size_t length = strlen(input);
    return strncmp(column, input, length) == 0 &&
           strspn(column + length, "[]0123456789") == strlen(column + length);
}

/* NAME.csv, whose columns stand in the order of the inputs' elements. */
static void read_rows(Reference *reference) {
    Model *model = &reference->model;
    FILE *file = fopen(path_of(&reference->arena, reference->name, ".csv"), "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    char line[4096];
    int64_t input_of[64], element_of[64], columns = 0;
    int64_t *widths = ARENA_ARRAY(&reference->arena, int64_t, model->inputs.count);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(line, sizeof line, file));
    for (char *name = strtok(line, ",\n"); name; name = strtok(NULL, ",\n"), columns++) {
        CU_ASSERT_FATAL(columns < 64);
        input_of[columns] = -1;
        for (int64_t i = 0; i < model->inputs.count; i++)
            if (is_column_of(name, model->inputs.items[i].name)) input_of[columns] = i;
        CU_ASSERT_FATAL(input_of[columns] >= 0);
        element_of[columns] = widths[input_of[columns]]++;
    }
    reference->columns = ARENA_ARRAY(&reference->arena, double *, model->inputs.count);
    for (int64_t i = 0; i < model->inputs.count; i++) {
        CU_ASSERT_EQUAL_FATAL(widths[i], shape_elements(model->inputs.items[i].type.shape));
        reference->columns[i] = ARENA_ARRAY(&reference->arena, double, REFERENCE_ROWS *widths[i]);
    }
    for (int64_t row = 0; row < REFERENCE_ROWS; row++) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(line, sizeof line, file));
        char *cell = strtok(line, ",\n");
        for (int64_t c = 0; c < columns; c++, cell = strtok(NULL, ",\n")) {
            int64_t input = input_of[c];
            reference->columns[input][row * widths[input] + element_of[c]] = strtod(cell, NULL);
        }
    }
    fclose(file);
}

/* One input or target of a NumPy file; bytes of a picture are divided by 255. */
static double *read_array(Reference *reference, const char *ending, const ModelInput *input) {
    NnrtArray array;
    NnrtError error = {0};
    const char *path = path_of(&reference->arena, reference->name, ending);
    bool ok = nnrt_npy_read(path, nnrt_open_plain, &array, &error);
    if (!ok) fprintf(stderr, "%s\n", error.text);
    CU_ASSERT_FATAL(ok);
    int64_t count = REFERENCE_ROWS * shape_elements(input->type.shape);
    CU_ASSERT_EQUAL_FATAL(array.count, count);
    double *values = ARENA_ARRAY(&reference->arena, double, count);
    for (int64_t i = 0; i < count; i++) {
        if (array.element == NNRT_ARRAY_U8)
            values[i] = ((const uint8_t *)array.values)[i] / (input->is_image ? 255.0 : 1.0);
        else
            values[i] = (double)((const float *)array.values)[i];
    }
    CU_ASSERT(array.element == NNRT_ARRAY_U8 || array.element == NNRT_ARRAY_F32);
    nnrt_array_free(&array);
    return values;
}

/* NAME.x.npy feeds the one input, NAME.y.npy the one target. */
static void read_arrays(Reference *reference) {
    const Model *model = &reference->model;
    CU_ASSERT_EQUAL_FATAL(model->inputs.count, 2);
    reference->columns = ARENA_ARRAY(&reference->arena, double *, 2);
    for (int i = 0; i < 2; i++) {
        const ModelInput *input = &model->inputs.items[i];
        reference->columns[i] =
            read_array(reference, input->is_target ? ".y.npy" : ".x.npy", input);
    }
}

void reference_open(Reference *reference, const char *name) {
    memset(reference, 0, sizeof *reference);
    reference->name = name;
    arena_init(&reference->arena);
    compile(reference);
    if (reference->model.data.train.kind == SOURCE_NPY)
        read_arrays(reference);
    else
        read_rows(reference);
    NnrtError error = {0};
    CU_ASSERT_FATAL(nnrt_tensors_read(path_of(&reference->arena, name, ".initial.safetensors"),
                                      &reference->initial, &error));
    CU_ASSERT_FATAL(nnrt_tensors_read(path_of(&reference->arena, name, ".expected.safetensors"),
                                      &reference->expected, &error));
}

void reference_close(Reference *reference) {
    nnrt_tensors_free(&reference->initial);
    nnrt_tensors_free(&reference->expected);
    arena_free(&reference->arena);
}

double *reference_tensor(Arena *arena, const NnrtTensorFile *file, const char *prefix,
                         const char *path, int64_t *count) {
    const NnrtTensor *tensor = nnrt_tensors_find(file, arena_format(arena, "%s%s", prefix, path));
    if (!tensor) return NULL;
    *count = nnrt_tensor_count(tensor);
    double *values = ARENA_ARRAY(arena, double, *count);
    NnrtError error = {0};
    CU_ASSERT_FATAL(nnrt_tensor_copy(tensor, NNRT_F64, values, &error));
    return values;
}

double reference_distance(const double *values, const double *expected, int64_t count) {
    double most = 0, largest = 0;
    for (int64_t i = 0; i < count; i++) {
        double difference = fabs(values[i] - expected[i]);
        most = difference <= most ? most : difference; /* NaN counts */
        largest = fmax(largest, fabs(expected[i]));
    }
    return largest > 0 ? most / largest : most;
}
