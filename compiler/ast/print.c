/* print.c: the tree as text, one statement a line or more. See print.h. */

#include "ast/print.h"

#include "ast/print_parts.h"

enum { LINE_WIDTH = 96, INDENT = 2 };

typedef struct Printer {
    Text *text;
    int indent;         /* of the current statement, in characters */
    size_t line_begins; /* in text */
} Printer;

static void print_expr(Printer *printer, const Expr *expr);
static void print_operand(Printer *printer, const Expr *expr);
static void print_stage(Printer *printer, const Stage *stage);

static void new_line(Printer *printer) {
    text_add_char(printer->text, '\n');
    printer->line_begins = printer->text->length;
    text_indent(printer->text, printer->indent);
}

static size_t room(const Printer *printer) {
    size_t used = printer->text->length - printer->line_begins;
    return used < LINE_WIDTH ? LINE_WIDTH - used : 0;
}

static void open_list(Printer *printer, const char *bracket) {
    text_add(printer->text, bracket);
    printer->indent += INDENT;
}

static void close_list(Printer *printer, const char *bracket) {
    printer->indent -= INDENT;
    new_line(printer);
    text_add(printer->text, bracket);
}

static void print_exprs(Printer *printer, const ExprList *list) {
    open_list(printer, "[");
    for (int64_t i = 0; i < list->count; i++) {
        new_line(printer);
        print_expr(printer, list->items[i]);
        if (i + 1 < list->count) text_add_char(printer->text, ',');
    }
    close_list(printer, "]");
}

static void print_call(Printer *printer, const Call *call) {
    text_add(printer->text, call->name.text);
    if (!call->has_parentheses) return;
    open_list(printer, "(");
    for (int64_t i = 0; i < call->args.count; i++) {
        const Arg *arg = &call->args.items[i];
        new_line(printer);
        if (arg->name.text) text_format(printer->text, "%s = ", arg->name.text);
        print_expr(printer, arg->value);
        if (i + 1 < call->args.count) text_add_char(printer->text, ',');
    }
    close_list(printer, ")");
}

/* word operand, on a line of its own. */
static void print_next(Printer *printer, const char *word, const Expr *operand) {
    new_line(printer);
    text_format(printer->text, "%s ", word);
    print_operand(printer, operand);
}

/* An expression that does not fit the line, without parentheses of its own. */
static void print_broken(Printer *printer, const Expr *expr) {
    switch (expr->kind) {
    case EXPR_CALL: print_call(printer, &expr->call); break;
    case EXPR_LIST: print_exprs(printer, &expr->list); break;
    case EXPR_INDEX:
        print_operand(printer, expr->index.base);
        print_exprs(printer, &expr->index.indices);
        break;
    case EXPR_UNARY:
        text_add(printer->text, expr->unary.operator== OPERATOR_NOT ? "not " : "-");
        print_operand(printer, expr->unary.operand);
        break;
    case EXPR_CHAIN:
        print_operand(printer, expr->chain.first);
        for (int64_t i = 0; i < expr->chain.rest.count; i++)
            print_next(printer, operator_text(expr->chain.rest.items[i].operator),
                       expr->chain.rest.items[i].operand);
        break;
    case EXPR_COMPARISON:
    case EXPR_POWER:
        print_operand(printer, expr->binary.left);
        print_next(printer, operator_text(expr->binary.operator), expr->binary.right);
        break;
    case EXPR_IF:
        text_add(printer->text, "if ");
        print_expr(printer, expr->choice.condition);
        new_line(printer);
        text_add(printer->text, "then ");
        print_expr(printer, expr->choice.then_value);
        new_line(printer);
        text_add(printer->text, "else ");
        print_expr(printer, expr->choice.else_value);
        break;
    case EXPR_PIPE:
        print_operand(printer, expr->pipe.value);
        for (int64_t i = 0; i < expr->pipe.stages.count; i++) {
            new_line(printer);
            text_add(printer->text, "-> ");
            print_stage(printer, expr->pipe.stages.items[i]);
        }
        break;
    default: break; /* leaves are never broken */
    }
}

static bool is_leaf(const Expr *expr) {
    return expr->kind <= EXPR_NAME || (expr->kind == EXPR_CALL && expr->call.args.count == 0) ||
           (expr->kind == EXPR_LIST && expr->list.count == 0);
}

static void print_expr(Printer *printer, const Expr *expr) {
    size_t begin = printer->text->length;
    bool in_stages = expr->kind == EXPR_PIPE && expr->pipe.stages.count > 2;
    size_t limit = is_leaf(expr) ? SIZE_MAX / 2 : room(printer);
    if (!in_stages && print_flat_expr(printer->text, expr, limit)) return;
    text_cut(printer->text, begin);
    bool own_lines = expr->kind >= EXPR_UNARY; /* continued on indented lines */
    if (own_lines) printer->indent += INDENT;
    print_broken(printer, expr);
    if (own_lines) printer->indent -= INDENT;
}

