/* diag.c: collecting diagnostics. See diag.h; printing is in diag_print.c. */

#include "support/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void diag_init(Diagnostics *diags, Arena *arena) {
    *diags = (Diagnostics){.arena = arena};
}

static const char *format_message(Arena *arena, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *message = arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
    if (length > 0) vsnprintf(message, (size_t)length + 1, format, again);
    va_end(again);
    return message;
}

static bool is_repeated(const Diagnostics *diags, SourceRange range, const char *name) {
    if (!range.source) return false;
    for (int64_t i = 0; i < diags->list.count; i++) {
        const Diagnostic *diag = diags->list.items[i];
        if (diag->range.begin == range.begin && diag->range.end == range.end &&
            diag->range.source == range.source && strcmp(diag->name, name) == 0)
            return true;
    }
    return false;
}

static WarningPolicy policy_of(const Diagnostics *diags, const char *name) {
    for (int64_t i = diags->policies.count; i-- > 0;) /* the last option wins */
        if (strcmp(diags->policies.items[i].name, name) == 0)
            return diags->policies.items[i].policy;
    return diags->warnings_are_errors ? WARNING_ERROR : WARNING_ON;
}

static Diagnostic *report(Diagnostics *diags, Severity severity, SourceRange range,
                          const char *name, const char *format, va_list args) {
    if (severity == SEVERITY_WARNING) {
        WarningPolicy policy = policy_of(diags, name);
        if (policy == WARNING_OFF) return &diags->dropped;
        if (policy == WARNING_ERROR) severity = SEVERITY_ERROR;
    }
    if (severity == SEVERITY_REMARK && policy_of(diags, name) == WARNING_OFF)
        return &diags->dropped;
    if (is_repeated(diags, range, name)) return &diags->dropped;

    int64_t kept = severity == SEVERITY_ERROR ? diags->error_count
                                              : diags->warning_count + diags->remark_count;
    if (severity == SEVERITY_ERROR) diags->error_count++;
    if (severity == SEVERITY_WARNING) diags->warning_count++;
    if (severity == SEVERITY_REMARK) diags->remark_count++;
    if (kept >= DIAG_KEPT) return &diags->dropped;

    Diagnostic *diag = ARENA_NEW(diags->arena, Diagnostic);
    diag->severity = severity;
    diag->name = name;
    diag->range = range;
    diag->message = format_message(diags->arena, format, args);
    VEC_PUSH(diags->arena, diags->list, diag);
    return diag;
}

Diagnostic *diag_error(Diagnostics *diags, SourceRange range, const char *name, const char *format,
                       ...) {
    va_list args;
    va_start(args, format);
    Diagnostic *diag = report(diags, SEVERITY_ERROR, range, name, format, args);
    va_end(args);
    return diag;
}

Diagnostic *diag_warning(Diagnostics *diags, SourceRange range, const char *name,
                         const char *format, ...) {
    va_list args;
    va_start(args, format);
    Diagnostic *diag = report(diags, SEVERITY_WARNING, range, name, format, args);
    va_end(args);
    return diag;
}

Diagnostic *diag_remark(Diagnostics *diags, SourceRange range, const char *name, const char *format,
                        ...) {
    va_list args;
    va_start(args, format);
    Diagnostic *diag = report(diags, SEVERITY_REMARK, range, name, format, args);
    va_end(args);
    return diag;
}

void diag_note(Diagnostics *diags, Diagnostic *diag, SourceRange range, const char *format, ...) {
    if (diag == &diags->dropped) return;
    va_list args;
    va_start(args, format);
    DiagNote note = {.range = range, .message = format_message(diags->arena, format, args)};
    va_end(args);
    VEC_PUSH(diags->arena, diag->notes, note);
}

void diag_help(Diagnostics *diags, Diagnostic *diag, const char *format, ...) {
    if (diag == &diags->dropped) return;
    va_list args;
    va_start(args, format);
    diag->help = format_message(diags->arena, format, args);
    va_end(args);
}

bool diag_failed(const Diagnostics *diags) {
    return diags->error_count > 0;
}

bool diag_set_warning(Diagnostics *diags, const char *option) {
    WarningPolicy policy = WARNING_ON;
    if (strcmp(option, "error") == 0) {
        diags->warnings_are_errors = true;
        return true;
    }
    if (strncmp(option, "error=", 6) == 0) {
        policy = WARNING_ERROR;
        option += 6;
    } else if (strncmp(option, "no-error=", 9) == 0) {
        option += 9;
    } else if (strncmp(option, "no-", 3) == 0) {
        policy = WARNING_OFF;
        option += 3;
    }
    if (*option == '\0') return false;
    WarningChoice choice = {.name = option, .policy = policy};
    VEC_PUSH(diags->arena, diags->policies, choice);
    return true;
}
