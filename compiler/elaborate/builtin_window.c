/* builtin_window.c: convolutions and pools of images, and the shape of a convolution's kernel.
 *
 * Sizes, strides and dilations are a whole number for both axes or [vertical, horizontal]. Padding
 * is "valid" (none), "same" (as much as the result needs to have ceil(pixels / stride) pixels, the
 * odd one at the end, as Keras), a number for all sides, [vertical, horizontal], or
 * [[top, bottom], [left, right]]. Messages name the layer of the library that the user called.
 */
#include <string.h>

#include "elaborate/builtin.h"
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/tensor.h"

const char *user_call(const Elaborator *e, const char *name) {
    for (const Frame *frame = e->frame; frame; frame = frame->caller) {
        if (!frame->function || !frame->function->is_library) break;
        name = frame->function->item->name.text;
    }
    return name;
}

/* ---- arguments ---- */

/* One whole number for both axes, or two. */
static bool want_pair(Elaborator *e, Value value, SourceRange range, const char *what, int64_t from,
                      int64_t pair[2]) {
    Value both[2] = {value, value};
    if (value.kind == VALUE_LIST) {
        if (value.list->count != 2) {
            fail(e, range, "wrong-value", "%s is one number or [vertical, horizontal], not %s",
                 what, value_describe(e->arena, value));
            return false;
        }
        both[0] = value.list->items[0];
        both[1] = value.list->items[1];
    }
    return want_whole(e, both[0], range, what, from, WINDOW_LARGEST, &pair[0]) &&
           want_whole(e, both[1], range, what, from, WINDOW_LARGEST, &pair[1]);
}

/* Left out, it stays as it is. */
static bool optional_pair(Elaborator *e, const Bound *call, int i, const char *what,
                          int64_t pair[2]) {
    return call->values[i].kind == VALUE_NONE ||
           want_pair(e, call->values[i], call->ranges[i], what, 1, pair);
}

/* Before and after along each axis; `given` is a number, a pair, or a pair of pairs. */
static bool want_padding(Elaborator *e, Value given, SourceRange range, Window *window) {
    bool is_list = given.kind == VALUE_LIST && given.list->count == 2;
    if (!is_list || given.list->items[0].kind != VALUE_LIST) {
        if (!want_pair(e, given, range, "the padding", 0, window->before)) return false;
        memcpy(window->after, window->before, sizeof window->after);
        return true;
    }
    for (int axis = 0; axis < 2; axis++) {
        int64_t sides[2];
        if (!want_pair(e, given.list->items[axis], range, "the padding", 0, sides)) return false;
        window->before[axis] = sides[0];
        window->after[axis] = sides[1];
    }
    return true;
}

typedef enum Padding { PADDING_VALID, PADDING_SAME, PADDING_NUMBERS } Padding;

static bool want_padding_kind(Elaborator *e, const Bound *call, int i, Padding usual,
                              Window *window, Padding *padding) {
    Value value = call->values[i];
    *padding = usual;
    if (value.kind == VALUE_NONE) return true;
    *padding = PADDING_NUMBERS;
    if (value.kind != VALUE_TEXT) return want_padding(e, value, call->ranges[i], window);
    *padding = strcmp(value.text, "same") == 0 ? PADDING_SAME : PADDING_VALID;
    if (*padding == PADDING_SAME || strcmp(value.text, "valid") == 0) return true;
    fail(e, call->ranges[i], "wrong-value",
         "the padding is \"same\", \"valid\", a number or [vertical, horizontal], not \"%s\"",
         value.text);
    return false;
}

/* Keras 3, padding = "same": the result has ceil(pixels / stride) pixels, and the padding is what
 * is missing for that, half of it before. */
static void pad_same(Window *window) {
    for (int axis = 0; axis < 2; axis++) {
        int64_t stride = window->stride[axis], pixels = window->extent[axis];
        int64_t positions = (pixels + stride - 1) / stride;
        int64_t total = (positions - 1) * stride + window_reach(window, axis) - pixels;
        if (total < 0) total = 0;
        window->before[axis] = total / 2;
        window->after[axis] = total - total / 2;
    }
}

/* ---- images ---- */

Node *want_image(Elaborator *e, const Bound *call, const char *name) {
    Node *x = want_tensor(e, call->values[0], call->ranges[0],
                          arena_format(e->arena, "the argument of %s", name));
    if (!x) return NULL;
    Shape shape = x->type.shape;
    if (shape.rank == 3) {
        if (x->type.batched || (e->purpose != PURPOSE_MODEL && e->purpose != PURPOSE_METRIC))
            return x;
        return make_broadcast(e, call->range, x, type_real(true, shape));
    }
    Text text;
    text_init(&text, e->arena);
    shape_print(&text, shape);
    Diagnostic *diag =
        report_error(e, call->ranges[0], "shape-mismatch",
                     "%s needs an image [height, width, channels], not %s", name, text.chars);
    report_where_from(e, diag, call->exprs ? call->exprs[0] : NULL, call->values[0]);
    if (shape.rank == 1)
        diag_help(e->diags, diag, "flatten and dense come after the layers that work on images");
    else if (shape.rank == 2)
        diag_help(e->diags, diag,
                  "one channel is an axis, too: reshape([%lld, %lld, 1]), or declare the input as "
                  "image[...]",
                  (long long)shape.dims[0], (long long)shape.dims[1]);
    report_trail(e, diag, call->range);
    return NULL;
}

