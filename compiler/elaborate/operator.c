/* operator.c: + - * / ^ @, comparison and logic, on compile-time values and on tensors.
 *
 * Numbers known at compile time stay so (in double); lists of numbers are combined element by
 * element; as soon as a tensor takes part, the result is a tensor. Broadcasting becomes explicit
 * nodes here.
 */
#include "elaborate/operator.h"

#include <math.h>
#include <string.h>

#include "elaborate/report.h"
#include "elaborate/tensor.h"
#include "math/math_functions.h"
#include "math/math_scalar.h"

Value finite_number(Elaborator *e, SourceRange range, double number) {
    if (isfinite(number)) return value_number(number);
    return fail(e, range, "not-finite", "this number is %s",
                isnan(number) ? "not defined" : "too large");
}

/* ---- at compile time ---- */

/* Comparison of two numbers at compile time. */
static bool compare_numbers(Operator operator, double a, double b) {
    switch (operator) {
    case OPERATOR_EQUAL: return a == b;
    case OPERATOR_NOT_EQUAL: return a != b;
    case OPERATOR_LESS: return a < b;
    case OPERATOR_LESS_EQUAL: return a <= b;
    case OPERATOR_GREATER: return a > b;
    default: return a >= b;
    }
}

/* a^b in double by the project's own functions: the same on every machine. */
static double power(double a, double b) {
    MathBuilder exact = math_scalar_builder(MATH_F64);
    if (b == floor(b) && fabs(b) <= MATH_MAX_WHOLE_POWER) {
        MathValue base = math_scalar_number(&exact, a);
        return math_scalar_value(&exact, math_whole_power(&exact, base, (int)b));
    }
    return math_scalar_call2(&exact, math_pow, a, b);
}

/* Arithmetic and comparison of two numbers; the result is finite or reported. */
static Value number_operator(Elaborator *e, Operator operator, SourceRange range, double a,
                             double b) {
    switch (operator) {
    case OPERATOR_ADD: return finite_number(e, range, a + b);
    case OPERATOR_SUBTRACT: return finite_number(e, range, a - b);
    case OPERATOR_MULTIPLY: return finite_number(e, range, a * b);
    case OPERATOR_DIVIDE:
        if (b == 0) return fail(e, range, "division-by-zero", "division by zero");
        return finite_number(e, range, a / b);
    case OPERATOR_POWER:
        if (a == 0 && b < 0) return fail(e, range, "division-by-zero", "zero to a negative power");
        return finite_number(e, range, power(a, b));
    default: return value_boolean(compare_numbers(operator, a, b));
    }
}

static bool is_comparison(Operator operator) {
    return operator>= OPERATOR_EQUAL && operator<= OPERATOR_GREATER_EQUAL;
}

/* Element by element; a number meets each element. Nesting is at most LIST_DEPTH_LIMIT. */
static Value list_operator(Elaborator *e, Operator operator, SourceRange range, Value a, Value b) {
    if (a.kind != VALUE_LIST && b.kind != VALUE_LIST) {
        if (a.kind != VALUE_NUMBER || b.kind != VALUE_NUMBER)
            return fail(e, range, "wrong-type", "cannot calculate with %s",
                        value_describe(e->arena, a.kind == VALUE_NUMBER ? b : a));
        return number_operator(e, operator, range, a.number, b.number);
    }
    int64_t count = a.kind == VALUE_LIST ? a.list->count : b.list->count;
    if (a.kind == VALUE_LIST && b.kind == VALUE_LIST && b.list->count != count)
        return fail(e, range, "shape-mismatch", "a list of %lld meets a list of %lld",
                    (long long)count, (long long)b.list->count);
    if (!limit_elements(e, range, count)) return value_error();
    ValueList *list = value_new_list(e->arena, count);
    for (int64_t i = 0; i < count; i++) {
        Value x = a.kind == VALUE_LIST ? a.list->items[i] : a;
        Value y = b.kind == VALUE_LIST ? b.list->items[i] : b;
        list->items[i] = list_operator(e, operator, range, x, y);
        if (value_is_error(list->items[i])) return value_error();
    }
    return value_list(list);
}

static bool is_calculable(Value value) {
    return value.kind == VALUE_NUMBER || value.kind == VALUE_LIST;
}

/* ---- on tensors ---- */

