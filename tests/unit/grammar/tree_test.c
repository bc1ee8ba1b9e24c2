/* tree: ranges and fields that the printed tree does not show. */
#include <CUnit/CUnit.h>

#include "grammar/parsed.h"
#include "grammar/tests.h"

#define ASSERT_RANGE(range, expected) CU_ASSERT_STRING_EQUAL(range_text(&parsed, range), expected)

void tree_ranges(void) {
    Parsed parsed;
    parse_text(&parsed, "const a = (1 + 2) * f(3, b = c[4]) - -5\n"
                        "layer g(x, y = 2) {\n"
                        "    for i in [1] {\n        x = x -> h(i)\n    }\n"
                        "    return if x then 1 else 2\n}\n");
    CU_ASSERT_EQUAL_FATAL(parsed.file->items.count, 2);
    const Item *item = parsed.file->items.items[0];
    ASSERT_RANGE(item->range, "const a = (1 + 2) * f(3, b = c[4]) - -5");
    ASSERT_RANGE(item->keyword, "const");
    ASSERT_RANGE(item->name.range, "a");
    const Expr *sum = item->value;
    ASSERT_RANGE(sum->range, "(1 + 2) * f(3, b = c[4]) - -5");
    ASSERT_RANGE(sum->chain.rest.items[0].operator_range, "-");
    ASSERT_RANGE(sum->chain.rest.items[0].operand->range, "-5");
    const Expr *product = sum->chain.first;
    ASSERT_RANGE(product->range, "(1 + 2) * f(3, b = c[4])");
    ASSERT_RANGE(product->chain.first->range, "1 + 2");
    CU_ASSERT(product->chain.first->parenthesized && !product->parenthesized);
    const Expr *call = product->chain.rest.items[0].operand;
    ASSERT_RANGE(call->range, "f(3, b = c[4])");
    ASSERT_RANGE(call->call.name.range, "f");
    ASSERT_RANGE(call->call.args.items[1].range, "b = c[4]");
    ASSERT_RANGE(call->call.args.items[1].name.range, "b");
    ASSERT_RANGE(call->call.args.items[1].value->range, "c[4]");
    item = parsed.file->items.items[1];
    ASSERT_RANGE(item->range, "layer g(x, y = 2)");
    ASSERT_RANGE(item->params.items[1].range, "y = 2");
    CU_ASSERT_EQUAL(item->body.range.end, parsed.file->source->length - 1);
    const Statement *loop = item->body.statements.items[0];
    ASSERT_RANGE(loop->range, "for i in [1]");
    const Expr *pipe = loop->body.statements.items[0]->value;
    ASSERT_RANGE(pipe->range, "x -> h(i)");
    ASSERT_RANGE(pipe->pipe.stages.items[0]->range, "h(i)");
    ASSERT_RANGE(item->body.statements.items[1]->value->range, "if x then 1 else 2");
    arena_free(&parsed.arena);
}

void tree_chains(void) {
    Parsed parsed;
    Arena arena;
    arena_init(&arena);
    Text text;
    text_init(&text, &arena);
    text_add(&text, "const a = 0");
    for (int i = 1; i < 20000; i++)
        text_format(&text, " %c %d", i % 2 ? '+' : '-', i);
    text_add(&text, "\nconst b = x");
    for (int i = 0; i < 20000; i++)
        text_add(&text, " -> f");
    text_add(&text, "\nconst c = a[0]"); /* an index of an index nests */
    for (int i = 1; i < 200; i++)
        text_add(&text, "[0]");
    parse_bytes(&parsed, text.chars, text.length);
    CU_ASSERT_FALSE_FATAL(diag_failed(&parsed.diags));
    const Expr *sum = parsed.file->items.items[0]->value;
    CU_ASSERT(sum->kind == EXPR_CHAIN && sum->chain.rest.count == 19999 && sum->nesting == 0);
    CU_ASSERT_EQUAL(sum->chain.rest.items[1].operator, OPERATOR_SUBTRACT);
    const Expr *pipe = parsed.file->items.items[1]->value;
    CU_ASSERT(pipe->kind == EXPR_PIPE && pipe->pipe.stages.count == 20000);
    CU_ASSERT_EQUAL(parsed.file->items.items[2]->value->nesting, 200);
    arena_free(&parsed.arena);

    /* Parentheses and another precedence end a chain. */
    parse_text(&parsed, "const a = (1 + 2) + 3 * 4 + 5\nconst b = (a -> f) -> g");
    sum = parsed.file->items.items[0]->value;
    CU_ASSERT_EQUAL(sum->chain.rest.count, 2);
    CU_ASSERT(sum->chain.first->kind == EXPR_CHAIN && sum->chain.first->parenthesized);
    pipe = parsed.file->items.items[1]->value;
    CU_ASSERT(pipe->pipe.stages.count == 1 && pipe->pipe.value->kind == EXPR_PIPE);
    arena_free(&parsed.arena);
    arena_free(&arena);
}

