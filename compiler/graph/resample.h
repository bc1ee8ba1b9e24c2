/* resample.h: where an affine picture takes its pixels from.
 *
 *     resample(x, m)[i, j, c] = x at column p, row q, between four pixels (bilinear)
 *     u = j - (width - 1) / 2,  v = i - (height - 1) / 2           pixels from the middle
 *     p = m0 u + m1 v + m2 + (width - 1) / 2
 *     q = m3 u + m4 v + m5 + (height - 1) / 2
 *
 * Outside of x is zero, or (RESAMPLE_EDGE) the nearest pixel of the edge. Along one axis of n
 * pixels a position is first held within -1 .. n (zero) or 0 .. n - 1 (edge); then the pixels
 * floor(p) and floor(p) + 1 count with the shares 1 - (p - floor(p)) and p - floor(p).
 *
 * Attr.index holds these bits; the slope is the derivative of the result by p (columns) or q
 * (rows), zero where the position was held.
 */
#ifndef NNC_GRAPH_RESAMPLE_H
#define NNC_GRAPH_RESAMPLE_H

enum {
    RESAMPLE_EDGE = 1, /* outside is the edge; else zero */
    RESAMPLE_ROWS = 2, /* of resample_slope: by the row; else by the column */
};

enum { RESAMPLE_NUMBERS = 6 };

#endif
