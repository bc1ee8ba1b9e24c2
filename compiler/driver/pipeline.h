/* pipeline.h: the rows of pipeline.def with the graph passes in their place. */
#ifndef NNC_DRIVER_PIPELINE_H
#define NNC_DRIVER_PIPELINE_H

#include "driver/compilation.h"

typedef struct PipelineRow {
    const char *name; /* as --stage and --disable take it */
    const char *help;
    void (*run)(Model *model, ViewVec *views); /* of a graph pass; NULL for a representation */
} PipelineRow;

int pipeline_count(void);
/* Row 0 .. pipeline_count() - 1, in the order in which a model goes through them. */
const PipelineRow *pipeline_row(int index);
/* The row of that name, or NULL. */
const PipelineRow *pipeline_find(const char *name);

#endif
