/* read.c: the printed form of a view read back, for tests and for reduced cases of bugs. One line
 * is one node or one result; `#` begins a comment. Types are read, then checked against the shape
 * rules, so that a changed text gives words and never a wrong graph. */

#include "graph/print.h"
#include "support/number.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct Reader {
    Graph *graph;
    const char *at; /* what is left of the line */
    const char *end;
    int64_t line;
    NodeVec nodes; /* by printed number */
    View *view;
    const char *problem; /* the first; "" while all is well */
} Reader;

static void fail(Reader *reader, const char *what) {
    if (reader->problem[0]) return;
    reader->problem =
        arena_format(reader->graph->arena, "line %" PRId64 ": %s", reader->line, what);
}

/* ---- words ---- */

static void skip_blanks(Reader *reader) {
    while (reader->at < reader->end && *reader->at == ' ')
        reader->at++;
}

static bool accept(Reader *reader, const char *word) {
    skip_blanks(reader);
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length))
        return false;
    reader->at += length;
    return true;
}

static void expect(Reader *reader, const char *word) {
    if (!accept(reader, word))
        fail(reader, arena_format(reader->graph->arena, "expected '%s'", word));
}

static bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *read_word(Reader *reader) {
    skip_blanks(reader);
    const char *begin = reader->at;
    while (reader->at < reader->end && is_word_char(*reader->at))
        reader->at++;
    return arena_text(reader->graph->arena, begin, (size_t)(reader->at - begin));
}

static int64_t read_whole(Reader *reader) {
    skip_blanks(reader);
    const char *begin = reader->at;
    int64_t value = 0;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        if (value > MAX_ELEMENTS) break;
        value = value * 10 + (*reader->at++ - '0');
    }
    if (reader->at == begin || value > MAX_ELEMENTS) fail(reader, "expected a whole number");
    return value;
}

static double read_real(Reader *reader) {
    skip_blanks(reader);
    const char *begin = reader->at;
    while (reader->at < reader->end && *reader->at != ',' && *reader->at != ' ' &&
           *reader->at != ']')
        reader->at++;
    size_t length = (size_t)(reader->at - begin);
    double value = 0;
    if (length == 3 && !memcmp(begin, "nan", 3)) return strtod("nan", NULL);
    if (length == 3 && !memcmp(begin, "inf", 3)) return strtod("inf", NULL);
    if (length == 4 && !memcmp(begin, "-inf", 4)) return strtod("-inf", NULL);
    if (!number_read(begin, length, &value)) fail(reader, "expected a number");
    return value;
}

static Node *read_operand(Reader *reader) {
    int64_t number = read_whole(reader);
    if (reader->problem[0]) return NULL;
    if (number < reader->nodes.count) return reader->nodes.items[number];
    fail(reader, arena_format(reader->graph->arena, "%%%" PRId64 " is not defined above", number));
    return NULL;
}

/* ---- types and attributes ---- */

static Type read_type(Reader *reader) {
    Type type = {0};
    if (accept(reader, "class"))
        type.element = ELEMENT_CLASS;
    else
        expect(reader, "real");
    expect(reader, "[");
    if (accept(reader, "n")) {
        type.batched = true;
        accept(reader, ",");
    }
    while (!reader->problem[0] && !accept(reader, "]")) {
        if (type.shape.rank == MAX_RANK) {
            fail(reader, "too many axes");
            break;
        }
        type.shape.dims[type.shape.rank++] = read_whole(reader);
        accept(reader, ",");
    }
    return type;
}

/* "NAME=1,2,3"; at most MAX_RANK items. */
static int read_list(Reader *reader, const char *name, int64_t items[MAX_RANK]) {
    int count = 0;
    expect(reader, name);
    if (reader->at == reader->end || *reader->at < '0' || *reader->at > '9') return 0;
    do {
        if (count == MAX_RANK) {
            fail(reader, "too many axes");
            break;
        }
        items[count++] = read_whole(reader);
    } while (!reader->problem[0] && accept(reader, ","));
    return count;
}

