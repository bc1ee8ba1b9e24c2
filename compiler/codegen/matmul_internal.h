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
