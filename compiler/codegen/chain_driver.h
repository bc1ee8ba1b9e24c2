/* chain_driver.h: kernels that run together, a few samples at a time (passes/chain.c).
 *
 * A chain in memory is an array of links, one for each of its kernels. A block is the few samples;
 * every link has the same number of whole tasks in each, so a chain is itself a kernel whose tasks
 * are blocks, for a pool as for one thread.
 */
#ifndef NNC_CODEGEN_CHAIN_DRIVER_H
#define NNC_CODEGEN_CHAIN_DRIVER_H

#include "codegen/kernel.h"

/* A link in memory, in words of 8 bytes: an NnrtCall, then what follows. */
enum { LINK_KERNEL = 3, LINK_TASKS_EACH, LINK_TASKS, LINK_WORDS };

/* Samples of a block of the chain that begins with kernels[0]; 0: the tasks of some kernel do not
 * end with samples often enough, all run alone. */
int64_t chain_block(const Codegen *codegen, const Kernel *kernels);
/* Tasks of the kernel in a block of so many samples. */
int64_t chain_tasks_each(const Codegen *codegen, const Kernel *kernel, int64_t block);

/* void PREFIX_chain_dispatch(links, count, blocks, enough): runs the links block by block, over the
 * pool where there is one and samples enough; one after the other when somebody looks on.
 * `dispatch` is the function that does so with a kernel. Written once. */
LLVMValueRef chain_dispatcher(Codegen *codegen, LLVMValueRef dispatch);

#endif
