/* print_expr.c: expressions on one line. See print.h.
 *
 * Printing stops soon after the limit, so that trying whether a large expression fits a line costs
 * no more than the line.
 */

#include <string.h>

#include "ast/print.h"
#include "ast/print_parts.h"
#include "support/utf8.h"

typedef struct Flat {
    Text *text;
    size_t stop; /* length of text at which to stop */
} Flat;

static void flat_expr(Flat *flat, const Expr *expr);
static void flat_operand(Flat *flat, const Expr *expr);

static bool is_full(const Flat *flat) {
    return flat->text->length > flat->stop;
}

void print_text_literal(Text *text, const char *chars) {
    text_add_char(text, '"');
    for (const char *c = chars; *c != '\0';) {
        size_t plain = strcspn(c, "\"\\\t");
        utf8_add_escaped(text, c, plain);
        c += plain;
        if (*c == '\t')
            text_add_char(text, *c++); /* there is no escape for it */
        else if (*c != '\0')
            text_format(text, "\\%c", *c++);
    }
    text_add_char(text, '"');
}

/* [a, b] */
static void flat_exprs(Flat *flat, const ExprList *list) {
    text_add_char(flat->text, '[');
    for (int64_t i = 0; i < list->count && !is_full(flat); i++) {
        if (i > 0) text_add(flat->text, ", ");
        flat_expr(flat, list->items[i]);
    }
    text_add_char(flat->text, ']');
}

static void flat_call(Flat *flat, const Call *call) {
    text_add(flat->text, call->name.text);
    if (!call->has_parentheses) return;
    text_add_char(flat->text, '(');
    for (int64_t i = 0; i < call->args.count && !is_full(flat); i++) {
        const Arg *arg = &call->args.items[i];
        if (i > 0) text_add(flat->text, ", ");
        if (arg->name.text) text_format(flat->text, "%s = ", arg->name.text);
        flat_expr(flat, arg->value);
    }
    text_add_char(flat->text, ')');
}

static void flat_stage(Flat *flat, const Stage *stage) {
    for (; stage->inner; stage = stage->inner) {
        text_add(flat->text, "repeat ");
        flat_operand(flat, stage->repeat_count);
        text_add_char(flat->text, ' ');
    }
    flat_call(flat, &stage->call);
}

static void flat_chain(Flat *flat, const Expr *expr) {
    flat_operand(flat, expr->chain.first);
    for (int64_t i = 0; i < expr->chain.rest.count && !is_full(flat); i++) {
        const ChainLink *link = &expr->chain.rest.items[i];
        text_format(flat->text, " %s ", operator_text(link->operator));
        flat_operand(flat, link->operand);
    }
}

static void flat_pipe(Flat *flat, const Expr *expr) {
    flat_operand(flat, expr->pipe.value);
    for (int64_t i = 0; i < expr->pipe.stages.count && !is_full(flat); i++) {
        text_add(flat->text, " -> ");
        flat_stage(flat, expr->pipe.stages.items[i]);
    }
}

/* Without parentheses of its own. */
static void flat_expr(Flat *flat, const Expr *expr) {
    Text *text = flat->text;
    if (is_full(flat)) return;
    switch (expr->kind) {
    case EXPR_NUMBER: text_number(text, expr->number); break;
    case EXPR_TEXT: print_text_literal(text, expr->text); break;
    case EXPR_BOOLEAN: text_add(text, expr->boolean ? "true" : "false"); break;
    case EXPR_TRAINING: text_add(text, "training"); break;
    case EXPR_NAME: text_add(text, expr->name); break;
    case EXPR_CALL: flat_call(flat, &expr->call); break;
    case EXPR_LIST: flat_exprs(flat, &expr->list); break;
    case EXPR_INDEX:
        flat_operand(flat, expr->index.base);
        flat_exprs(flat, &expr->index.indices);
        break;
    case EXPR_UNARY:
        text_add(text, expr->unary.operator== OPERATOR_NOT ? "not " : "-");
        flat_operand(flat, expr->unary.operand);
        break;
    case EXPR_CHAIN: flat_chain(flat, expr); break;
    case EXPR_COMPARISON:
    case EXPR_POWER:
        flat_operand(flat, expr->binary.left);
        text_format(text, " %s ", operator_text(expr->binary.operator));
        flat_operand(flat, expr->binary.right);
        break;
    case EXPR_IF:
        text_add(text, "if ");
        flat_expr(flat, expr->choice.condition);
        text_add(text, " then ");
        flat_expr(flat, expr->choice.then_value);
        text_add(text, " else ");
        flat_expr(flat, expr->choice.else_value);
        break;
    case EXPR_PIPE: flat_pipe(flat, expr); break;
    }
}

bool print_is_operand(const Expr *expr) {
    return expr->kind <= EXPR_INDEX;
}

static void flat_operand(Flat *flat, const Expr *expr) {
    bool bare = print_is_operand(expr);
    if (!bare) text_add_char(flat->text, '(');
    flat_expr(flat, expr);
    if (!bare) text_add_char(flat->text, ')');
}

bool print_flat_expr(Text *text, const Expr *expr, size_t limit) {
    Flat flat = {.text = text, .stop = text->length + limit};
    flat_expr(&flat, expr);
    return !is_full(&flat);
}

bool print_flat_stage(Text *text, const Stage *stage, size_t limit) {
    Flat flat = {.text = text, .stop = text->length + limit};
    flat_stage(&flat, stage);
    return !is_full(&flat);
}

void ast_print_expr(const Expr *expr, size_t limit, Text *text) {
    size_t begin = text->length;
    if (print_flat_expr(text, expr, limit)) return;
    size_t cut = begin + limit;
    while (cut > begin && ((unsigned char)text->chars[cut] & 0xc0) == 0x80)
        cut--; /* not inside of a character */
    text_cut(text, cut);
    text_add(text, "...");
}
