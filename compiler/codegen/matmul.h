/* matmul.h: the tiled matrix product, written into the current function.
 *
 *   value[i][j] = sum over k ascending of A[i][k] * B[k][j]      (fused multiply-add, from zero)
 *
 * then `epilogue` gets the values of a tile and does what it likes with them (bias, activation,
 * optimizer, store). The three training forms are one emitter:
 *
 *   Y  = X W       A = X                  B = W                      rows = samples, depth fixed
 *   dX = dY W^T    A = dY                 B = W, b_transposed        rows = samples, depth fixed
 *   dW = X^T dY    A = X, a_transposed    B = dY                     rows fixed, depth = samples
 *
 * Vector lanes and tasks run over output elements only, so the bits do not depend on target, tile
 * or threads. A contraction over more than `depth_chunk` steps is cut into chunks of that many
 * steps, each summed from zero, joined by a binary tree: neighbours first ((0+1)+(2+3))+4; a
 * chunk without a neighbour moves up unchanged. Take depth_chunk from matmul_chunk.
 *
 * Not done here: zero halos and kernel rows of convolution (the caller of a coming emitter).
 */
#ifndef NNC_CODEGEN_MATMUL_H
#define NNC_CODEGEN_MATMUL_H

#include "codegen/module.h"

/* Where element (row, column) of a matrix stands, in elements from `base`:
 *   rows:   row * row_stride + column * column_stride
 *   panels: (column / 16) * panel_stride + row * 16 + column % 16       (panel_stride not NULL)
 * `base` is aligned to a cache line for panels, to the number's size for rows. */
typedef struct MatmulOperand {
    LLVMValueRef base;
    int64_t row_stride, column_stride; /* rows layout: constants */
    LLVMValueRef panel_stride;         /* panels layout: i64, rows of the panel * 16; else NULL */
} MatmulOperand;

/* A row-major matrix of `columns` columns. */
MatmulOperand matmul_rows(LLVMValueRef base, int64_t columns);
/* A lane-panel matrix whose panels hold `rows` rows (an i64: often the capacity, not n). */
MatmulOperand matmul_panels(Module *module, LLVMValueRef base, LLVMValueRef rows);

/* What the epilogue receives: `rows` x `vectors` accumulators. values[r * vectors + v] is row
 * (row + r), columns column + v * lanes onwards. */
typedef struct MatmulTile {
    LLVMValueRef row;    /* i64, first row */
    LLVMValueRef column; /* i64, first column, a multiple of lanes */
    int rows, vectors, lanes;
    int active; /* columns of the matrix from `column` on, at most vectors * lanes; what lies behind
                   is padding of a panel with unspecified values (A times zero: possibly NaN) */
    const LLVMValueRef *values;
    bool late; /* of an epilogue in two parts (MatmulSpec) the second */
} MatmulTile;

/* Lanes of vector v that are columns of the matrix: 0 .. lanes. */
int matmul_active(const MatmulTile *tile, int v);

typedef void MatmulEpilogue(void *user, Module *module, const MatmulTile *tile);

typedef struct MatmulSpec {
    MathPrecision precision;
    LLVMValueRef rows;      /* i64, rows of A and of the result */
    int64_t rows_constant;  /* its value when known at compile time, else -1 */
    int64_t rows_hint;      /* the usual value of a run-time `rows` (the file's batch); 0: none */
    int64_t columns;        /* of B and of the result */
    LLVMValueRef depth;     /* i64, steps of the contraction */
    int64_t depth_constant; /* its value when known, else -1 */
    int64_t depth_hint;     /* the usual value of a run-time `depth`; 0: none */
    int64_t depth_chunk;    /* see above; 0: never cut */
    MatmulOperand a, b;
    bool a_transposed; /* A[i][k] is element (k, i) of operand a */
    /* B[k][j] is element (j, k) of operand b; depth_constant must be known. Each block of columns
     * is turned just before its rows pass, into `b_scratch` (64-byte aligned, the thread's own, at
     * least matmul_scratch numbers) or, when NULL, onto the stack. Tasks are then whole blocks of
     * columns. */
    bool b_transposed;
    LLVMValueRef b_scratch;
    /* True: the epilogue is written once a tile height with all accumulators in registers: for
     * short ones (bias, relu, store). False: it is written once, in a loop over the rows of a
     * tile that was put aside in the first-level cache: for long ones (tanh, optimizers). With
     * chunks always false. */
    bool inline_epilogue;
    /* For a long epilogue of a product that is run often: the rows of a finished tile are treated
     * inside the next tile's loop, so that divisions and square roots take place while sums are
     * made. The rows must be constant, b not transposed. Wins over inline_epilogue and compact. */
    bool overlap;
    /* With overlap: the epilogue comes in two parts, of which it gets the second a row later than
     * the first, so that their chains of divisions and square roots run beside each other. */
    bool two_parts;
    /* Few and small tiles, for code that is seldom run (the twin in double): compiled in a third of
     * the time. */
    bool compact;
    MatmulEpilogue *epilogue;
    void *user;
} MatmulSpec;

