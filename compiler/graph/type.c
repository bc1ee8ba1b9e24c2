/* type.c: see type.h. Sizes are multiplied checked, so that a shape written by anyone is either
 * within MAX_ELEMENTS or refused. */

#include "graph/type.h"

#include "support/checked_math.h"

#include <inttypes.h>

Type type_real(bool batched, Shape shape) {
    return (Type){.element = ELEMENT_REAL, .batched = batched, .shape = shape};
}

Shape shape_scalar(void) {
    return (Shape){0};
}

Shape shape_of(int rank, const int64_t *dims) {
    Shape shape = {.rank = rank};
    for (int i = 0; i < rank && i < MAX_RANK; i++)
        shape.dims[i] = dims[i];
    return shape;
}

bool shape_equal(Shape a, Shape b) {
    if (a.rank != b.rank) return false;
    for (int i = 0; i < a.rank; i++)
        if (a.dims[i] != b.dims[i]) return false;
    return true;
}

bool type_equal(Type a, Type b) {
    return a.element == b.element && a.batched == b.batched && shape_equal(a.shape, b.shape);
}

int64_t shape_elements(Shape shape) {
    int64_t elements = 1;
    for (int i = 0; i < shape.rank; i++)
        elements *= shape.dims[i];
    return elements;
}

bool shape_is_valid(Shape shape) {
    if (shape.rank < 0 || shape.rank > MAX_RANK) return false;
    int64_t elements = 1;
    for (int i = 0; i < shape.rank; i++) {
        if (shape.dims[i] < 1) return false;
        if (!checked_multiply(elements, shape.dims[i], &elements)) return false;
        if (elements > MAX_ELEMENTS) return false;
    }
    return true;
}

bool shape_broadcast(Shape a, Shape b, Shape *result) {
    *result = a.rank >= b.rank ? a : b;
    for (int back = 1; back <= a.rank && back <= b.rank; back++) {
        int64_t x = a.dims[a.rank - back], y = b.dims[b.rank - back];
        if (x != y && x != 1 && y != 1) return false;
        result->dims[result->rank - back] = x > y ? x : y;
    }
    return true;
}

static void print_dims(Text *text, const char *first, Shape shape) {
    text_add_char(text, '[');
    text_add(text, first);
    for (int i = 0; i < shape.rank; i++)
        text_format(text, "%s%" PRId64, i || first[0] ? ", " : "", shape.dims[i]);
    text_add_char(text, ']');
}

void shape_print(Text *text, Shape shape) {
    print_dims(text, "", shape);
}

void type_print(Text *text, Type type) {
    text_add(text, type.element == ELEMENT_CLASS ? "class" : "real");
    print_dims(text, type.batched ? "n" : "", type.shape);
}
