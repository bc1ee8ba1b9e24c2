/* conv_weights.h: how the gradient of a convolution's weights is cut into tasks, each a tile of
 * taps and channels by filters. For emit_conv_weights.c and conv_weights.c. */
#ifndef NNC_CODEGEN_CONV_WEIGHTS_H
#define NNC_CODEGEN_CONV_WEIGHTS_H

#include "codegen/convolution.h"
#include "codegen/product.h"

/* How the rows (tap and channel) of a group are cut into tiles. */
typedef struct ConvRowTiles {
    bool listed; /* each tile has its own list of distances; else runs of neighbours in memory */
    int64_t rows, run, tiles_per_run, tiles;
    ConvolutionCut cut; /* of a run, or of all rows */
} ConvRowTiles;

/* How the columns of a group are cut. */
typedef struct ConvColumnBlocks {
    int vectors, last_vectors;
    int64_t width, blocks;
} ConvColumnBlocks;

/* One kernel: the cut, then what its code has at hand. */
typedef struct ConvWeights {
    Codegen *codegen;
    const Kernel *kernel;
    KernelEmitter *k;
    Module *module;
    Convolution shape;
    ConvRowTiles rows;
    ConvColumnBlocks columns;
    int lanes;
    int64_t tasks, sums; /* numbers of one task's sums */
    int64_t g_columns;
    LLVMTypeRef number, vector;
    LLVMValueRef scratch, memory, slots;
} ConvWeights;

typedef struct ConvWeightsTask {
    LLVMValueRef group, block, row; /* row: the first, of the group */
    LLVMValueRef a;                 /* distance of that row in the scratch, with the group's */
    LLVMValueRef column;            /* of the result */
    LLVMValueRef kernel_row;        /* NULL: the tile has several */
    LLVMValueRef height, function;  /* function: of the tile, from the sums in memory on */
} ConvWeightsTask;

/* The cut of a kernel whose heart is conv2d_weights; what stands for code is left empty. */
ConvWeights conv_weights_of(Codegen *codegen, const Kernel *kernel);
/* Task `number`, an i64. */
ConvWeightsTask conv_weights_task(const ConvWeights *w, LLVMValueRef number);

#endif