/* How the work is cut. A task is a block of columns times a block of rows; tasks are numbered with
 * the row block running fastest. Rows are computed in tiles of heights[0] first (hint_tiles of them
 * when there are `hint` rows, else as many as fit), the rest in the tallest of the other heights
 * that still fits; before single rows are taken, a tile begins early where it can. */
#define MATMUL_MAX_HEIGHTS 8
typedef struct MatmulPlan {
    int lanes, vectors;              /* vectors a tile; block_columns = lanes * vectors */
    int last_vectors;                /* of the last block */
    int heights[MATMUL_MAX_HEIGHTS]; /* tile heights, tallest first */
    int height_count;
    int64_t hint_tiles; /* tiles of heights[0] when rows equals hint */
    int64_t hint;       /* rows for which the heights are balanced; 0: none */
    int64_t block_columns, column_blocks;
    int64_t tiles_per_task; /* tiles of rows in a task; 0: all rows in one task */
} MatmulPlan;

MatmulPlan matmul_plan(const Module *module, const MatmulSpec *spec);
/* Tasks for that many rows; also as code. */
int64_t matmul_tasks(const MatmulPlan *plan, int64_t rows);
LLVMValueRef matmul_emit_tasks(Module *module, const MatmulPlan *plan, LLVMValueRef rows);

/* Tasks [first, last) (i64 values), at the builder's position. */
void matmul_emit(Module *module, const MatmulSpec *spec, LLVMValueRef first, LLVMValueRef last);

/* Numbers of scratch that b_transposed needs. The stack serves up to 1 MiB; above, matmul_emit
 * wants b_scratch (or B turned beforehand by matmul_pack.h). */
int64_t matmul_scratch(const MatmulPlan *plan, const MatmulSpec *spec);

/* Steps a chunk when each sample contributes `steps_per_sample`: whole samples, at most 4,096
 * steps, at least one sample. */
int64_t matmul_chunk(int64_t steps_per_sample);

/* ---- for epilogues ---- */

/* Pointer to element (row, column) of an operand; column a multiple of the tile's lanes, whose
 * vector must not leave a panel (it never does). */
LLVMValueRef matmul_element(Module *module, MathPrecision precision, const MatmulOperand *operand,
                            LLVMValueRef row, LLVMValueRef column);
/* Stores a tile's value (r, v) to a matrix of the result's shape: whole vectors in panels, active
 * lanes in rows. */
void matmul_store(Module *module, MathPrecision precision, const MatmulOperand *to,
                  const MatmulTile *tile, int r, int v, LLVMValueRef value);
/* Loads the vector beside (r, v) of such a matrix; inactive lanes of rows read as zero. */
LLVMValueRef matmul_load(Module *module, MathPrecision precision, const MatmulOperand *from,
                         const MatmulTile *tile, int r, int v);
/* Loads columns of a vector of `columns` numbers (a bias); inactive lanes are zero. `padded`: the
 * memory goes on to a multiple of 16. */
LLVMValueRef matmul_load_columns(Module *module, MathPrecision precision, LLVMValueRef base,
                                 bool padded, const MatmulTile *tile, int v);

#endif
