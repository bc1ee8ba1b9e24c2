/* source_images.c: images("folder") as a source. Without a target the pictures alone are read.
 *
 * All files are listed first. Up to NnrtReadOptions.picture_bytes the pictures are decoded at once
 * and kept as bytes; beyond that only their headers are read now and each batch decodes its own.
 * Either way all files that cannot be used are named together.
 */
#include "runtime/images.h"
#include "runtime/picture.h"
#include "runtime/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static NnrtPictureShape shape_of(const NnrtColumn *column) {
    const int64_t *dims = column->field.dims;
    return (NnrtPictureShape){dims[0], dims[1], dims[2]};
}

static bool fetch_picture(const NnrtColumn *column, const char *name, uint8_t *out,
                          NnrtError *error) {
    NnrtPictureShape shape = shape_of(column);
    return nnrt_picture_read(name, &shape, out, error);
}

static bool check_columns(NnrtTable *table, bool with_target, NnrtColumn **input,
                          NnrtColumn **target, NnrtError *error) {
    *input = nnrt_table_only(table, false, "folders of pictures serve", error);
    *target = NULL;
    if (!*input) return false;
    const NnrtField *field = &(*input)->field;
    if (field->kind != NNRT_FIELD_IMAGE || field->rank != 3)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "pictures are for an input of type image[height, width, channels]; '%s' "
                         "is none",
                         field->name);
    if (field->dims[2] != 1 && field->dims[2] != 3 && field->dims[2] != 4)
        return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                         "pictures have 1, 3 or 4 channels (grey, RGB, RGB and alpha); '%s' has "
                         "%lld",
                         field->name, (long long)field->dims[2]);
    if (!with_target) return true;
    *target = nnrt_table_only(table, true, "folders of pictures serve", error);
    if (!*target) return false;
    return (*target)->field.kind == NNRT_FIELD_CLASS ||
           nnrt_fail(error, NNRT_EXIT_DISAGREE,
                     "folders of pictures give classes, and '%s' is no class",
                     (*target)->field.name);
}

/* Lists what all paths stand for. */
static bool list_images(NnrtImages *images, const NnrtPaths *paths, int64_t path_count,
                        const NnrtColumn *target, NnrtError *error) {
    for (int64_t i = 0; i < path_count; i++)
        for (int64_t k = 0; k < paths[i].count; k++) {
            const char *path = paths[i].items[k];
            if (target ? !nnrt_images_add(images, path, &target->field, error)
                       : !nnrt_images_add_all(images, path, error))
                return false;
        }
    return images->count > 0 || images->bad.count > 0 ||
           nnrt_fail(error, NNRT_EXIT_DISAGREE, "%s: has no pictures",
                     path_count && paths[0].count ? paths[0].items[0] : "images");
}

/* Decodes all pictures, or reads their headers; files that fail are collected. */
static void read_images(NnrtImages *images, const NnrtColumn *input) {
    NnrtPictureShape shape = shape_of(input);
    for (int64_t i = 0; i < images->count; i++) {
        NnrtError why = {0};
        uint8_t *out = (uint8_t *)input->values + (input->fetch ? 0 : i * input->width);
        if (!(input->fetch ? nnrt_picture_check(images->paths[i], &shape, &why)
                           : nnrt_picture_read(images->paths[i], &shape, out, &why)))
            nnrt_bad_file(&images->bad, &why);
    }
}

static bool report_bad(const NnrtImages *images, NnrtError *error) {
    const NnrtBadFiles *bad = &images->bad;
    if (!bad->count) return true;
    int64_t listed = 0;
    for (const char *at = bad->text; (at = strchr(at, '\n')); at++)
        listed++;
    char more[60] = "";
    if (listed < bad->count)
        snprintf(more, sizeof more, "\n  and %lld more", (long long)(bad->count - listed));
    return nnrt_fail(error, NNRT_EXIT_FORMAT, "%lld file%s cannot be used:%s%s",
                     (long long)bad->count, bad->count == 1 ? "" : "s", bad->text, more);
}

/* The table gets the images' rows; the paths become the rows' names. */
static bool fill_table(NnrtTable *table, NnrtImages *images, NnrtColumn *input, NnrtColumn *target,
                       int64_t picture_bytes, NnrtError *error) {
    int64_t bytes;
    input->element = NNRT_U8;
    if (__builtin_mul_overflow(images->count, input->width, &bytes) || bytes > picture_bytes)
        input->fetch = fetch_picture;
    if (!nnrt_table_reserve(table, images->count, error)) return false;
    read_images(images, input);
    if (!report_bad(images, error)) return false;
    if (target) {
        memcpy(target->values, images->labels, (size_t)images->count * sizeof *images->labels);
        target->names_found = images->class_names;
        images->class_names = NULL;
    }
    table->names = images->paths;
    table->rows = images->count;
    images->paths = NULL;
    return true;
}

bool nnrt_source_images(const NnrtPaths *paths, int64_t path_count, const NnrtReadOptions *options,
                        NnrtTable *table, NnrtError *error) {
    NnrtColumn *input, *target;
    bool with_target = nnrt_table_with_targets(table, options);
    if (!check_columns(table, with_target, &input, &target, error)) return false;
    for (int i = 0; i < table->column_count; i++)
        table->columns[i].present = with_target || !table->columns[i].field.target;
    NnrtImages *images = nnrt_allocate(1, sizeof *images, error);
    if (!images) return false;
    images->again = options->again;
    bool good = list_images(images, paths, path_count, target, error) &&
                fill_table(table, images, input, target, options->picture_bytes, error);
    nnrt_images_free(images);
    free(images);
    return good;
}
