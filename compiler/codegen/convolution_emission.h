/* convolution_emission.h: what the loops of a convolution have at hand while they are written: for
 * emit_convolution.c and convolution_steps.c. */
#ifndef NNC_CODEGEN_CONVOLUTION_EMISSION_H
#define NNC_CODEGEN_CONVOLUTION_EMISSION_H

#include "codegen/convolution.h"
#include "codegen/product.h"

/* A phase along one axis, as code. */
typedef struct ConvolutionPhaseCode {
    LLVMValueRef number, count, taps, first, weight;
} ConvolutionPhaseCode;

typedef struct ConvolutionEmission {
    KernelEmitter *k;
    Module *module;
    Convolution shape;
    LLVMTypeRef number, vector;
    int64_t weight_row;   /* elements from one row of the weights' matrix to the next */
    int64_t panel_stride; /* 0: in rows */
    bool inline_epilogue, compact;
    LLVMValueRef scratch, sums, row_table, column_table;
    LLVMValueRef sample; /* of the current task */
} ConvolutionEmission;

/* A block of columns of one group within a phase. */
typedef struct ConvolutionBlock {
    int vectors;
    int64_t active;            /* columns */
    LLVMValueRef a, b, column; /* group's and block's share of the addresses */
    int64_t column_multiple;
    ConvolutionPhaseCode rows, columns;
    LLVMValueRef row_start, row_end;       /* results of the phase */
    LLVMValueRef column_start, column_end; /* as well; A counts pixels from column_start on */
} ConvolutionBlock;

/* A table of the axis's phases in the object; NULL for a single phase. */
LLVMValueRef convolution_phases(Module *module, Arena *arena, const ConvolutionAxis *axis);
/* Phase `number` of the axis whose table this is. */
ConvolutionPhaseCode convolution_phase(const ConvolutionEmission *e, const ConvolutionAxis *axis,
                                       LLVMValueRef table, LLVMValueRef number);
/* All phases have as many results. */
bool convolution_counts_equal(const ConvolutionAxis *axis);

/* Channels that a tap's sum runs over; elements of a row of the scratch. */
int64_t convolution_steps_each(const Convolution *shape);
int64_t convolution_row_elements(const Convolution *shape);
/* The tile of height pixels, `width` of them in each row of results. */
ConvolutionTile convolution_tile_of(const ConvolutionEmission *e, const ConvolutionBlock *block,
                                    int height, int width);
/* The taps [first, last) of results in row `row` of the phase that lie in the image. */
void convolution_valid_taps(const ConvolutionEmission *e, const ConvolutionPhaseCode *rows,
                            LLVMValueRef row, LLVMValueRef *first, LLVMValueRef *last);
/* Loops over the taps [first, last) of the kernel's rows; `a` at tap 0 of the scratch. */
ConvolutionSteps convolution_steps_of(const ConvolutionEmission *e, const ConvolutionBlock *block,
                                      LLVMValueRef a, LLVMValueRef first, LLVMValueRef last);

#endif