void tree_statements(void) {
    Parsed parsed;
    parse_text(&parsed, "model m {\n"
                        "    input x : image[2, 3]\n"
                        "    param w : [1] ~ repeat 2 normal(0)\n"
                        "    param b = 15%\n"
                        "    s <- training\n"
                        "    output t = \"a\\\\b\"\n"
                        "}\ninclude \"c\\\"d\"\n");
    CU_ASSERT_FALSE_FATAL(diag_failed(&parsed.diags));
    Statement **list = parsed.file->items.items[0]->body.statements.items;
    CU_ASSERT_EQUAL(list[0]->kind, STATEMENT_INPUT);
    CU_ASSERT_STRING_EQUAL(list[0]->type.name.text, "image");
    CU_ASSERT_EQUAL(list[0]->type.sizes.count, 2);
    ASSERT_RANGE(list[0]->type.range, "image[2, 3]");
    CU_ASSERT_EQUAL(list[1]->kind, STATEMENT_PARAM);
    CU_ASSERT_EQUAL(list[1]->shape->kind, EXPR_LIST);
    CU_ASSERT_PTR_NULL(list[1]->value);
    CU_ASSERT_EQUAL(list[1]->stage->repeat_count->number, 2);
    CU_ASSERT_STRING_EQUAL(list[1]->stage->inner->call.name.text, "normal");
    CU_ASSERT_EQUAL(list[2]->value->number, 0.15);
    CU_ASSERT_PTR_NULL(list[2]->shape);
    CU_ASSERT_EQUAL(list[3]->kind, STATEMENT_ASSIGN);
    ASSERT_RANGE(list[3]->keyword, "<-");
    CU_ASSERT_EQUAL(list[3]->value->kind, EXPR_TRAINING);
    CU_ASSERT_STRING_EQUAL(list[4]->value->text, "a\\b");
    CU_ASSERT_STRING_EQUAL(parsed.file->items.items[1]->path.text, "c\"d");
    CU_ASSERT_PTR_EQUAL(list[0]->name.text, intern_text(&parsed.interner, "x"));
    arena_free(&parsed.arena);
}

void tree_survives_errors(void) {
    Parsed parsed;
    parse_text(&parsed, "const = 1\nconst b = 2\n"
                        "model m {\n    input x real\n    y = (1\n    z = 3 3\n    w = 4\n}\n"
                        "layer l(x {\n    a b\n}\nconst c = 5\n");
    CU_ASSERT_EQUAL(parsed.diags.error_count, 5);
    CU_ASSERT_EQUAL_FATAL(parsed.file->items.count, 3);
    CU_ASSERT_STRING_EQUAL(parsed.file->items.items[0]->name.text, "b");
    const Block *body = &parsed.file->items.items[1]->body;
    CU_ASSERT_EQUAL_FATAL(body->statements.count, 1);
    CU_ASSERT_STRING_EQUAL(body->statements.items[0]->name.text, "w");
    CU_ASSERT_STRING_EQUAL(parsed.file->items.items[2]->name.text, "c");
    arena_free(&parsed.arena);
}
