/* window.c: see window.h. */

#include "graph/window.h"

#include <string.h>

Window window_of(int64_t rows, int64_t columns, int64_t height, int64_t width) {
    return (Window){.size = {rows, columns},
                    .stride = {1, 1},
                    .dilation = {1, 1},
                    .groups = 1,
                    .extent = {height, width}};
}

int64_t window_reach(const Window *window, int axis) {
    return window->dilation[axis] * (window->size[axis] - 1) + 1;
}

int64_t window_positions(const Window *window, int axis) {
    int64_t room = window->before[axis] + window->extent[axis] + window->after[axis] -
                   window_reach(window, axis);
    return room < 0 ? 0 : room / window->stride[axis] + 1;
}

int64_t window_pixel(const Window *window, int axis, int64_t position, int64_t tap) {
    int64_t pixel =
        position * window->stride[axis] - window->before[axis] + tap * window->dilation[axis];
    return pixel >= 0 && pixel < window->extent[axis] ? pixel : -1;
}

int64_t window_position(const Window *window, int axis, int64_t pixel, int64_t tap) {
    int64_t begin = pixel + window->before[axis] - tap * window->dilation[axis];
    if (begin < 0 || begin % window->stride[axis]) return -1;
    int64_t position = begin / window->stride[axis];
    return position < window_positions(window, axis) ? position : -1;
}

bool window_equal(const Window *a, const Window *b) {
    return !memcmp(a, b, sizeof *a);
}
