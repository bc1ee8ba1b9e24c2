/* value.c: making, comparing and describing values. */
#include "elaborate/value.h"

#include <math.h>
#include <string.h>

#include "elaborate/function_value.h"

Value value_none(void) {
    return (Value){.kind = VALUE_NONE};
}

Value value_error(void) {
    return (Value){.kind = VALUE_ERROR};
}

Value value_number(double number) {
    return (Value){.kind = VALUE_NUMBER, .number = number};
}

Value value_boolean(bool boolean) {
    return (Value){.kind = VALUE_BOOLEAN, .boolean = boolean};
}

Value value_text(const char *text) {
    return (Value){.kind = VALUE_TEXT, .text = text};
}

Value value_list(ValueList *list) {
    list->leaves = 0;
    list->depth = 1;
    list->is_static = true;
    for (int64_t i = 0; i < list->count; i++) {
        Value item = list->items[i];
        bool nested = item.kind == VALUE_LIST;
        list->leaves += nested ? item.list->leaves : 1;
        if (list->leaves > LIST_LEAVES_LIMIT) list->leaves = LIST_LEAVES_LIMIT + 1;
        if (nested && item.list->depth >= list->depth) list->depth = item.list->depth + 1;
        if (item.kind == VALUE_TENSOR || (nested && !item.list->is_static)) list->is_static = false;
    }
    return (Value){.kind = VALUE_LIST, .list = list};
}

Value value_function(const FunctionValue *function) {
    return (Value){.kind = VALUE_FUNCTION, .function = function};
}

Value value_tensor(Node *node) {
    if (!node) return value_error();
    return (Value){.kind = VALUE_TENSOR, .node = node};
}

ValueList *value_new_list(Arena *arena, int64_t count) {
    ValueList *list = ARENA_NEW(arena, ValueList);
    list->count = count;
    list->items = ARENA_ARRAY(arena, Value, count);
    return list;
}

Value value_shape(Arena *arena, Shape shape) {
    ValueList *list = value_new_list(arena, shape.rank);
    for (int i = 0; i < shape.rank; i++)
        list->items[i] = value_number((double)shape.dims[i]);
    return value_list(list);
}

bool value_whole(Value value, int64_t *whole) {
    if (value.kind != VALUE_NUMBER || !(fabs(value.number) <= 9007199254740992.0) ||
        value.number != floor(value.number))
        return false;
    *whole = (int64_t)value.number;
    return true;
}

bool value_is_static(Value value) {
    return value.kind == VALUE_LIST ? value.list->is_static : value.kind != VALUE_TENSOR;
}

/* The recursions below go as deep as lists are nested: LIST_DEPTH_LIMIT. */
bool value_equal(Value a, Value b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case VALUE_NUMBER: return a.number == b.number;
    case VALUE_BOOLEAN: return a.boolean == b.boolean;
    case VALUE_TEXT: return strcmp(a.text, b.text) == 0;
    case VALUE_LIST:
        if (a.list->count != b.list->count) return false;
        for (int64_t i = 0; i < a.list->count; i++)
            if (!value_equal(a.list->items[i], b.list->items[i])) return false;
        return true;
    default: return false;
    }
}

bool value_is_numeric_list(Value value, Shape *shape) {
    if (value.kind != VALUE_LIST || value.list->count == 0) return false;
    Shape first = shape_scalar();
    for (int64_t i = 0; i < value.list->count; i++) {
        Value item = value.list->items[i];
        Shape inner = shape_scalar();
        if (item.kind == VALUE_LIST) {
            /* Each level adds an axis, so MAX_RANK ends the recursion. */
            if (!value_is_numeric_list(item, &inner)) return false;
        } else if (item.kind != VALUE_NUMBER && item.kind != VALUE_BOOLEAN) {
            return false;
        }
        if (i > 0 && !shape_equal(first, inner)) return false;
        first = inner;
    }
    if (first.rank >= MAX_RANK) return false;
    shape->rank = first.rank + 1;
    shape->dims[0] = value.list->count;
    memcpy(shape->dims + 1, first.dims, sizeof first.dims - sizeof first.dims[0]);
    return true;
}

const char *value_describe(Arena *arena, Value value) {
    Text text;
    text_init(&text, arena);
    switch (value.kind) {
    case VALUE_NONE:
    case VALUE_ERROR: text_add(&text, "nothing"); break;
    case VALUE_NUMBER:
        text_add(&text, "the number ");
        value_print(&text, value);
        break;
    case VALUE_BOOLEAN: text_add(&text, value.boolean ? "true" : "false"); break;
    case VALUE_TEXT:
        text_add(&text, "the text ");
        value_print(&text, value);
        break;
    case VALUE_LIST:
        if (value.list->count <= 8 && value_is_static(value)) {
            text_add(&text, "the list ");
            value_print(&text, value);
        } else {
            text_format(&text, "a list of %lld", (long long)value.list->count);
        }
        break;
    case VALUE_FUNCTION: text_format(&text, "the function %s", value.function->text); break;
    case VALUE_TENSOR:
        if (value.classes)
            text_format(&text, "a class of %lld", (long long)value.classes->count);
        else if (value.node->type.shape.rank == 0)
            text_add(&text, "a number known at run time");
        else
            text_add(&text, "a tensor "), value_print(&text, value);
        break;
    }
    return text.chars;
}

static void print_below(Text *text, Value value, int depth) {
    switch (value.kind) {
    case VALUE_NONE:
    case VALUE_ERROR: text_add(text, "?"); break;
    case VALUE_NUMBER: text_number(text, value.number); break;
    case VALUE_BOOLEAN: text_add(text, value.boolean ? "true" : "false"); break;
    case VALUE_TEXT: text_format(text, "\"%s\"", value.text); break;
    case VALUE_FUNCTION: text_add(text, value.function->text); break;
    case VALUE_TENSOR:
        if (value.classes)
            text_format(text, "class[%lld]", (long long)value.classes->count);
        else
            shape_print(text, value.node->type.shape);
        break;
    case VALUE_LIST:
        text_add_char(text, '[');
        for (int64_t i = 0; i < value.list->count; i++) {
            if (i > 0) text_add(text, ", ");
            if (i == 8 || depth > 3) {
                text_add(text, "...");
                break;
            }
            print_below(text, value.list->items[i], depth + 1);
        }
        text_add_char(text, ']');
        break;
    }
}

void value_print(Text *text, Value value) {
    print_below(text, value, 0);
}
