/* debug_info.h: lines of the .nn file for kernels (-g): DWARF, so that debuggers and profilers name
 * them. Without -g every function here does nothing. */
#ifndef NNC_CODEGEN_DEBUG_INFO_H
#define NNC_CODEGEN_DEBUG_INFO_H

#include "codegen/kernel.h"

typedef struct DebugInfo DebugInfo;

DebugInfo *debug_info_begin(Codegen *codegen);
/* The function just begun is the kernel's: its code belongs to the line of kernel->origin (the
 * first place that stands in the user's file). */
void debug_info_function(Codegen *codegen, LLVMValueRef function, const char *name,
                         const Kernel *kernel);
/* A function for the kernel being written, as a tile of a product: with -g every kernel has its
 * own, whose code belongs to the kernel's line. Its name; after its begin; at its end, when the
 * builder goes back to `here`. */
const char *debug_info_helper_name(const Module *module, const char *name);
void debug_info_helper_begin(Module *module, LLVMValueRef function, const char *name);
void debug_info_helper_end(Module *module, LLVMBasicBlockRef here);
/* The function is finished. */
void debug_info_end(Codegen *codegen);
/* All functions are written. */
void debug_info_finish(DebugInfo *debug);

#endif