static void read_literal(Reader *reader, Attr *attr, Type type) {
    if (!shape_is_valid(type.shape) ||
        shape_elements(type.shape) > (int64_t)(reader->end - reader->at)) {
        fail(reader, "a literal has one number an element");
        return;
    }
    int64_t count = shape_elements(type.shape);
    double *literal = ARENA_ARRAY(reader->graph->arena, double, count);
    expect(reader, "[");
    for (int64_t i = 0; i < count && !reader->problem[0]; i++) {
        if (i) expect(reader, ",");
        literal[i] = read_real(reader);
    }
    expect(reader, "]");
    attr->literal = literal;
}

static void read_runtime(Reader *reader, Attr *attr) {
    const char *word = read_word(reader);
    for (int number = 0; number <= RUNTIME_SAMPLE_COUNT; number++) {
        if (strcmp(word, runtime_word((RuntimeNumber)number))) continue;
        attr->runtime = (RuntimeNumber)number;
        if (number == RUNTIME_PLATEAUS) {
            expect(reader, "index=");
            attr->index = read_whole(reader);
        }
        return;
    }
    fail(reader, "unknown run-time number");
}

static void read_pair(Reader *reader, const char *name, int64_t pair[2]) {
    if (!accept(reader, name)) return;
    pair[0] = read_whole(reader);
    expect(reader, ",");
    pair[1] = read_whole(reader);
}

static void read_window(Reader *reader, Window *window) {
    *window = window_of(0, 0, 0, 0);
    read_pair(reader, "size=", window->size);
    read_pair(reader, "stride=", window->stride);
    read_pair(reader, "dilation=", window->dilation);
    read_pair(reader, "before=", window->before);
    read_pair(reader, "after=", window->after);
    read_pair(reader, "extent=", window->extent);
    if (accept(reader, "groups=")) window->groups = read_whole(reader);
}

static Attr read_attr(Reader *reader, OpKind op, Type type) {
    Attr attr = {0};
    int64_t items[MAX_RANK] = {0};
    switch (op_table[op].attr) {
    case ATTR_NONE: break;
    case ATTR_NUMBER: attr.number = read_real(reader); break;
    case ATTR_LITERAL: read_literal(reader, &attr, type); break;
    case ATTR_INDEX:
    case ATTR_STREAM:
        expect(reader, op_table[op].attr == ATTR_INDEX ? "index=" : "stream=");
        attr.index = read_whole(reader);
        break;
    case ATTR_RUNTIME: read_runtime(reader, &attr); break;
    case ATTR_TRANSPOSE:
        attr.transpose_a = accept(reader, "transpose_a");
        attr.transpose_b = accept(reader, "transpose_b");
        break;
    case ATTR_AXES:
        for (int i = read_list(reader, "axes=", items); i-- > 0;)
            if (items[i] < MAX_RANK)
                attr.axes |= 1u << items[i];
            else
                fail(reader, "no such axis");
        break;
    case ATTR_AXIS:
        expect(reader, "axis=");
        attr.axis = (int)(read_whole(reader) % (MAX_RANK + 1));
        break;
    case ATTR_PERMUTATION:
        for (int i = read_list(reader, "order=", items); i-- > 0;)
            attr.order[i] = (int)(items[i] % (MAX_RANK + 1));
        break;
    case ATTR_SLICE:
        expect(reader, "axis=");
        attr.axis = (int)(read_whole(reader) % (MAX_RANK + 1));
        expect(reader, "from=");
        attr.from = read_whole(reader);
        expect(reader, "to=");
        attr.to = read_whole(reader);
        break;
    case ATTR_PAD:
        read_list(reader, "before=", attr.before);
        read_list(reader, "after=", attr.after);
        expect(reader, "value=");
        attr.number = read_real(reader);
        break;
    case ATTR_WINDOW: read_window(reader, &attr.window); break;
    }
    return attr;
}

/* ---- lines ---- */

