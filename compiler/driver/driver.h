/* driver.h: the compiler as one call. */
#ifndef NNC_DRIVER_DRIVER_H
#define NNC_DRIVER_DRIVER_H

/* What the command nnc does; returns its exit code: 0 ok, 1 errors in the input, 2 usage, 4 the
 * system refused, 70 an internal error. Prints to standard output and standard error. */
int nnc_main(int argc, char **argv);

#endif
