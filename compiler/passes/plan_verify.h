/* plan_verify.h: what the two halves of the plan's verifier share. */
#ifndef NNC_PASSES_PLAN_VERIFY_H
#define NNC_PASSES_PLAN_VERIFY_H

#include "passes/schedule.h"

typedef struct Verifier {
    Arena *arena;
    const Plan *plan;
    const ViewPlan *view; /* being checked */
    int32_t *computed;    /* by node id: the stamp of the kernel that last computed it */
    int32_t stamp;
} Verifier;

/* Variables and inputs: aligned, not overlapping, inside their parts. "" or what is wrong. */
const char *verify_shared_places(const Verifier *verifier);
/* Runs the view's kernels on a model of the memory. "" or what is wrong. */
const char *verify_memory(const Verifier *verifier);

#endif