/* Reports a window that has no place in its image. */
static bool window_fits(Elaborator *e, const Bound *call, const char *name, const char *what,
                        const Window *window) {
    if (window_positions(window, 0) >= 1 && window_positions(window, 1) >= 1) return true;
    Text text;
    text_init(&text, e->arena);
    text_format(&text, "%s: the %s of %lld x %lld", name, what, (long long)window->size[0],
                (long long)window->size[1]);
    int64_t rows = window_reach(window, 0), columns = window_reach(window, 1);
    if (rows != window->size[0] || columns != window->size[1])
        text_format(&text, " reaches with its dilation over %lld x %lld pixels and",
                    (long long)rows, (long long)columns);
    text_format(&text, " is larger than the image of %lld x %lld", (long long)window->extent[0],
                (long long)window->extent[1]);
    int64_t padding = 0;
    for (int axis = 0; axis < 2; axis++)
        padding += window->before[axis] + window->after[axis];
    if (padding)
        text_format(&text, ", %lld x %lld with its padding",
                    (long long)(window->before[0] + window->extent[0] + window->after[0]),
                    (long long)(window->before[1] + window->extent[1] + window->after[1]));
    Diagnostic *diag = report_error(e, call->range, "shape-mismatch", "%s", text.chars);
    report_where_from(e, diag, call->exprs ? call->exprs[0] : NULL, call->values[0]);
    diag_help(e->diags, diag, "take a smaller %s, pad more, or reduce the image less before", what);
    report_trail(e, diag, call->range);
    return false;
}

/* ---- convolutions ---- */

/* Reports channels or filters that do not divide into groups. */
static bool divides(Elaborator *e, const Bound *call, const char *name, int64_t count,
                    const char *what, int64_t groups) {
    if (count % groups == 0) return true;
    Diagnostic *diag = report_error(e, call->range, "wrong-value",
                                    "%s: %lld %s cannot be divided into %lld groups", name,
                                    (long long)count, what, (long long)groups);
    int64_t fits = groups < count ? groups : count;
    while (count % fits != 0)
        fits--;
    if (strcmp(what, "channels") == 0)
        diag_help(e->diags, diag, "groups = %lld divides them", (long long)fits);
    else
        diag_help(e->diags, diag, "take a multiple of %lld", (long long)groups);
    report_where_from(e, diag, call->exprs ? call->exprs[0] : NULL, call->values[0]);
    report_trail(e, diag, call->range);
    return false;
}

Value builtin_image_shape(Elaborator *e, const Builtin *builtin, const Bound *call) {
    Node *x = want_image(e, call, user_call(e, builtin->name));
    return x ? value_shape(e->arena, x->type.shape) : value_error();
}

Value builtin_group_size(Elaborator *e, const Builtin *builtin, const Bound *call) {
    const char *name = user_call(e, builtin->name);
    int64_t channels, groups;
    if (!want_whole(e, call->values[0], call->ranges[0], "the number of channels", 1, MAX_ELEMENTS,
                    &channels) ||
        !want_whole(e, call->values[1], call->ranges[1], "the number of groups", 1, WINDOW_LARGEST,
                    &groups) ||
        !divides(e, call, name, channels, "channels", groups))
        return value_error();
    int64_t size = channels / groups;
    return value_number((double)size);
}

/* [rows, columns, channels of a group, filters] of the kernel for an image. */
Value builtin_kernel_shape(Elaborator *e, const Builtin *builtin, const Bound *call) {
    const char *name = user_call(e, builtin->name);
    Node *x = want_image(e, call, name);
    int64_t pair[2], filters, groups = 1;
    if (!x || !want_pair(e, call->values[1], call->ranges[1], "the kernel", 1, pair) ||
        !want_whole(e, call->values[2], call->ranges[2], "the number of filters", 1, MAX_ELEMENTS,
                    &filters))
        return value_error();
    if (call->values[3].kind != VALUE_NONE &&
        !want_whole(e, call->values[3], call->ranges[3], "the number of groups", 1, WINDOW_LARGEST,
                    &groups))
        return value_error();
    int64_t channels = x->type.shape.dims[2];
    if (!divides(e, call, name, channels, "channels", groups) ||
        !divides(e, call, name, filters, "filters", groups))
        return value_error();
    int64_t group_channels = channels / groups;
    ValueList *list = value_new_list(e->arena, 4);
    list->items[0] = value_number((double)pair[0]);
    list->items[1] = value_number((double)pair[1]);
    list->items[2] = value_number((double)group_channels);
    list->items[3] = value_number((double)filters);
    return value_list(list);
}

