/* value.h: what an expression of the language has as its value.
 *
 * Numbers, booleans, texts, lists and functions are known at compile time; a tensor is a node of
 * the graph. The error value stands for an expression that was wrong and has been reported: whoever
 * meets it passes it on silently, so one mistake gives one message.
 */
#ifndef NNC_ELABORATE_VALUE_H
#define NNC_ELABORATE_VALUE_H

#include "graph/model.h"
#include "support/text.h"

/* Lists longer (through all nesting) or deeper than this are refused, so walks stay short. */
enum { LIST_LEAVES_LIMIT = 1000000, LIST_DEPTH_LIMIT = 64 };

typedef enum ValueKind {
    VALUE_NONE,     /* nothing was given: an argument left out */
    VALUE_ERROR,    /* wrong, and reported */
    VALUE_NUMBER,   /* number */
    VALUE_BOOLEAN,  /* boolean */
    VALUE_TEXT,     /* text */
    VALUE_LIST,     /* list; shapes are lists of whole numbers */
    VALUE_FUNCTION, /* function: a stage, a call that lacks its first argument */
    VALUE_TENSOR,   /* node, and classes when its elements are class numbers */
} ValueKind;

/* class[10], class["cat", "dog"]: what the numbers of a class tensor mean. */
typedef struct ClassType {
    int64_t count;
    Names names; /* empty when only the count was given */
} ClassType;

typedef struct Value {
    ValueKind kind;
    union {
        double number;
        bool boolean;
        const char *text;
        const struct ValueList *list;
        const struct FunctionValue *function;
        Node *node;
    };
    const ClassType *classes; /* of a tensor of classes, else NULL */
    int64_t variable;         /* 1 + the variable that this tensor is; 0: it is none */
} Value;

typedef struct ValueList {
    int64_t count;
    Value *items;
    /* Set by value_list(): */
    int64_t leaves; /* values in it, through all nesting */
    int depth;      /* 1: no list in it */
    bool is_static; /* no tensor in it */
} ValueList;

Value value_none(void);
Value value_error(void);
Value value_number(double number);
Value value_boolean(bool boolean);
Value value_text(const char *text);
/* The list, whose items are complete now. */
Value value_list(ValueList *list);
Value value_function(const struct FunctionValue *function);
/* A tensor of real numbers; the error value for NULL. */
Value value_tensor(Node *node);
/* A list of the dims. */
Value value_shape(Arena *arena, Shape shape);
/* A list of `count` values, all NONE, to be filled in through ->items. */
ValueList *value_new_list(Arena *arena, int64_t count);

static inline bool value_is_error(Value value) {
    return value.kind == VALUE_ERROR;
}
/* True for a number without fraction that fits int64_t; then *whole is it. */
bool value_whole(Value value, int64_t *whole);
/* True when the value is known at compile time: no tensor in it. */
bool value_is_static(Value value);
/* Equality of values known at compile time (not functions). */
bool value_equal(Value a, Value b);
/* True for a list, of any nesting, whose leaves are all numbers or booleans, with equal lengths at
 * each level; then *shape is its shape as a tensor. */
bool value_is_numeric_list(Value value, Shape *shape);

/* What a value is, for messages: "the number 3", "the text \"a\"", "a list of 3", "a function",
 * "a tensor [3, 4]", "a class of 10". */
const char *value_describe(Arena *arena, Value value);
/* The value as it would be written, for the text of calls: 32, "same", [3, 3], relu; a tensor as
 * its shape. */
void value_print(Text *text, Value value);

#endif
