/* require.c: require condition, "message": what a function asks of its arguments.
 *
 * The mistake is the caller's, so the message stands at the call. Of a condition that only the
 * running program knows (a rate that is a hyper-parameter, a share drawn for each sample) nothing
 * can be said here: a function lets it pass. In the model itself such a condition could never mean
 * anything, and is an error.
 */
#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/statement.h"

/* Texts as they are, other values as they would be written, with a space between; no space before
 * a comma or the like. False when a part was wrong. */
static bool message_text(Elaborator *e, const ExprList *parts, Text *text) {
    for (int64_t i = 0; i < parts->count; i++) {
        Value part = evaluate(e, parts->items[i]);
        if (value_is_error(part)) return false;
        bool is_text = part.kind == VALUE_TEXT;
        char first = is_text ? part.text[0] : 0;
        if (i > 0 && first != ',' && first != ';' && first != ':' && first != '.')
            text_add_char(text, ' ');
        if (is_text)
            text_add(text, part.text);
        else
            value_print(text, part);
    }
    return true;
}

/* At the call of the function; in the model at the statement itself. */
static void report_requirement(Elaborator *e, const Statement *statement) {
    Text text;
    text_init(&text, e->arena);
    if (!message_text(e, &statement->message, &text)) return;
    const Origin *call = e->frame->origin;
    SourceRange place = call ? call->range : statement->range;
    Diagnostic *diag = report_error(e, place, "requirement", "%s", text.chars);
    if (call && statement->range.source && !statement->range.source->is_library)
        diag_note(e->diags, diag, statement->range, "required here");
    report_trail(e, diag, place);
}

/* What the function would compute of wrong arguments is not looked at: one mistake, one message. */
static void leave_function(Elaborator *e) {
    if (!e->frame->function) return;
    e->frame->returned = value_error();
    e->frame->has_returned = true;
}

void check_requirement(Elaborator *e, const Statement *statement) {
    Value condition = evaluate(e, statement->value);
    if (condition.kind == VALUE_BOOLEAN && condition.boolean) return;
    if (condition.kind == VALUE_TENSOR && e->frame->function) return;
    if (condition.kind == VALUE_BOOLEAN) {
        report_requirement(e, statement);
    } else if (!value_is_error(condition)) {
        Diagnostic *diag = report_error(e, statement->value->range, "wrong-type",
                                        "what is required is true or false when the model is "
                                        "compiled, not %s",
                                        value_describe(e->arena, condition));
        report_trail(e, diag, statement->value->range);
    }
    leave_function(e);
}
