/* command_fmt.c: files in the one style, in place.
 *
 * A file with syntax errors is left as it is. What is written is read once more first: were it to
 * say anything else than what was there, nothing is written. `-` is standard input to standard
 * output. With --check or --diff nothing is written and the exit code is 1 if something would be.
 */

#include "artifact/artifact.h"
#include "driver/commands.h"
#include "driver/compilation.h"
#include "format/format.h"
#include "grammar/parser.h"
#include "support/line_diff.h"

#include <stdio.h>
#include <string.h>

/* The formatted text of the file that was parsed; false when it does not say the same. */
static bool format(Compilation *compilation, Text *text) {
    Diagnostics diags;
    diag_init(&diags, &compilation->arena);
    text_init(text, &compilation->arena);
    format_file(compilation->file, text);
    const char *path = compilation->source->path;
    const Source *source =
        sources_add(&compilation->sources, path, text->chars, text->length, false);
    if (!source)
        return compilation_fail(
            compilation, EXIT_CODE_INPUT,
            arena_format(&compilation->arena, "%s is too large when formatted", path));
    const File *again = parse_source(&compilation->arena, &compilation->interner, &diags, source);
    return (!diag_failed(&diags) && format_same(compilation->file, again)) ||
           compilation_fail(compilation, EXIT_CODE_INTERNAL,
                            arena_format(&compilation->arena,
                                         "%s would not mean the same when formatted", path));
}

/* One file; *changes: something would change. */
static bool format_path(Compilation *compilation, const char *path, bool *changes) {
    const Options *options = &compilation->options;
    const Source *source = compilation->source;
    bool is_stdin = strcmp(path, "-") == 0;
    Text text;
    if (!format(compilation, &text)) return false;
    bool differs =
        text.length != source->length || memcmp(text.chars, source->chars, text.length) != 0;
    if (differs) *changes = true;
    if (options->diff && differs) {
        Text diff;
        text_init(&diff, &compilation->arena);
        line_diff(&diff, path, source->chars, source->length, text.chars, text.length);
        fputs(diff.chars, stdout);
    }
    if (options->check && differs) puts(path);
    if (options->check || options->diff) return true;
    if (is_stdin) return fwrite(text.chars, 1, text.length, stdout) == text.length || true;
    ArtifactError error = {0};
    return !differs ||
           artifact_replace(&compilation->arena, path, text.chars, text.length, &error) ||
           compilation_fail(compilation, error.exit_code, error.text);
}

int command_fmt(Compilation *compilation) {
    const TextVec paths = compilation->options.arguments;
    bool changes = false;
    if (paths.count == 0)
        compilation_fail(compilation, EXIT_CODE_USAGE, "fmt takes files, or - for standard input");
    for (int64_t i = 0; i < paths.count && !compilation->failure; i++) {
        int64_t errors = compilation->diags.error_count;
        TextVec *arguments = &compilation->options.arguments;
        *arguments = (TextVec){0};
        VEC_PUSH(&compilation->arena, *arguments, paths.items[i]);
        compilation_parse(compilation);
        if (!compilation->failure && compilation->diags.error_count == errors)
            format_path(compilation, paths.items[i], &changes);
    }
    int code = compilation_finish(compilation);
    bool looked = compilation->options.check || compilation->options.diff;
    return code == EXIT_CODE_OK && looked && changes ? EXIT_CODE_INPUT : code;
}
