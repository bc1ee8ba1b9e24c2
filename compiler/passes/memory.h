/* memory.h: what is live in the arena, for `nnc plan`; shared by memory_print.c and memory_chart.c,
 * for nobody else. */
#ifndef NNC_PASSES_MEMORY_H
#define NNC_PASSES_MEMORY_H

#include "passes/plan.h"

/* What is live while one kernel of a view runs. */
typedef struct MemoryPeak {
    const ViewPlan *view; /* NULL: no view has kernels */
    int32_t kernel;
    int64_t gradients, workspace, activations; /* bytes */
} MemoryPeak;

/* Where most is live, over all kernels of all views, with `capacity` samples. */
MemoryPeak memory_peak(const Plan *plan, int64_t capacity);

/* Appends the line of the model that sets the peak, and a chart of what lives when in its view:
 * kernels from left to right, the largest buffers as lines, what is live in all below them. */
void memory_chart(Text *text, const Plan *plan, const MemoryPeak *peak, int64_t capacity);

#endif
