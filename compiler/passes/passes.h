/* passes.h: the passes over graphs, as a table.
 *
 *     for (int i = 0; i < pass_count; i++)
 *         if (wanted(pass_table[i].name)) pass_table[i].run(model, &views);
 *
 * A pass takes the views of a model (graph_views) and changes their results' nodes; the model's
 * other fields stay as they were, so only views count after the first pass. Stable forms must be
 * closed, as graph_views leaves them.
 */
#ifndef NNC_PASSES_PASSES_H
#define NNC_PASSES_PASSES_H

#include "graph/views.h"

typedef void PassFunction(Model *model, ViewVec *views);

typedef struct Pass {
    const char *name;
    PassFunction *run;
    const char *help;
} Pass;

extern const Pass pass_table[];
extern const int pass_count;

#define PASS(name, help) PassFunction pass_##name;
#include "passes/passes.def"
#undef PASS

#endif