static void print_operand(Printer *printer, const Expr *expr) {
    bool bare = print_is_operand(expr);
    if (!bare) text_add_char(printer->text, '(');
    print_expr(printer, expr);
    if (!bare) text_add_char(printer->text, ')');
}

static void print_stage(Printer *printer, const Stage *stage) {
    size_t begin = printer->text->length;
    if (print_flat_stage(printer->text, stage, room(printer))) return;
    text_cut(printer->text, begin);
    for (; stage->inner; stage = stage->inner) {
        text_add(printer->text, "repeat ");
        print_operand(printer, stage->repeat_count);
        text_add_char(printer->text, ' ');
    }
    print_call(printer, &stage->call);
}

static void print_block(Printer *printer, const Block *block);

static void print_statement(Printer *printer, const Statement *statement) {
    static const char *const words[] = {
        [STATEMENT_BIND] = "",
        [STATEMENT_ASSIGN] = "",
        [STATEMENT_INPUT] = "input ",
        [STATEMENT_TARGET] = "target ",
        [STATEMENT_OUTPUT] = "output ",
        [STATEMENT_PARAM] = "param ",
        [STATEMENT_STATE] = "state ",
        [STATEMENT_LOSS] = "loss ",
        [STATEMENT_METRIC] = "metric ",
        [STATEMENT_REGULARIZE] = "regularize ",
        [STATEMENT_FOR] = "for ",
        [STATEMENT_RETURN] = "return ",
        [STATEMENT_REQUIRE] = "require ",
    };
    Text *text = printer->text;
    text_add(text, words[statement->kind]);
    if (statement->name.text) text_add(text, statement->name.text);
    if (statement->type.name.text) {
        text_format(text, " : %s", statement->type.name.text);
        if (statement->type.sizes.count > 0) {
            Expr sizes = {.kind = EXPR_LIST, .list = statement->type.sizes};
            print_expr(printer, &sizes);
        }
    }
    if (statement->shape) {
        text_add(text, " : ");
        print_expr(printer, statement->shape);
    }
    if (statement->stage) {
        if (statement->kind == STATEMENT_PARAM) text_add(text, " ~ ");
        print_stage(printer, statement->stage);
    }
    if (statement->value) {
        if (statement->kind == STATEMENT_ASSIGN)
            text_add(text, " <- ");
        else if (statement->kind == STATEMENT_FOR)
            text_add(text, " in ");
        else if (statement->name.text)
            text_add(text, " = ");
        print_expr(printer, statement->value);
    }
    for (int64_t i = 0; i < statement->message.count; i++) {
        text_add(text, ", ");
        print_expr(printer, statement->message.items[i]);
    }
    if (statement->kind == STATEMENT_FOR) print_block(printer, &statement->body);
}

static void print_block(Printer *printer, const Block *block) {
    open_list(printer, " {");
    for (int64_t i = 0; i < block->statements.count; i++) {
        new_line(printer);
        print_statement(printer, block->statements.items[i]);
    }
    close_list(printer, "}");
}

static void print_function(Printer *printer, const Item *item) {
    Text *text = printer->text;
    text_format(text, "%s %s(", function_kind_text(item->function_kind), item->name.text);
    for (int64_t i = 0; i < item->params.count; i++) {
        const Param *param = &item->params.items[i];
        text_format(text, "%s%s", i > 0 ? ", " : "", param->name.text);
        if (!param->default_value) continue;
        text_add(text, " = ");
        print_expr(printer, param->default_value);
    }
    text_add_char(text, ')');
    if (item->has_body) {
        print_block(printer, &item->body);
        return;
    }
    text_add(text, " = ");
    print_expr(printer, item->value);
}

static void print_settings(Printer *printer, const SettingList *settings) {
    open_list(printer, " {");
    for (int64_t i = 0; i < settings->count; i++) {
        new_line(printer);
        text_format(printer->text, "%s = ", settings->items[i].name.text);
        print_expr(printer, settings->items[i].value);
    }
    close_list(printer, "}");
}

static void print_item(Printer *printer, const Item *item) {
    Text *text = printer->text;
    switch (item->kind) {
    case ITEM_INCLUDE:
        text_add(text, "include ");
        print_text_literal(text, item->path.text);
        break;
    case ITEM_CONST:
    case ITEM_HYPER:
        text_format(text, "%s %s = ", item->kind == ITEM_CONST ? "const" : "hyper",
                    item->name.text);
        print_expr(printer, item->value);
        break;
    case ITEM_FUNCTION: print_function(printer, item); break;
    case ITEM_MODEL:
        text_format(text, "model %s", item->name.text);
        print_block(printer, &item->body);
        break;
    case ITEM_DATA:
    case ITEM_TRAIN:
        text_add(text, item->kind == ITEM_DATA ? "data" : "train");
        print_settings(printer, &item->settings);
        break;
    }
    new_line(printer);
}

void ast_print(const File *file, Text *text) {
    Printer printer = {.text = text, .line_begins = text->length};
    for (int64_t i = 0; i < file->items.count; i++) {
        if (i > 0) new_line(&printer);
        print_item(&printer, file->items.items[i]);
    }
}
