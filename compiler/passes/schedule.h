/* schedule.h: one view being cut into kernels; shared by the files of the plan, for nobody else.
 *
 * A group is a kernel to be: its roots are the values it stores, everything else it computes is
 * found by walking from the roots to values that other groups store and to leaves that have a
 * buffer of their own. Which values are stored, and in which group, is the whole decision
 * (fuse.c); a cheap value may be computed in several groups.
 *
 *     extremes_reuse  what the backward pass reads         extremes.c
 *     fuse_groups     who stores what                      fuse.c
 *     groups_close    nodes and inputs of each group       groups.c
 *     order_groups    which variables are written in place, and the order      order.c
 *     layouts_choose  layout of variables and stored values                    layout.c
 *     lower_view      groups -> kernels with buffers, copies inserted          lower.c
 *     memory_place    lives and addresses                                      plan_memory.c
 *     chains_form     which kernels run together, a few samples at a time      chain.c
 *     functions_share distinct kernels                                         functions.c
 */
#ifndef NNC_PASSES_SCHEDULE_H
#define NNC_PASSES_SCHEDULE_H

#include "passes/plan.h"

/* Bytes behind the last buffer of the fixed part and of the variables: a vector of 16 doubles. Per
 * sample 8 are enough, since the capacity is a multiple of 16. */
enum { PLAN_END_ROOM = 128, PLAN_END_ROOM_PER_SAMPLE = 8 };

/* A plan that needs more is refused by plan_verify; no buffer takes more than 2^48 bytes. */
#define PLAN_BYTES_LIMIT ((int64_t)1 << 60)

VEC_TYPE(Int32Vec, int32_t);

typedef struct Group {
    KernelFamily family;
    Type domain;
    Node *heart;
    NodeVec roots;  /* values it stores, ascending ids */
    NodeVec nodes;  /* everything computed inside, ascending ids; set by groups_close */
    NodeVec inputs; /* values read, as named inside: a leaf or stored value or a reshape of one;
                       of a product first its operands, even when equal; set by groups_close */
    Int32Vec after; /* groups that must run before this one; set by order_groups */
} Group;

VEC_TYPE(GroupVec, Group);

typedef struct Schedule {
    Plan *plan;
    const View *view;
    NodeVec nodes;      /* of the view, ascending ids */
    int32_t *stored_in; /* by node id: the group that stores it, or -1 */
    Layout *layouts;    /* by node id: of a stored value; set by layouts_choose */
    int64_t *written;   /* by node id: the variable in whose place its group stores it, plus 1; set
                           by order_groups */
    GroupVec groups;
    Int32Vec order; /* of groups */
} Schedule;

VEC_TYPE(ScheduleVec, Schedule);

/* ---- node_kinds.c: what the operations are to the planner ---- */

/* Constants, run-time numbers: computed wherever they are used. */
bool node_is_inline_leaf(const Node *node);
/* Input, variable, literal: has a buffer from the start. */
bool node_is_bound_leaf(const Node *node);
/* Worth a buffer rather than computing it twice or on a larger domain. */
bool node_is_expensive(const Node *node);
/* Softmax, log_softmax, or a reduction along the last axis only. */
bool node_is_row_operation(const Node *node);
/* maxpool2d, avgpool2d and their gradients: operands come from memory. */
bool node_is_pool(const Node *node);
/* resample and resample_slope: operands come from memory. */
bool node_is_resample(const Node *node);
/* sum, reduce_max, reduce_min, first_max, argmax. */
bool node_is_reduction(const Node *node);
/* matmul, contract and the convolutions: what has an epilogue. */
bool node_is_product(const Node *node);
/* The families of these. */
bool family_is_product(KernelFamily family);
/* Operand b of such a node is kept turned: a copy before makes it. */
bool node_turns_operand(const Node *heart);
/* Operand b of such a node is wanted in panels, where the plan has panels. */
bool node_wants_panels(const Node *heart);
/* Same rows and columns: element (r, c) of one is element (r, c) of the other. */
bool types_same_matrix(Type a, Type b);
/* Same element, batch and number of elements of one sample. */
bool types_same_elements(Type a, Type b);
/* One value for each row of the domain: its shape with last axis 1, or without the last axis. False
 * for a domain of one column, or of one row that is not of a sample. */
bool type_is_of_rows(Type type, Type domain);
/* The family and domain of the kernel that computes the node alone. */
KernelFamily node_family(const Node *node);
Type node_domain(const Node *node);

/* ---- groups.c ---- */

int32_t groups_add(Schedule *schedule, KernelFamily family, Type domain);
/* Makes the group store the node. */
void groups_add_root(Schedule *schedule, int32_t group, Node *node);
/* The stored value or bound leaf whose buffer holds `node` (itself, or behind reshapes); NULL when
 * `node` is computed where it is used. */
Node *stored_base(const Schedule *schedule, const Node *node);
/* The same of a result of the view: a constant or run-time number that is one is stored for the
 * result alone. */
Node *result_base(const Schedule *schedule, const Node *node);
/* Fills nodes and inputs of every group. */
void groups_close(Schedule *schedule);
/* True when a kernel of these nodes reads the value `node` at the index being written only, so that
 * one of its roots may take the value's place. */
bool reads_in_place(Arena *arena, KernelFamily family, const NodeVec *nodes, const Node *heart,
                    const Node *node);

/* ---- the steps ---- */

/* Before all: what the backward pass compares with (extremes.c). `view` gets new results. */
void extremes_reuse(Arena *arena, Model *model, View *view);

void fuse_groups(Schedule *schedule);
void order_groups(Schedule *schedule);
void layouts_choose(Plan *plan, ScheduleVec *schedules);
void lower_view(Schedule *schedule, ViewPlan *result);
void memory_place(Plan *plan, ViewPlan *view);
/* Sets first_kernel and last_kernel of the view's buffers from the order of its kernels. */
void memory_lives(Plan *plan, const ViewPlan *view);
void chains_form(Plan *plan, ViewPlan *view);
void functions_share(Plan *plan);

/* ---- chain.c ---- */

/* Kernels of the view may run in chains. */
bool chains_wanted(const Plan *plan, const ViewPlan *view);
/* Kernels that share this buffer are worth a chain. */
bool buffer_is_large(const Plan *plan, const Buffer *buffer);

/* The memory of one is partly or wholly that of the other. */
bool buffers_overlap(const Buffer *a, const Buffer *b);
/* Sample i of one lies where sample i of the other does, and nowhere else. */
bool buffers_match_samples(const Buffer *a, const Buffer *b);
/* Where one writes what the other touches, both touch the same sample at the same time when they
 * run sample by sample. */
bool kernels_in_step(const Plan *plan, const Kernel *a, const Kernel *b);
/* Each sample of the results depends on that sample of the operands, and all lie in rows. */
bool kernel_is_by_sample(const Plan *plan, const Kernel *kernel);

/* ---- plan.c ---- */

int32_t plan_add_buffer(Plan *plan, Place place, Layout layout, Type type, int64_t index,
                        const Node *node);
/* The buffer of an input, variable or literal leaf (a literal's is made on first use, one for each
 * layout). */
int32_t plan_leaf_buffer(Plan *plan, const Node *leaf, Layout layout);

#endif