static const struct OperatorRow {
    OpKind op;
    bool swapped; /* a > b is b < a */
    const char *text;
    const char *verb; /* "cannot add A and B" */
    const char *join;
} operator_rows[] = {
    [OPERATOR_ADD] = {OP_ADD, false, "+", "add", "and"},
    [OPERATOR_SUBTRACT] = {OP_SUBTRACT, false, "-", "calculate", "-"},
    [OPERATOR_MULTIPLY] = {OP_MULTIPLY, false, "*", "multiply", "and"},
    [OPERATOR_DIVIDE] = {OP_DIVIDE, false, "/", "divide", "by"},
    [OPERATOR_POWER] = {OP_POWER, false, "^", "raise", "to the power"},
    [OPERATOR_AND] = {OP_AND, false, "and", "combine", "and"},
    [OPERATOR_OR] = {OP_OR, false, "or", "combine", "or"},
    [OPERATOR_EQUAL] = {OP_EQUAL, false, "==", "compare", "and"},
    [OPERATOR_NOT_EQUAL] = {OP_NOT_EQUAL, false, "!=", "compare", "and"},
    [OPERATOR_LESS] = {OP_LESS, false, "<", "compare", "and"},
    [OPERATOR_LESS_EQUAL] = {OP_LESS_EQUAL, false, "<=", "compare", "and"},
    [OPERATOR_GREATER] = {OP_LESS, true, ">", "compare", "and"},
    [OPERATOR_GREATER_EQUAL] = {OP_LESS_EQUAL, true, ">=", "compare", "and"},
};

/* Broadcasts both sides and combines them, or reports both shapes. */
static Value elementwise(Elaborator *e, const struct OperatorRow *row, SourceRange range,
                         const Expr *left, Value a, const Expr *right, Value b) {
    Node *x = want_tensor(e, a, left ? left->range : range,
                          arena_format(e->arena, "the left side of '%s'", row->text));
    Node *y = want_tensor(e, b, right ? right->range : range,
                          arena_format(e->arena, "the right side of '%s'", row->text));
    if (!x || !y) return value_error();
    Shape both;
    if (!shape_broadcast(x->type.shape, y->type.shape, &both)) {
        Text text;
        text_init(&text, e->arena);
        text_format(&text, "cannot %s ", row->verb);
        shape_print(&text, x->type.shape);
        text_format(&text, " %s ", row->join);
        shape_print(&text, y->type.shape);
        Diagnostic *diag = report_error(e, range, "shape-mismatch", "%s", text.chars);
        report_where_from(e, diag, left, a);
        report_where_from(e, diag, right, b);
        report_trail(e, diag, range);
        return value_error();
    }
    return value_tensor(row->swapped ? make_binary(e, range, row->op, y, x)
                                     : make_binary(e, range, row->op, x, y));
}

Value apply_elementwise(Elaborator *e, OpKind op, const char *name, SourceRange range,
                        const Expr *left, Value a, const Expr *right, Value b) {
    struct OperatorRow row = {op, false, name, "compare", "and"};
    return elementwise(e, &row, range, left, a, right, b);
}

/* ---- classes ---- */

static bool is_class(Value value) {
    return value.kind == VALUE_TENSOR && value.node->type.element == ELEMENT_CLASS;
}

/* y == "cat": the number of the class with that name. */
static Value class_number(Elaborator *e, Value class, Value name, SourceRange range) {
    const ClassType *type = class.classes;
    for (int64_t i = 0; type && i < type->names.count; i++)
        if (strcmp(type->names.items[i], name.text) == 0) return value_number((double)i);
    return fail(e, range, "unknown-class", "the class has no value named \"%s\"", name.text);
}

/* Classes are compared as numbers; a text names the class of the other side. */
static Value compare_class(Elaborator *e, Operator operator, SourceRange range, const Expr *left,
                           Value a, const Expr *right, Value b) {
    Value class = is_class(a) ? a : b, other = is_class(a) ? b : a;
    if (is_class(other) && class.classes && other.classes &&
        class.classes->count != other.classes->count)
        return fail(e, range, "class-mismatch", "cannot compare a class of %lld and one of %lld",
                    (long long)a.classes->count, (long long)b.classes->count);
    if (operator!= OPERATOR_EQUAL && operator!= OPERATOR_NOT_EQUAL && class.classes &&
        class.classes->count != 2)
        return fail(e, range, "class-as-number",
                    "classes have no order: only == and != compare "
                    "them");
    if (other.kind == VALUE_TEXT) {
        other = class_number(e, class, other, range);
        if (value_is_error(other)) return other;
        *(is_class(a) ? &b : &a) = other;
    }
    origin_set(e, range);
    if (is_class(a)) a = value_tensor(graph_unary(e->graph, OP_AS_REAL, a.node));
    if (is_class(b)) b = value_tensor(graph_unary(e->graph, OP_AS_REAL, b.node));
    return elementwise(e, &operator_rows[operator], range, left, a, right, b);
}

