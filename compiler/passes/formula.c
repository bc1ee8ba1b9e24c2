/* formula.c: see formula.h.
 *
 * The depth of what is written is bounded, so recursion is; the depth is lowered until the text is
 * short enough.
 */

#include "passes/formula.h"

#include <inttypes.h>

enum { DEEPEST = 12, SHALLOW = 6 }; /* shallow formulas may be twice as long */

/* How tightly an operation binds; a looser operand stands in parentheses. */
typedef enum Binds {
    LOOSE,
    LOGIC,
    COMPARISON,
    SUM_LIKE,
    PRODUCT_LIKE,
    SIGN,
    POWER_LIKE,
    TIGHT
} Binds;

typedef struct Formula {
    Text *text;
    const Plan *plan;
    const Kernel *kernel;
    const int32_t *numbers;
    const Node *root; /* whose formula it is: other roots are called by name */
} Formula;

static void print(const Formula *formula, const Node *node, int depth, Binds around);

static const char *infix(OpKind op, Binds *binds) {
    switch (op) {
    case OP_OR: return *binds = LOGIC, " or ";
    case OP_AND: return *binds = LOGIC, " and ";
    case OP_EQUAL: return *binds = COMPARISON, " == ";
    case OP_NOT_EQUAL: return *binds = COMPARISON, " != ";
    case OP_LESS: return *binds = COMPARISON, " < ";
    case OP_LESS_EQUAL: return *binds = COMPARISON, " <= ";
    case OP_ADD: return *binds = SUM_LIKE, " + ";
    case OP_SUBTRACT: return *binds = SUM_LIKE, " - ";
    case OP_MULTIPLY: return *binds = PRODUCT_LIKE, " * ";
    case OP_DIVIDE: return *binds = PRODUCT_LIKE, " / ";
    case OP_MATMUL:
    case OP_CONTRACT: return *binds = PRODUCT_LIKE, " @ ";
    case OP_POWER: return *binds = POWER_LIKE, "^";
    default: return NULL;
    }
}

static const char *leaf_name(const Plan *plan, const Node *node) {
    switch (node->op) {
    case OP_INPUT: return plan->model->inputs.items[node->attr.index].name;
    case OP_VARIABLE: return plan->model->variables.items[node->attr.index].name;
    case OP_HYPER:
        return node->attr.index < plan->model->hypers.count
                   ? plan->model->hypers.items[node->attr.index].name
                   : "hyper";
    case OP_RUNTIME:
        switch (node->attr.runtime) {
        case RUNTIME_STEP: return "step";
        case RUNTIME_STEPS: return "steps";
        case RUNTIME_EPOCH: return "epoch";
        case RUNTIME_PLATEAUS: return "plateaus";
        case RUNTIME_SAMPLE_COUNT: return "n";
        }
        return "runtime";
    case OP_DRAW_UNIFORM: return "uniform()";
    case OP_DRAW_NORMAL: return "normal()";
    case OP_ACCUMULATED: return "total";
    case OP_LITERAL: return "literal";
    default: return NULL;
    }
}

static void print_value(Text *text, const Plan *plan, const Node *node, const int32_t *numbers) {
    while (node->op == OP_RESHAPE && !leaf_name(plan, node))
        node = node->operands[0];
    const char *name = leaf_name(plan, node);
    if (name)
        text_add(text, name);
    else
        text_format(text, "%%%" PRId32, numbers[node->id]);
}

void formula_print_name(Text *text, const Plan *plan, Binding binding, const int32_t *numbers) {
    const Buffer *buffer = &plan->buffers.items[binding.buffer];
    if (buffer->place == PLACE_VARIABLE)
        text_add(text, plan->model->variables.items[buffer->index].name);
    else
        print_value(text, plan, binding.node, numbers);
}

static bool is_input(const Formula *formula, const Node *node) {
    for (int64_t i = 0; i < formula->kernel->inputs.count; i++)
        if (formula->kernel->inputs.items[i].node == node) return true;
    return false;
}

/* Another value that the kernel stores; as in the language, a variable's name means its new value
 * from there on. */
static const Binding *other_root(const Formula *formula, const Node *node) {
    const BindingVec *outputs = &formula->kernel->outputs;
    for (int64_t i = 0; node != formula->root && i < outputs->count; i++)
        if (outputs->items[i].node == node) return &outputs->items[i];
    return NULL;
}

