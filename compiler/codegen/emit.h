/* emit.h: small helpers over LLVM's builder, for readable emitters.
 *
 * Everything is written at the module's builder position. Indices and sizes are i64; pointers are
 * opaque; vectors have the module's width unless a lane count is given; "lanes 1" means a plain
 * scalar. Offsets are in elements.
 */
#ifndef NNC_CODEGEN_EMIT_H
#define NNC_CODEGEN_EMIT_H

#include "codegen/module.h"

/* ---- functions ---- */

/* Promises about a pointer parameter. */
enum { EMIT_NOALIAS = 1, EMIT_READONLY = 2, EMIT_NOCAPTURE = 4 };

/* A function with an entry block, the builder at its end. It carries the module's CPU, nounwind,
 * and, when `internal`, internal linkage; pointer parameters get the promises `flags[i]` (NULL:
 * none) and alignment `pointer_align` (0: unknown). */
LLVMValueRef emit_function_begin(Module *module, const char *name, LLVMTypeRef result,
                                 const LLVMTypeRef *parameters, int count, const uint8_t *flags,
                                 int pointer_align, bool internal);
/* Never inlined: tile functions and kernels, whose callers must stay small. */
void emit_function_outline(Module *module, LLVMValueRef function);
/* Run seldom, or all calls: its machine code is made quickly rather than well (module_compile). The
 * function must be one that is never inlined. No bit of a result changes. */
void emit_function_seldom(Module *module, LLVMValueRef function);
/* A function without result that another object of the program has. */
LLVMValueRef emit_function_elsewhere(Module *module, const char *name, LLVMTypeRef *parameters,
                                     unsigned count);
LLVMValueRef emit_call(Module *module, LLVMValueRef function, const LLVMValueRef *arguments,
                       int count);
/* A stack slot in the entry block, wherever the builder is. */
LLVMValueRef emit_stack(Module *module, LLVMTypeRef type, int64_t count, int align);

/* ---- integers ---- */

LLVMValueRef emit_index(Module *module, int64_t value); /* an i64 constant */
LLVMValueRef emit_add(Module *module, LLVMValueRef a, LLVMValueRef b);
LLVMValueRef emit_sub(Module *module, LLVMValueRef a, LLVMValueRef b);
LLVMValueRef emit_mul(Module *module, LLVMValueRef a, LLVMValueRef b);
LLVMValueRef emit_add_constant(Module *module, LLVMValueRef a, int64_t b);
LLVMValueRef emit_mul_constant(Module *module, LLVMValueRef a, int64_t b);
/* Unsigned division and rest by a positive constant (shifts for powers of two). */
LLVMValueRef emit_div_constant(Module *module, LLVMValueRef a, int64_t b);
LLVMValueRef emit_rem_constant(Module *module, LLVMValueRef a, int64_t b);
LLVMValueRef emit_min(Module *module, LLVMValueRef a, LLVMValueRef b);

/* ---- loops ----
 *
 *     EmitLoop loop = emit_for_begin(module, first, last, step, start, 2);
 *     ... loop.index, loop.carried[0], loop.carried[1] ...
 *     emit_for_end(module, &loop, next);         // next[0], next[1]: values for the next round
 *     ... loop.carried[0], loop.carried[1] are now the values after the loop ...
 *
 * LLVM unrolls nothing (module_optimize): unroll by writing a body twice.
 *
 * for (index = first; index < last; index += step), tested before the first round; last must be
 * at most INT64_MAX - step.
 */
#define EMIT_MAX_CARRIED 64

typedef struct EmitLoop {
    LLVMValueRef index;
    LLVMValueRef carried[EMIT_MAX_CARRIED];
    int carried_count;
    /* For emit_for_end. */
    LLVMValueRef start[EMIT_MAX_CARRIED], last;
    int64_t step;
    LLVMBasicBlockRef before, body, exit;
} EmitLoop;

EmitLoop emit_for_begin(Module *module, LLVMValueRef first, LLVMValueRef last, int64_t step,
                        const LLVMValueRef *start, int carried_count);
void emit_for_end(Module *module, EmitLoop *loop, const LLVMValueRef *next);
/* The short form: `body` is called once, with the index, to write the loop's inside. */
void emit_for(Module *module, LLVMValueRef first, LLVMValueRef last, int64_t step,
              void (*body)(void *user, LLVMValueRef index), void *user);

/* if (condition) { ... } else { ... }; emit_else is optional. */
typedef struct EmitIf {
    LLVMBasicBlockRef otherwise, exit;
    bool has_else;
} EmitIf;
EmitIf emit_if_begin(Module *module, LLVMValueRef condition);
void emit_else(Module *module, EmitIf *branch);
void emit_if_end(Module *module, EmitIf *branch);

/* ---- numbers and vectors ---- */

/* <lanes x number>, or the number itself for one lane. */
LLVMTypeRef emit_vector_type(Module *module, MathPrecision precision, int lanes);
LLVMTypeRef emit_integer_vector_type(Module *module, int bits, int lanes);
LLVMValueRef emit_constant(Module *module, MathPrecision precision, int lanes, double value);
LLVMValueRef emit_zero(LLVMTypeRef type);
/* The scalar in every lane; the scalar itself for one lane. */
LLVMValueRef emit_splat(Module *module, LLVMValueRef scalar, int lanes);
/* a * b + c, rounded once. */
LLVMValueRef emit_fma(Module *module, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c);
/* An intrinsic overloaded on `type`, such as "llvm.sqrt". */
LLVMValueRef emit_intrinsic(Module *module, const char *name, LLVMTypeRef type,
                            const LLVMValueRef *arguments, int count);

/* ---- memory ---- */

/* pointer + offset elements of `type`. */
LLVMValueRef emit_offset(Module *module, LLVMTypeRef type, LLVMValueRef pointer,
                         LLVMValueRef offset);
LLVMValueRef emit_offset_constant(Module *module, LLVMTypeRef type, LLVMValueRef pointer,
                                  int64_t offset);
/* `align` in bytes. */
LLVMValueRef emit_load(Module *module, LLVMTypeRef type, LLVMValueRef pointer, int align);
void emit_store(Module *module, LLVMValueRef value, LLVMValueRef pointer, int align);
/* The first `active` lanes (a constant); the others read as zero, and are not touched. Plain when
 * every lane is active. */
LLVMValueRef emit_load_lanes(Module *module, LLVMTypeRef type, LLVMValueRef pointer, int align,
                             int active);
void emit_store_lanes(Module *module, LLVMValueRef value, LLVMValueRef pointer, int align,
                      int active);
/* Asks for the cache line at `pointer` (need not be valid), for reading or writing. */
void emit_prefetch(Module *module, LLVMValueRef pointer, bool write);

/* Lanes of a and b by index: 0..n-1 from a, n..2n-1 from b; -1: any. */
LLVMValueRef emit_shuffle(Module *module, LLVMValueRef a, LLVMValueRef b, const int *lanes,
                          int count);
/* values[w] lane l becomes element 4 l + w of the four results joined: the order of four
 * math_uniform_block draws in memory. */
void emit_interleave4(Module *module, LLVMValueRef values[4], int lanes);

#endif
