/* symbols.c: what a descriptor may name, by name, for models loaded into memory. A built program
 * does not take this object: it would bring every reader along. */

#include "runtime/commands.h"
#include "runtime/file.h"
#include "runtime/image_values.h"
#include "runtime/images.h"
#include "runtime/nnrt.h"
#include "runtime/page.h"
#include "runtime/report.h"
#include "runtime/source.h"

static const NnrtSymbol symbols[] = {
    {"nnrt_source_csv", (const void *)nnrt_source_csv},
    {"nnrt_source_idx", (const void *)nnrt_source_idx},
    {"nnrt_source_npy", (const void *)nnrt_source_npy},
    {"nnrt_source_cifar10", (const void *)nnrt_source_cifar10},
    {"nnrt_source_images", (const void *)nnrt_source_images},
    {"nnrt_images_hold", (const void *)nnrt_images_hold},
    {"nnrt_image_values_check", (const void *)nnrt_image_values_check},
    {"nnrt_command_augment", (const void *)nnrt_command_augment},
    {"nnrt_put_png", (const void *)nnrt_put_png},
    {"nnrt_put_packed_png", (const void *)nnrt_put_packed_png},
    {"nnrt_open_plain", (const void *)nnrt_open_plain},
    {"nnrt_report_write", (const void *)nnrt_report_write},
    {"nnrt_report_filters", (const void *)nnrt_report_filters},
    {"nnrt_open_gz", (const void *)nnrt_open_gz},
};

const NnrtSymbol *nnrt_symbols(int *count) {
    *count = sizeof symbols / sizeof *symbols;
    return symbols;
}
