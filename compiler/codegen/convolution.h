/* convolution.h: how a convolution is cut up, in numbers only; and images with their halo.
 *
 * A convolution and the gradient of its input are the same loops over different numbers:
 *
 *   result[y, x, j] = sum over taps (r, c) and channels k, ascending, of
 *                     image[row of (y, r), column of (x, c), k] * weights[r, c, k, j]
 *
 * For conv2d the image is its input; for conv2d_transpose it is the gradient, the weights are
 * turned (taps in reverse, channels in and out exchanged: plan.h), and results `stride` pixels
 * apart form phases, each of which meets every stride-th tap only.
 *
 * One image at a time is copied, with zeros around it, into a scratch of the thread's own that
 * stays in its cache (or, where that is too large, the rows under one row of the kernel are). A
 * zero in the padding adds nothing, so tiles need no other edges.
 */
#ifndef NNC_CODEGEN_CONVOLUTION_H
#define NNC_CODEGEN_CONVOLUTION_H

#include "codegen/convolution_tile.h"
#include "graph/graph.h"

/* Results phase, phase + phases, phase + 2 phases ... along an axis. Tap t of number i of them lies
 * on pixel first + i * step + t * tap_step of the image. */
typedef struct ConvolutionPhase {
    int64_t count;  /* results */
    int64_t taps;   /* that any of them meets */
    int64_t first;  /* pixel; may be negative */
    int64_t weight; /* tap of the weights that is tap 0 here */
} ConvolutionPhase;

typedef struct ConvolutionAxis {
    int64_t results, pixels; /* of the whole result and image */
    int64_t phase_count, step, tap_step, weight_step;
    ConvolutionPhase *phases;
    int64_t most_results, most_taps; /* of any phase */
    int64_t low;                     /* the first pixel that result 0 of any phase needs */
    int64_t reach;                   /* pixels from there to the last that it needs */
} ConvolutionAxis;

typedef struct Convolution {
    ConvolutionAxis rows, columns;
    int64_t image_channels;            /* of the whole image */
    int64_t groups, channels, filters; /* k and j of one group */
    bool each_channel; /* every channel has its own kernel: one group, A and B side by side */
    int64_t kernel_rows, kernel_columns;
    /* The scratch: pixels, and whether it holds the image or the rows under one row of results. */
    bool whole_image;
    int64_t scratch_rows, scratch_columns;
    int64_t segment, segments; /* results of a row computed from one scratch; 1 unless by rows */
} Convolution;

/* Of a conv2d or conv2d_transpose. */
Convolution convolution_of(Arena *arena, const Node *heart, int64_t number_bytes);
/* Of the image that a conv2d_weights reads: as conv2d. */
Convolution convolution_of_weights(Arena *arena, const Node *heart, int64_t number_bytes);
/* Elements of the scratch, with room for vectors that run over its end. */
int64_t convolution_scratch(const Convolution *convolution);

/* Tiles along one axis: `tall` of the first size, then the others of size - 1. */
typedef struct ConvolutionCut {
    int size;
    int64_t tall, others;
} ConvolutionCut;
/* As few as `most` allows, balanced. */
ConvolutionCut convolution_cut(int64_t count, int most);

/* Vectors and rows of a tile whose result has that many columns. */
int convolution_vectors(const Module *module, int lanes, int64_t columns);
int convolution_tallest(const Module *module, int vectors, bool compact);

/* ---- convolution_halo.c ---- */

/* The scratch on the stack. */
LLVMValueRef convolution_new_scratch(Module *module, const Convolution *convolution,
                                     MathPrecision precision);
/* Rows [first, last) of the scratch (i64), row s from row `pixel_row + s * row_step` of the image
 * at `image`, which counts from the pixel column `pixel_column` on; zeros outside of the image. */
void convolution_fill(Module *module, const Convolution *convolution, MathPrecision precision,
                      LLVMValueRef scratch, LLVMValueRef image, LLVMValueRef first,
                      LLVMValueRef last, LLVMValueRef pixel_row, int64_t row_step,
                      LLVMValueRef pixel_column);

#endif
