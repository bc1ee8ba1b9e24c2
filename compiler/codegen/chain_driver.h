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

/* How many of the `count` kernels of a chain run together from the first on, at least 1, and the
 * samples of their block (0: the one runs alone). A kernel whose tasks seldom end with samples ends
 * what runs together. */
int64_t chain_cut(const Codegen *codegen, const Kernel *kernels, int64_t count, int64_t *block);
/* Tasks of the kernel in a block of so many samples. */
int64_t chain_tasks_each(const Codegen *codegen, const Kernel *kernel, int64_t block);

/* void PREFIX_chain_dispatch(links, count, blocks, enough): runs the links block by block, over the
 * pool where there is one and samples enough; one after the other when somebody looks on.
 * `dispatch` is the function that does so with a kernel. Written once. */
LLVMValueRef chain_dispatcher(Codegen *codegen, LLVMValueRef dispatch);

#endif
