/* convolution_tile.h: the inner loops of a convolution: a tile of sums held in registers.
 *
 *   sums[r][v] += sum over the steps of A[r] * B[v]             (fused multiply-add)
 *
 * The steps are up to three nested loops (kernel row, kernel column, channel; or sample, output
 * row, output column for the gradient of weights), each of which moves A and B on by a stride. A's
 * number is the same in every lane, or, where every channel has a kernel of its own, a vector of
 * lanes beside B's. The rows of a tile lie at fixed distances from A: pixels of an image with its
 * halo, or taps of the kernel.
 */
#ifndef NNC_CODEGEN_CONVOLUTION_TILE_H
#define NNC_CODEGEN_CONVOLUTION_TILE_H

#include "codegen/module.h"

enum { CONVOLUTION_MAX_ROWS = 32, CONVOLUTION_MAX_VECTORS = 4, CONVOLUTION_LOOPS = 3 };

/* Everything constant: equal tiles share one function. */
typedef struct ConvolutionTile {
    MathPrecision precision;
    int lanes, vectors, height;
    int64_t a_offset[CONVOLUTION_MAX_ROWS]; /* of each row, in elements */
    bool a_is_vector;                       /* A has a vector of lanes for each of B's */
    int64_t b_offset[CONVOLUTION_MAX_VECTORS];
    int b_align;            /* bytes */
    int64_t a_step, b_step; /* of the innermost loop, in elements */
    int loops;              /* 1 .. CONVOLUTION_LOOPS */
} ConvolutionTile;

/* Loop 0 is the outermost; the steps of the innermost one are the tile's. */
typedef struct ConvolutionSteps {
    LLVMValueRef a, b; /* pointers */
    LLVMValueRef count[CONVOLUTION_LOOPS];
    LLVMValueRef a_step[CONVOLUTION_LOOPS], b_step[CONVOLUTION_LOOPS];
} ConvolutionSteps;

/* The loops at the builder's position. `sums` has height * vectors values, row by row: those to
 * begin with, then those at the end. */
void convolution_tile_inline(Module *module, const ConvolutionTile *tile,
                             const ConvolutionSteps *steps, LLVMValueRef *sums);

/* The same by a function shared by equal tiles, on height * vectors vectors in memory at `sums`
 * (aligned to a vector); `from_zero`: what lies there before does not count. */
void convolution_tile_call(Module *module, const ConvolutionTile *tile,
                           const ConvolutionSteps *steps, LLVMValueRef sums, bool from_zero);

/* That function, for callers that choose one at run time, and its call. */
LLVMValueRef convolution_tile_function(Module *module, const ConvolutionTile *tile, bool from_zero);
void convolution_tile_call_function(Module *module, LLVMValueRef function, int loops,
                                    const ConvolutionSteps *steps, LLVMValueRef sums);

#endif
