/* fuse.h: what the files of fusion share.
 *
 * A node computed inside a group stands at a position: at the very element of the domain being
 * computed, at the row of that element, or at some other index, reached through a movement node or
 * a reduction. A node needed at one position is computed once an element.
 */
#ifndef NNC_PASSES_FUSE_H
#define NNC_PASSES_FUSE_H

#include "passes/schedule.h"

/* A value with at most this to read and compute is computed again rather than stored. */
enum { FUSE_CHEAP_LOADS = 1, FUSE_CHEAP_COST = 4 };

typedef int64_t Position;

enum {
    POSITION_MEMORY = -2, /* not computed there, but read from memory (of reshapes) */
    POSITION_MIXED = -1,  /* needed at several */
    POSITION_ELEMENT = 0, /* the domain's own */
    POSITION_ROW = 1,     /* one value for a row of the domain */
    POSITION_OTHER = 2,   /* 2 + 2 * id of the node that leads there, + 1 where values are needed
                             more often than they are many (below a broadcast) */
};

typedef struct Use { /* the node is computed inside this group, or could be */
    int32_t group;
    Position position;
} Use;

VEC_TYPE(UseVec, Use);

/* What fusion knows of a group besides schedule.h's Group. */
typedef struct Fused {
    NodeVec members;  /* nodes computed inside, so far */
    bool epilogue_ok; /* all of them may stand in the epilogue of a product */
    bool row_ok;      /* all of them may stand in a row kernel with the same domain */
    int32_t merged;   /* the group that took this one's place, or -1 */
    Int32Vec next;    /* groups that read its roots */
    int32_t visited;  /* stamp of the last search */
} Fused;

VEC_TYPE(FusedVec, Fused);

typedef struct Fuser {
    Schedule *schedule;
    Arena *arena;
    FusedVec fused;        /* parallel to schedule->groups */
    NodeVec *users;        /* by node id */
    UseVec *uses;          /* by node id: where it is computed */
    bool *stored;          /* by node id: must be stored */
    bool *dear;            /* by node id: not cheap, and read by several */
    int8_t *loads, *costs; /* by node id: what computing it again would take */
    int32_t stamp;
} Fuser;

static inline bool position_is_enlarged(Position position) {
    return position >= POSITION_OTHER && (position & 1);
}

/* ---- fuse_position.c ---- */

/* The position of operand `index` of `user`, which stands at `position` in the group. False when
 * the operand has to come from memory. */
bool operand_position(const Group *group, const Node *user, int index, Position position,
                      Position *result);
bool legal_in_map(const Node *node, Position position);
bool legal_in_epilogue(const Node *node, Position position);
/* In a row kernel of this domain. */
bool legal_in_row(const Node *node, Position position, Type domain);

/* ---- fuse_join.c ---- */

/* A new group of the node's own family that stores it. */
int32_t fuse_new_group(Fuser *fuser, Node *node);
/* True when the node could be computed in the group at this position as the group is. */
bool fuse_fits(const Fuser *fuser, const Node *node, Use use);
/* Computes the node in the group, turning a map into a kernel of rows or a product if that is what
 * the node asks for. False when it cannot be. */
bool fuse_join(Fuser *fuser, Node *node, Use use);
/* Notes that the group computes the node. */
void fuse_add_member(Fuser *fuser, Node *node, Use use);

/* ---- fuse_merge.c ---- */

void fuse_add_edge(Fuser *fuser, int32_t from, int32_t to);
/* True when `to` needs `from`, or is it. */
bool fuse_reaches(Fuser *fuser, int32_t from, int32_t to);
/* Joins groups that do not need each other and share what they read. */
void fuse_merge(Fuser *fuser);

#endif
