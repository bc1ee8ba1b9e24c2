/* peak.h: the arithmetic a core can do, measured. */
#ifndef NNRT_PEAK_H
#define NNRT_PEAK_H

/* Fused multiply-adds a second of one core, times two (FLOP/s), with the widest vectors of this
 * machine, over about `seconds`. `bytes` is 4 for single, 8 for double precision. */
double nnrt_peak_flops(double seconds, int bytes);

/* Monotonic time in seconds. */
double nnrt_seconds(void);

#endif
