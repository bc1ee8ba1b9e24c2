/* matmul_internal.h: what the files of the matrix product share. */
#ifndef NNC_CODEGEN_MATMUL_INTERNAL_H
#define NNC_CODEGEN_MATMUL_INTERNAL_H

#include "codegen/emit.h"
#include "codegen/matmul.h"

#define MATMUL_MAX_VECTORS 4
#define MATMUL_LINE        64 /* bytes of a cache line */

/* Everything about a tile's inner loop that is constant: equal shapes share one function. */
typedef struct MatmulShape {
    MathPrecision precision;
    int lanes, vectors, height;
    int64_t a_row_stride, a_depth_stride; /* elements */
    bool a_depth_panels;                  /* after 16 steps A goes on a panel stride further */
    int64_t b_depth_stride;
    int b_align;
    int b_active;                         /* lanes of the last vector that may be read */
    int b_pointer[MATMUL_MAX_VECTORS];    /* which pointer a vector is read from */
    int64_t b_offset[MATMUL_MAX_VECTORS]; /* and how many elements behind it */
    int b_pointers;
    bool a_prefetch;         /* of A's next panel */
    int64_t prefetch_stride; /* bytes a step that source->prefetch goes on; 0: no prefetch */
} MatmulShape;

/* What varies at run time. */
typedef struct MatmulSource {
    LLVMValueRef a, a_panel_stride; /* the first row and step; stride NULL unless panels */
    LLVMValueRef b[MATMUL_MAX_VECTORS];
    LLVMValueRef depth;
    LLVMValueRef prefetch; /* a pointer, asked for line by line; NULL unless prefetch_stride */
} MatmulSource;

/* A product being written. */
typedef struct MatmulWork {
    Module *module;
    const MatmulSpec *spec;
    MatmulPlan plan;
    LLVMTypeRef number;
    LLVMValueRef first_tiles;       /* tiles of heights[0] */
    LLVMValueRef first_height_rows; /* the rows in them */
    LLVMValueRef scratch;           /* for b_transposed */
} MatmulWork;

/* One block of columns. */
typedef struct MatmulBlock {
    int vectors, active;
    LLVMValueRef column, row, row_end;
    LLVMValueRef turned; /* b_transposed: the block of B, [depth][vectors * lanes]; else NULL */
} MatmulBlock;

/* ---- matmul_plan.c ---- */

/* True when the contraction may have to be cut into chunks. */
bool matmul_may_be_long(const MatmulSpec *spec);
/* Sums stay in registers until the epilogue. */
bool matmul_is_inline(const MatmulSpec *spec);
/* The height in which rows behind the tiles of heights[0] are counted. */
int matmul_second_height(const MatmulPlan *plan);

/* ---- matmul_source.c ---- */

/* Of the block's tiles of this height. */
MatmulShape matmul_shape(const MatmulWork *work, const MatmulBlock *block, int height);
/* Where the tile at `row` begins in step `step` of the contraction, for `steps` steps. */
MatmulSource matmul_source(const MatmulWork *work, const MatmulBlock *block,
                           const MatmulShape *shape, LLVMValueRef row, LLVMValueRef step,
                           LLVMValueRef steps);

/* ---- matmul_tiles.c ---- */

/* All tiles of the block, each with its epilogue behind it. */
void matmul_tiles(const MatmulWork *work, const MatmulBlock *block);
/* Calls the epilogue, or of two parts the second with `late`, for one row (i64) of the block, whose
 * sums stand at `from`. */
void matmul_row_epilogue(const MatmulWork *work, const MatmulBlock *block, LLVMValueRef from,
                         LLVMValueRef row, bool late);

/* ---- matmul_overlap.c ---- */

/* Tasks [first, last) of a product with `overlap`. */
void matmul_overlap(const MatmulWork *work, LLVMValueRef first, LLVMValueRef last);

/* ---- matmul.c ---- */

/* Fills vectors and active of block number `index`, which may stand for any block that is wholly
 * columns of the matrix. */
void matmul_block_columns(const MatmulWork *work, int64_t index, MatmulBlock *block);

/* ---- matmul_tile.c ---- */

/* What the inner loop carries: accumulators, then the pointers (A, B, prefetch, prefetch of A). */
typedef struct MatmulState {
    LLVMValueRef values[EMIT_MAX_CARRIED];
    int count;
} MatmulState;

/* Accumulators of zero, pointers at the first step. */
MatmulState matmul_state_begin(Module *module, const MatmulShape *shape,
                               const MatmulSource *source);
/* The next `steps` (i64) of the contraction; not for A in panels along the contraction. */
void matmul_steps(Module *module, const MatmulShape *shape, MatmulState *state, LLVMValueRef steps);

/* The inner loop at the builder's position: height * vectors accumulators. */
void matmul_tile_inline(Module *module, const MatmulShape *shape, const MatmulSource *source,
                        LLVMValueRef *values);

/* The shared function of a shape, written on first use:
 *   void (ptr a, i64 a_panel_stride, i64 depth, ptr prefetch, ptr out, ptr b0 .. b3)
 * `out` receives height * vectors vectors, row by row. */
LLVMValueRef matmul_tile_function(Module *module, const MatmulShape *shape);
LLVMTypeRef matmul_tile_function_type(Module *module);

/* Joins the sums of chunks (matmul_tree.c). slots: MATMUL_TREE_LEVELS * numbers. */
#define MATMUL_TREE_LEVELS 40
/* void (ptr slots, ptr sum, i64 numbers, i64 chunk): adds chunk's sum to the tree; spoils sum. */
LLVMValueRef matmul_tree_add(Module *module, MathPrecision precision);
/* void (ptr slots, ptr sum, i64 numbers, i64 chunks): the whole tree's sum. */
LLVMValueRef matmul_tree_finish(Module *module, MathPrecision precision);

/* Turns a block of W [columns][depth]: scratch[k][c] = W[column + c][k], c < vectors * lanes; zero
 * from `active` on. */
void matmul_pack_block(Module *module, const MatmulSpec *spec, LLVMValueRef scratch,
                       LLVMValueRef column, int vectors, int active);

/* pointer + offset elements, allowed to leave the object (for prefetching). */
LLVMValueRef matmul_far_offset(Module *module, LLVMTypeRef type, LLVMValueRef pointer,
                               LLVMValueRef offset);

#endif
