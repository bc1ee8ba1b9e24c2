/* window.h: a window that moves over the rows and columns of an image: what convolutions and pools
 * have in common.
 *
 * Index 0 of each pair is the row (height), index 1 the column (width). Position o of the window
 * along an axis has its first tap at pixel o * stride - before, its tap t at dilation * t behind
 * that; taps outside 0 .. extent-1 lie in the padding and count as absent.
 */
#ifndef NNC_GRAPH_WINDOW_H
#define NNC_GRAPH_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Window {
    int64_t size[2];             /* taps: rows and columns of the kernel or pool */
    int64_t stride[2];           /* pixels between two positions */
    int64_t dilation[2];         /* pixels between two taps; 1 for pools */
    int64_t before[2], after[2]; /* padding: top and left, bottom and right */
    int64_t groups;              /* of channels; 1 for pools */
    int64_t extent[2];           /* rows and columns of the image it moves over */
} Window;

/* The largest size, stride, dilation or padding: products of two of them stay within 64 bits. */
#define WINDOW_LARGEST ((int64_t)1 << 31)

/* Numbers of an image that one position of a convolution may see: 2^19, some megabytes. */
#define WINDOW_NUMBERS ((int64_t)1 << 19)

/* A window of this size over such an image, without padding: stride and dilation 1, one group. */
Window window_of(int64_t rows, int64_t columns, int64_t height, int64_t width);
/* Pixels from the first tap to the last, both counted: dilation * (size - 1) + 1. */
int64_t window_reach(const Window *window, int axis);
/* How many positions it has: floor((before + extent + after - reach) / stride) + 1, or 0 when it is
 * larger than the padded image. */
int64_t window_positions(const Window *window, int axis);
/* The pixel that tap `tap` of position `position` lies on; -1: in the padding. */
int64_t window_pixel(const Window *window, int axis, int64_t position, int64_t tap);
/* The other way: the position whose tap `tap` lies on pixel `pixel`; -1: none. */
int64_t window_position(const Window *window, int axis, int64_t pixel, int64_t tap);
bool window_equal(const Window *a, const Window *b);

#endif
