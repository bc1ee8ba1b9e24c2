/* pipeline.c: pipeline.def as a table, with passes.def in the place of PASSES. */

#include "driver/pipeline.h"

#include "passes/passes.h"

#include <string.h>

/* passes.def cannot be included from within pipeline.def's expansion, so PASSES leaves a mark and
 * the lookup steps over it. */
static const PipelineRow stages[] = {
#define STAGE(name, help) {#name, help, NULL},
#define PASSES            {NULL, NULL, NULL},
#include "driver/pipeline.def"
#undef STAGE
#undef PASSES
};

static const PipelineRow passes[] = {
#define PASS(name, help) {#name, help, pass_##name},
#include "passes/passes.def"
#undef PASS
};

enum { STAGES = sizeof stages / sizeof *stages, PASSES = sizeof passes / sizeof *passes };

int pipeline_count(void) {
    return STAGES - 1 + PASSES;
}

const PipelineRow *pipeline_row(int index) {
    for (int i = 0; i < STAGES; i++) {
        int here = stages[i].name ? 1 : PASSES;
        if (index < here) return stages[i].name ? &stages[i] : &passes[index];
        index -= here;
    }
    return NULL;
}

const PipelineRow *pipeline_find(const char *name) {
    for (int i = 0; i < pipeline_count(); i++)
        if (strcmp(pipeline_row(i)->name, name) == 0) return pipeline_row(i);
    return NULL;
}
