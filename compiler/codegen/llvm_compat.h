/* llvm_compat.h: what differs between LLVM 19 and 22 in the C API, in one place.
 *
 * 19 to 22: masked loads and stores lose their alignment operand to an `align` attribute on the
 * pointer (LLVM 22); the rest of the API used here is the same.
 */
#ifndef NNC_CODEGEN_LLVM_COMPAT_H
#define NNC_CODEGEN_LLVM_COMPAT_H

#include <llvm-c/Core.h>

/* LLVMGetVersion is asked at run time too, in a test, so that header and library agree. */
#include <llvm/Config/llvm-config.h>

/* llvm.masked.load and .store take (pointer, align, mask, passthru) up to 21, and (pointer with
 * align attribute, mask, passthru) from 22. */
#define LLVM_COMPAT_MASKED_ALIGN_OPERAND (LLVM_VERSION_MAJOR < 22)

#endif
