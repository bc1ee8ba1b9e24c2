/* report.c: placing messages, the call trail, and the limits of an elaboration. */
#include "elaborate/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "elaborate/expression.h"

/* The call trail is cut in its middle when it is longer than this. */
enum { TRAIL_NOTES = 6 };

/* Errors, repeated ones counted, after which elaboration stops: what is kept was found long before.
 */
enum { REPORTS_LIMIT = 2000 };

/* printf into the arena. */
static const char *format_message(Arena *arena, const char *format, va_list arguments) {
    va_list copy;
    va_copy(copy, arguments);
    int length = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    if (length < 0) return format;
    char *message = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(message, (size_t)length + 1, format, arguments);
    return message;
}

/* Places in the embedded library are never the primary place of a message. */
static bool in_library(SourceRange range) {
    return range.source && range.source->is_library;
}

/* Reports one error. A loop that meets the same mistake ever again ends the elaboration. */
static Diagnostic *report_counted(Elaborator *e, SourceRange place, const char *name,
                                  const char *message) {
    if (++e->reports >= REPORTS_LIMIT) e->stopped = true;
    return diag_error(e->diags, place, name, "%s", message);
}

/* The innermost place in the user's files: `range`, or the call that led into the library. */
static SourceRange primary_place(const Elaborator *e, SourceRange range) {
    const Origin *origin = e->frame ? e->frame->origin : NULL;
    while (in_library(range) && origin) {
        range = origin->range;
        origin = origin->caller;
    }
    return range;
}

Diagnostic *report_error(Elaborator *e, SourceRange range, const char *name, const char *format,
                         ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *message = format_message(e->arena, format, arguments);
    va_end(arguments);
    return report_counted(e, primary_place(e, range), name, message);
}

Diagnostic *report_warning(Elaborator *e, SourceRange range, const char *name, const char *format,
                           ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *message = format_message(e->arena, format, arguments);
    va_end(arguments);
    return diag_warning(e->diags, primary_place(e, range), name, "%s", message);
}

void report_trail(Elaborator *e, Diagnostic *diag, SourceRange range) {
    SourceRange primary = primary_place(e, range);
    if (in_library(range)) diag_note(e->diags, diag, range, "here in the library's text");
    int count = 0;
    for (const Origin *o = e->frame ? e->frame->origin : NULL; o; o = o->caller) {
        bool is_primary = o->range.source == primary.source && o->range.begin == primary.begin &&
                          o->range.end == primary.end;
        if (is_primary || count++ >= TRAIL_NOTES) continue;
        diag_note(e->diags, diag, o->range, "in %s, called here", o->call ? o->call : "a call");
    }
    if (count > TRAIL_NOTES)
        diag_note(e->diags, diag, source_nowhere(), "and %d calls more", count - TRAIL_NOTES);
}

Value fail(Elaborator *e, SourceRange range, const char *name, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *message = format_message(e->arena, format, arguments);
    va_end(arguments);
    Diagnostic *diag = report_counted(e, primary_place(e, range), name, message);
    report_trail(e, diag, range);
    return value_error();
}

void report_duplicate(Elaborator *e, SourceRange range, SourceRange other, const char *what) {
    Diagnostic *diag = report_error(e, range, "duplicate", "%s", what);
    diag_note(e->diags, diag, other, "it is declared here first");
    report_trail(e, diag, range);
}

void report_where_from(Elaborator *e, Diagnostic *diag, const Expr *expr, Value value) {
    if (!expr || value.kind != VALUE_TENSOR || expr->kind != EXPR_NAME || !e->frame) return;
    const Binding *binding = scope_find(e->frame->scope, expr->name);
    if (!binding || !binding->range.source || binding->range.source->is_library) return;
    Text text;
    text_init(&text, e->arena);
    value_print(&text, value);
    if (binding->expr)
        diag_note(e->diags, diag, binding->range, "'%s' is %s: %s", binding->name, text.chars,
                  source_excerpt(e->arena, binding->expr->range, 60));
    else
        diag_note(e->diags, diag, binding->range, "'%s' is %s", binding->name, text.chars);
}

const char *source_excerpt(Arena *arena, SourceRange range, int limit) {
    Text text;
    text_init(&text, arena);
    bool space = false, comment = false;
    for (uint32_t i = range.begin; range.source && i < range.end; i++) {
        char c = range.source->chars[i];
        comment = (comment || c == '#') && c != '\n';
        if (comment || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            space = true;
            continue;
        }
        /* Cut only before the first byte of a character. */
        if ((int)text.length >= limit && ((unsigned char)c & 0xC0) != 0x80) {
            text_add(&text, " ...");
            break;
        }
        if (space && text.length > 0) text_add_char(&text, ' ');
        space = false;
        text_add_char(&text, c);
    }
    return text.chars;
}

const Origin *origin_here(Elaborator *e, SourceRange range) {
    Origin *origin = ARENA_NEW(e->arena, Origin);
    origin->range = range;
    origin->caller = e->frame ? e->frame->origin : NULL;
    origin->path = e->frame ? e->frame->path : "";
    return origin;
}

bool limit_step(Elaborator *e, SourceRange range) {
    if (e->stopped) return false;
    e->steps++;
    bool too_slow = false;
    if (e->steps % 256 == 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        too_slow = now.tv_sec - e->started.tv_sec > SECONDS_LIMIT;
    }
    if (e->steps <= STEPS_LIMIT && !too_slow) return true;
    if (too_slow)
        fail(e, range, "too-many-steps", "elaborating the model takes more than %d seconds",
             SECONDS_LIMIT);
    else
        fail(e, range, "too-many-steps",
             "the model unfolds to more than %d statements, calls and turns of loops", STEPS_LIMIT);
    e->stopped = true;
    return false;
}

bool limit_elements(Elaborator *e, SourceRange range, int64_t count) {
    if (e->stopped) return false;
    e->elements += count;
    if (e->elements <= ELEMENTS_LIMIT) return true;
    fail(e, range, "too-many-steps", "the model unfolds to lists of more than %d elements in all",
         ELEMENTS_LIMIT);
    e->stopped = true;
    return false;
}