static void print_infix(const Formula *formula, const Node *node, const char *sign, Binds binds,
                        int depth) {
    bool turned_a = node->op == OP_CONTRACT || node->attr.transpose_a;
    print(formula, node->operands[0], depth, turned_a ? TIGHT : binds);
    if (turned_a) text_add_char(formula->text, '\'');
    const Node *b = node->operands[1];
    double number;
    if (node->op == OP_ADD && node_is_constant(b, &number) && number < 0) {
        text_format(formula->text, " - %.6g", -number);
        return;
    }
    text_add(formula->text, sign);
    print(formula, node->operands[1], depth, node->attr.transpose_b ? TIGHT : binds + 1);
    if (node->attr.transpose_b) text_add_char(formula->text, '\'');
}

static void print_call(const Formula *formula, const Node *node, int depth) {
    text_format(formula->text, "%s(",
                node->op == OP_MAXIMUM   ? "max"
                : node->op == OP_MINIMUM ? "min"
                                         : op_table[node->op].name);
    for (int i = 0; i < node->operand_count; i++) {
        if (i) text_add(formula->text, ", ");
        print(formula, node->operands[i], depth, LOOSE);
    }
    text_add_char(formula->text, ')');
}

static void print_choice(const Formula *formula, const Node *node, int depth, Binds around) {
    if (around > LOOSE) text_add_char(formula->text, '(');
    text_add(formula->text, "if ");
    print(formula, node->operands[0], depth, LOGIC);
    text_add(formula->text, " then ");
    print(formula, node->operands[1], depth, LOGIC);
    text_add(formula->text, " else ");
    print(formula, node->operands[2], depth, LOOSE);
    if (around > LOOSE) text_add_char(formula->text, ')');
}

static void print_operation(const Formula *formula, const Node *node, int depth, Binds around) {
    Binds binds = TIGHT;
    const char *sign = infix(node->op, &binds);
    if (sign || node->op == OP_NEGATE) {
        if (node->op == OP_NEGATE) binds = SIGN;
        if (binds < around) text_add_char(formula->text, '(');
        if (sign) {
            print_infix(formula, node, sign, binds, depth);
        } else {
            text_add_char(formula->text, '-');
            print(formula, node->operands[0], depth, SIGN);
        }
        if (binds < around) text_add_char(formula->text, ')');
    } else if (node->op == OP_SELECT) {
        print_choice(formula, node, depth, around);
    } else if (node->op == OP_TAKE) {
        print(formula, node->operands[0], depth, TIGHT);
        text_add_char(formula->text, '[');
        print(formula, node->operands[1], depth, LOOSE);
        text_add_char(formula->text, ']');
    } else {
        print_call(formula, node, depth);
    }
}

/* `depth`: how many operations may stand below this one. */
static void print(const Formula *formula, const Node *node, int depth, Binds around) {
    while (!is_input(formula, node) &&
           (node->op == OP_RESHAPE || node->op == OP_BROADCAST || node->op == OP_AS_REAL))
        node = node->operands[0];
    const Binding *root = other_root(formula, node);
    if (root)
        formula_print_name(formula->text, formula->plan, *root, formula->numbers);
    else if (node->op == OP_CONSTANT)
        text_format(formula->text, "%.6g", node->attr.number);
    else if (is_input(formula, node) || leaf_name(formula->plan, node))
        print_value(formula->text, formula->plan, node, formula->numbers);
    else if (depth == 0)
        text_add(formula->text, "..");
    else
        print_operation(formula, node, depth - 1, around);
}

void formula_print(Text *text, const Plan *plan, const Kernel *kernel, Binding output,
                   const int32_t *numbers, size_t width) {
    Text best;
    bool writes_variable = plan->buffers.items[output.buffer].place == PLACE_VARIABLE;
    for (int depth = DEEPEST; depth >= 1; depth--) {
        text_init(&best, text->arena);
        Formula formula = {&best, plan, kernel, numbers, output.node};
        formula_print_name(&best, plan, output, numbers);
        if (kernel->transposed) text_add_char(&best, '\'');
        text_add(&best, writes_variable ? " <- " : " = ");
        if (kernel->transposed) text_add(&best, "transpose(");
        if (kernel->family == KERNEL_COPY)
            formula_print_name(&best, plan, kernel->inputs.items[0], numbers);
        else
            print(&formula, output.node, depth, LOOSE);
        if (kernel->transposed) text_add_char(&best, ')');
        if (best.length <= width || (depth <= SHALLOW && best.length <= 2 * width)) break;
    }
    text_add(text, best.chars);
}