/* %number, or for elementwise operations a number for every element. */
static NodeVec read_operands(Reader *reader, OpKind op, Type type) {
    NodeVec operands = {0};
    bool elementwise = op_table[op].properties & OP_IS_ELEMENTWISE;
    for (skip_blanks(reader); !reader->problem[0] && reader->at < reader->end;
         skip_blanks(reader)) {
        Node *operand;
        if (accept(reader, "%"))
            operand = read_operand(reader);
        else if (!elementwise || !shape_is_valid(type.shape))
            break;
        else
            operand =
                graph_full(reader->graph, read_real(reader), type_real(type.batched, type.shape));
        if (operand) VEC_PUSH(reader->graph->arena, operands, operand);
    }
    return operands;
}

static void read_node(Reader *reader) {
    Graph *graph = reader->graph;
    if (read_whole(reader) != reader->nodes.count) fail(reader, "nodes are numbered from 0");
    expect(reader, "=");
    const char *word = read_word(reader);
    int op = 0;
    while (op < OP_COUNT && strcmp(word, op_table[op].name))
        op++;
    if (op == OP_COUNT) fail(reader, arena_format(graph->arena, "unknown operation '%s'", word));
    if (reader->problem[0]) return;
    Type type = read_type(reader);
    NodeVec operands = read_operands(reader, (OpKind)op, type);
    VEC(Type) types = {0};
    for (int64_t i = 0; i < operands.count; i++)
        VEC_PUSH(graph->arena, types, operands.items[i]->type);
    if (reader->problem[0]) return;
    Attr attr = read_attr(reader, (OpKind)op, type);
    if (reader->problem[0]) return;
    Type result;
    const char *problem = infer_check(graph->arena, (OpKind)op, &attr, types.items,
                                      (int)operands.count, &type, &result);
    if (!problem[0] && !type_equal(type, result)) problem = "the type is not that of the operation";
    if (problem[0]) {
        fail(reader, problem);
        return;
    }
    Node *node = graph_node(graph, (OpKind)op, attr, operands.items, (int)operands.count, &type);
    VEC_PUSH(graph->arena, reader->nodes, node);
}

static void read_result(Reader *reader) {
    const char *word = read_word(reader);
    int kind = 0;
    while (kind <= RESULT_PICTURE && strcmp(word, result_word((ResultKind)kind)))
        kind++;
    if (kind > RESULT_PICTURE) {
        fail(reader, arena_format(reader->graph->arena, "unknown result '%s'", word));
        return;
    }
    ViewResult result = {.kind = (ResultKind)kind};
    if (!accept(reader, "=")) {
        result.index = read_whole(reader);
        expect(reader, "=");
    }
    expect(reader, "%");
    if (reader->problem[0]) return;
    result.node = read_operand(reader);
    if (result.node) VEC_PUSH(reader->graph->arena, reader->view->results, result);
}

static void read_view_line(Reader *reader) {
    const char *word = read_word(reader);
    reader->view->name = word;
    for (int kind = 0; kind < VIEW_KIND_COUNT; kind++) {
        size_t length = strlen(view_names[kind]);
        if (strncmp(word, view_names[kind], length)) continue;
        if (word[length] && (kind != VIEW_STATISTICS || word[length] != '_')) continue;
        reader->view->kind = (ViewKind)kind;
        if (word[length]) reader->view->level = (int)strtol(word + length + 1, NULL, 10);
        return;
    }
    fail(reader, arena_format(reader->graph->arena, "unknown view '%s'", word));
}

static void read_line(Reader *reader) {
    const char *comment = memchr(reader->at, '#', (size_t)(reader->end - reader->at));
    if (comment) reader->end = comment;
    skip_blanks(reader);
    if (reader->at == reader->end) return;
    if (accept(reader, "%"))
        read_node(reader);
    else if (accept(reader, "view "))
        read_view_line(reader);
    else
        read_result(reader);
    skip_blanks(reader);
    if (reader->at != reader->end) fail(reader, "more on the line than expected");
}

const char *view_read(Graph *graph, const char *chars, View *view) {
    Reader reader = {.graph = graph, .view = view, .problem = ""};
    *view = (View){.name = ""};
    graph->forms_closed = true;
    while (*chars && !reader.problem[0]) {
        const char *end = strchr(chars, '\n');
        if (!end) end = chars + strlen(chars);
        reader.at = chars;
        reader.end = end;
        reader.line++;
        read_line(&reader);
        chars = *end ? end + 1 : end;
    }
    return reader.problem;
}
