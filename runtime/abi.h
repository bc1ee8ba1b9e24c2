/* abi.h: the binary interface between generated code and runtime, from abi.def.
 *
 * This header and abi.def are all that compiler and runtime share.
 */
#ifndef NNRT_ABI_H
#define NNRT_ABI_H

#include <stdbool.h>
#include <stdint.h>

#define NNRT_ABI_VERSION 7
#define NNC_VERSION      "0.1.0"

/* NnrtContext.observe: more than any number of samples from which a kernel goes to a pool. */
#define NNRT_OBSERVE (INT64_C(1) << 62)

struct NnrtContext;
struct NnrtError;
struct NnrtPage;
struct NnrtPaths;
struct NnrtReadOptions;
struct NnrtReport;
struct NnrtStream;
struct NnrtTable;
struct NnrtWriter;

/* A kernel computes tasks first .. last-1. `buffers` are the addresses of its bindings, inputs then
 * outputs; `numbers` are its arguments that differ between kernels sharing a function. */
typedef struct NnrtCall {
    const struct NnrtContext *context;
    void *const *buffers;
    const int64_t *numbers;
} NnrtCall;

typedef void (*NnrtKernel)(const NnrtCall *call, int64_t first, int64_t last);
/* Calls kernel over 0 .. tasks-1, split in any way over any threads, and returns when all is done.
 */
typedef void (*NnrtParallel)(void *pool, NnrtKernel kernel, const NnrtCall *call, int64_t tasks);
/* Runs a view: all its kernels in order. */
typedef void (*NnrtRun)(const struct NnrtContext *context);
/* Appends the samples of a source to a table: nnrt_source_csv, nnrt_source_idx, nnrt_source_npy
 * (runtime/source.h). paths[i] are the files that the i-th path of the source stands for. */
typedef bool (*NnrtReader)(const struct NnrtPaths *paths, int64_t path_count,
                           const struct NnrtReadOptions *options, struct NnrtTable *table,
                           struct NnrtError *error);
/* Whether writing to `path` would change what the source reads in `folder`: nnrt_images_hold
 * (runtime/images.h). */
typedef bool (*NnrtHolds)(const char *folder, const char *path);
/* nnrt_open_plain or nnrt_open_gz (runtime/file.h). */
typedef bool (*NnrtOpen)(const char *path, struct NnrtStream *stream, struct NnrtError *error);

/* nnrt_report_write (runtime/report.h): only a program that trains carries it. */
typedef bool (*NnrtReportWriter)(const struct NnrtReport *report, struct NnrtError *error);
/* nnrt_report_filters: only a program that sees pictures carries it. */
typedef void (*NnrtReportPart)(struct NnrtPage *page, const struct NnrtReport *report);

/* nnrt_image_values_check (runtime/image_values.h): only a program that sees images carries it. */
typedef void (*NnrtTableCheck)(const struct NnrtTable *table);

/* nnrt_command_augment (runtime/commands.h): only a program that changes pictures carries it. */
struct NnrtModel;
struct NnrtOptions;
typedef bool (*NnrtAugment)(const struct NnrtModel *model, const struct NnrtOptions *options,
                            struct NnrtError *error);

/* nnrt_put_png, nnrt_put_packed_png (runtime/page.h): what the command augment writes by. */
typedef void (*NnrtPngWriter)(struct NnrtWriter *writer, const unsigned char *bytes, int width,
                              int height, int channels);

/* A zeroed descriptor is a valid empty one wherever a pointer may be NULL. */
#define STRUCT(Name) typedef struct Name Name;
#define FIELD(kind, type, name)
#define END(Name)
#include "runtime/abi.def"
#undef STRUCT
#undef FIELD
#undef END

#define STRUCT(Name)            struct Name {
#define FIELD(kind, type, name) type name;
#define END(Name)                                                                                  \
    }                                                                                              \
    ;
#include "runtime/abi.def"
#undef STRUCT
#undef FIELD
#undef END

#endif
