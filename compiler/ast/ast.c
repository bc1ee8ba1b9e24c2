/* ast.c: the words of the tree's enumerations. See ast.h. */

#include "ast/ast.h"

const char *operator_text(Operator operator) {
    static const char *const texts[] = {
        [OPERATOR_ADD] = "+",      [OPERATOR_SUBTRACT] = "-",
        [OPERATOR_MULTIPLY] = "*", [OPERATOR_DIVIDE] = "/",
        [OPERATOR_MATMUL] = "@",   [OPERATOR_POWER] = "^",
        [OPERATOR_AND] = "and",    [OPERATOR_OR] = "or",
        [OPERATOR_EQUAL] = "==",   [OPERATOR_NOT_EQUAL] = "!=",
        [OPERATOR_LESS] = "<",     [OPERATOR_LESS_EQUAL] = "<=",
        [OPERATOR_GREATER] = ">",  [OPERATOR_GREATER_EQUAL] = ">=",
        [OPERATOR_NEGATE] = "-",   [OPERATOR_NOT] = "not",
    };
    return texts[operator];
}

const char *function_kind_text(FunctionKind kind) {
    static const char *const texts[] = {
        [FUNCTION_ACTIVATION] = "activation",
        [FUNCTION_LAYER] = "layer",
        [FUNCTION_LOSS] = "loss",
        [FUNCTION_METRIC] = "metric",
        [FUNCTION_REGULARIZER] = "regularizer",
        [FUNCTION_OPTIMIZER] = "optimizer",
        [FUNCTION_SCHEDULE] = "schedule",
        [FUNCTION_INITIALIZER] = "initializer",
    };
    return texts[kind];
}
