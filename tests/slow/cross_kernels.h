/* What cross_kernels.c and cross_driver.c agree on. */
#ifndef NNC_TESTS_SLOW_CROSS_KERNELS_H
#define NNC_TESTS_SLOW_CROSS_KERNELS_H

#define CROSS_COUNT   4096 /* numbers a kernel reads or writes, at most */
#define CROSS_KERNELS 28   /* first half in f32, second half in f64 */

#endif