/* ---- all of them ---- */

/* `and` and `or`: on tensors element by element, 1 or 0. */
static Value apply_logic(Elaborator *e, Operator operator, SourceRange range, const Expr *left,
                         Value a, const Expr *right, Value b) {
    if (a.kind == VALUE_BOOLEAN && b.kind == VALUE_BOOLEAN)
        return value_boolean(operator== OPERATOR_AND ? a.boolean && b.boolean
                                                     : a.boolean || b.boolean);
    Value values[2] = {a, b};
    for (int i = 0; i < 2; i++)
        if (values[i].kind != VALUE_BOOLEAN && values[i].kind != VALUE_TENSOR)
            return fail(e, range, "wrong-type", "'%s' needs true or false, not %s",
                        operator_text(operator), value_describe(e->arena, values[i]));
    return elementwise(e, &operator_rows[operator], range, left, a, right, b);
}

Value apply_binary(Elaborator *e, Operator operator, SourceRange range, const Expr *left, Value a,
                   const Expr *right, Value b) {
    if (value_is_error(a) || value_is_error(b)) return value_error();
    if (operator== OPERATOR_MATMUL) return matrix_product(e, range, left, a, right, b);
    if (operator== OPERATOR_AND || operator== OPERATOR_OR)
        return apply_logic(e, operator, range, left, a, right, b);
    bool equality = operator== OPERATOR_EQUAL || operator== OPERATOR_NOT_EQUAL;
    if (equality && value_is_static(a) && value_is_static(b) && a.kind != VALUE_FUNCTION &&
        b.kind != VALUE_FUNCTION) {
        if (a.kind != b.kind)
            return fail(e, range, "wrong-type", "cannot compare %s and %s",
                        value_describe(e->arena, a), value_describe(e->arena, b));
        return value_boolean(value_equal(a, b) == (operator== OPERATOR_EQUAL));
    }
    if (value_is_static(a) && value_is_static(b) && is_calculable(a) && is_calculable(b)) {
        if (is_comparison(operator) && (a.kind == VALUE_LIST || b.kind == VALUE_LIST))
            return fail(e, range, "wrong-type", "lists have no order: only == and != compare them");
        return list_operator(e, operator, range, a, b);
    }
    if (value_is_static(a) && value_is_static(b) &&
        (a.kind == VALUE_BOOLEAN || b.kind == VALUE_BOOLEAN))
        return fail(e, range, "wrong-type", "cannot calculate with %s",
                    value_describe(e->arena, a.kind == VALUE_BOOLEAN ? a : b));
    if (is_comparison(operator) && (is_class(a) || is_class(b)))
        return compare_class(e, operator, range, left, a, right, b);
    double divisor;
    if (operator== OPERATOR_DIVIDE &&(
            (b.kind == VALUE_NUMBER && b.number == 0) ||
            (b.kind == VALUE_TENSOR && node_is_constant(b.node, &divisor) && divisor == 0)))
        return fail(e, range, "division-by-zero", "division by zero");
    return elementwise(e, &operator_rows[operator], range, left, a, right, b);
}

/* -[1, 2] */
static Value negate_list(Elaborator *e, SourceRange range, Value a) {
    return list_operator(e, OPERATOR_MULTIPLY, range, a, value_number(-1));
}

Value apply_unary(Elaborator *e, Operator operator, SourceRange range, Value a) {
    if (value_is_error(a)) return a;
    if (operator== OPERATOR_NOT) {
        if (a.kind == VALUE_BOOLEAN) return value_boolean(!a.boolean);
        if (a.kind != VALUE_TENSOR)
            return fail(e, range, "wrong-type", "'not' needs true or false, not %s",
                        value_describe(e->arena, a));
        Node *node = want_tensor(e, a, range, "what stands behind 'not'");
        return value_tensor(make_unary(e, range, OP_NOT, node));
    }
    if (a.kind == VALUE_NUMBER) return value_number(-a.number);
    if (a.kind == VALUE_LIST && value_is_static(a)) return negate_list(e, range, a);
    Node *node = want_tensor(e, a, range, "what stands behind '-'");
    return value_tensor(make_unary(e, range, OP_NEGATE, node));
}