/* What conv2d and conv2d_transpose share: x, w and the window but its padding; NULL after a
 * report. */
static Node *convolution_window(Elaborator *e, const char *name, const Bound *call, Node **w,
                                Window *window) {
    Node *x = want_image(e, call, name);
    *w = want_tensor(e, call->values[1], call->ranges[1],
                     arena_format(e->arena, "the weights of %s", name));
    if (!x || !*w) return NULL;
    Shape kernel = (*w)->type.shape;
    if (kernel.rank != 4) {
        Diagnostic *diag =
            report_error(e, call->ranges[1], "shape-mismatch",
                         "%s needs weights [rows, columns, channels, filters], not %s", name,
                         value_describe(e->arena, call->values[1]));
        diag_help(e->diags, diag, "layers that bring their weights: conv and conv_transpose");
        report_trail(e, diag, call->ranges[1]);
        return NULL;
    }
    *window =
        window_of(kernel.dims[0], kernel.dims[1], x->type.shape.dims[0], x->type.shape.dims[1]);
    if (!optional_pair(e, call, 2, "the stride", window->stride) ||
        !optional_pair(e, call, 4, "the dilation", window->dilation))
        return NULL;
    if (call->values[5].kind != VALUE_NONE &&
        !want_whole(e, call->values[5], call->ranges[5], "the number of groups", 1, WINDOW_LARGEST,
                    &window->groups))
        return NULL;
    return x;
}

Value builtin_conv2d(Elaborator *e, const Builtin *builtin, const Bound *call) {
    const char *name = user_call(e, builtin->name);
    Node *w;
    Attr attr = {0};
    Node *x = convolution_window(e, name, call, &w, &attr.window);
    Padding padding;
    if (!x || !want_padding_kind(e, call, 3, PADDING_SAME, &attr.window, &padding))
        return value_error();
    if (padding == PADDING_SAME) pad_same(&attr.window);
    if (!window_fits(e, call, name, "kernel", &attr.window)) return value_error();
    Node *operands[2] = {x, w};
    return value_tensor(make_node(e, call->range, builtin->op, attr, operands, 2, NULL));
}

/* The result is the image from which a convolution of this window would give x. Keras 3: with
 * "same" it has x's pixels times the stride, with "valid" what a kernel larger than the stride
 * reaches beyond that; with numbers the smallest such image, as PyTorch. */
Value builtin_conv2d_transpose(Elaborator *e, const Builtin *builtin, const Bound *call) {
    const char *name = user_call(e, builtin->name);
    Node *w;
    Attr attr = {0};
    Window *window = &attr.window;
    Node *x = convolution_window(e, name, call, &w, window);
    Padding padding;
    if (!x || !want_padding_kind(e, call, 3, PADDING_SAME, window, &padding)) return value_error();
    for (int axis = 0; axis < 2; axis++) {
        int64_t pixels = x->type.shape.dims[axis], stride = window->stride[axis];
        int64_t beyond = window_reach(window, axis) - stride;
        if (pixels > MAX_ELEMENTS / stride)
            return fail(e, call->range, "too-large", "%s: the result has more than 2^40 elements",
                        name);
        if (padding != PADDING_NUMBERS) {
            window->extent[axis] = pixels * stride;
            if (padding == PADDING_VALID && beyond > 0) window->extent[axis] += beyond;
            continue;
        }
        window->extent[axis] =
            pixels * stride + beyond - window->before[axis] - window->after[axis];
        if (window->extent[axis] < 1)
            return fail(e, call->range, "shape-mismatch",
                        "%s: the padding is larger than the result", name);
    }
    if (padding == PADDING_SAME) pad_same(window);
    Node *operands[2] = {x, w};
    return value_tensor(make_node(e, call->range, builtin->op, attr, operands, 2, NULL));
}

/* ---- pools ---- */

Value builtin_pool2d(Elaborator *e, const Builtin *builtin, const Bound *call) {
    const char *name = user_call(e, builtin->name);
    Node *x = want_image(e, call, name);
    Attr attr = {0};
    Window *window = &attr.window;
    Padding padding;
    if (!x) return value_error();
    *window = window_of(1, 1, x->type.shape.dims[0], x->type.shape.dims[1]);
    if (!want_pair(e, call->values[1], call->ranges[1], "the size of the pool", 1, window->size))
        return value_error();
    memcpy(window->stride, window->size, sizeof window->stride);
    if (!optional_pair(e, call, 2, "the stride", window->stride) ||
        !want_padding_kind(e, call, 3, PADDING_VALID, window, &padding))
        return value_error();
    if (padding == PADDING_SAME) pad_same(window);
    if (!window_fits(e, call, name, "pool", window)) return value_error();
    return value_tensor(make_node(e, call->range, builtin->op, attr, &x, 1, NULL));
}
