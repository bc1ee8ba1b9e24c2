/* driver.c: options, then the command. See driver.h. */

#include "driver/driver.h"

#include "driver/commands.h"
#include "driver/compilation.h"
#include "driver/messages.h"
#include "runtime/abi.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

/* Where the arena jumps to when memory is out. */
static void out_of_memory(void *user) {
    jmp_buf *place = user;
    longjmp(*place, 1);
}

static int usage(const char *problem) {
    fprintf(stderr, "nnc: error: %s\n", problem);
    return EXIT_CODE_USAGE;
}

/* -W: "NAME", "no-NAME", "error", "error=NAME", "no-error=NAME". */
static bool set_warning(Compilation *compilation, const char *option, const char **problem) {
    const char *name = option;
    if (strncmp(name, "no-error=", 9) == 0)
        name += 9;
    else if (strncmp(name, "error=", 6) == 0)
        name += 6;
    else if (strncmp(name, "no-", 3) == 0 && !message_explanation(name))
        name += 3;
    if (strcmp(option, "error") != 0 && !message_explanation(name)) {
        const char *nearest = message_nearest(name);
        *problem = arena_format(&compilation->arena, "-W: no warning is called '%s'%s%s%s", name,
                                nearest ? "; did you mean '" : "", nearest ? nearest : "",
                                nearest ? "'?" : "");
        return false;
    }
    *problem = "-W needs a name";
    return diag_set_warning(&compilation->diags, option);
}

/* What -o names would not be written. */
static bool refuses_output(Compilation *compilation, const char **problem) {
    const char *command = compilation->options.command;
    if (!compilation->options.output || strcmp(command, "build") == 0 ||
        strcmp(command, "show") == 0 || strcmp(command, "plan") == 0)
        return false;
    *problem = arena_format(&compilation->arena,
                            "%s writes no file: -o is for build, show and plan", command);
    return true;
}

static int run(Compilation *compilation, int argc, char **argv) {
    const char *problem = "";
    Options *options = &compilation->options;
    if (!options_read(&compilation->arena, argc, argv, options, &problem)) return usage(problem);
    for (int64_t i = 0; i < options->warnings.count; i++)
        if (!set_warning(compilation, options->warnings.items[i], &problem)) return usage(problem);
    if (options->version) {
        puts("nnc " NNC_VERSION);
        return EXIT_CODE_OK;
    }
    if (options->help || !options->command) {
        Text text;
        text_init(&text, &compilation->arena);
        if (options->help && strcmp(options->format, "man") == 0)
            options_man(&text, NNC_VERSION);
        else
            options_help(&text);
        fputs(text.chars, options->help ? stdout : stderr);
        return options->help ? EXIT_CODE_OK : EXIT_CODE_USAGE;
    }
    if (refuses_output(compilation, &problem)) return usage(problem);
    return command_find(options->command)->run(compilation);
}

int nnc_main(int argc, char **argv) {
    static const char memory_message[] = "nnc: error: out of memory\n";
    jmp_buf place;
    Compilation compilation;
    compilation_init(&compilation);
    compilation.arena.out_of_memory = out_of_memory;
    compilation.arena.user = &place;
    int code;
    if (setjmp(place) == 0) {
        code = run(&compilation, argc, argv);
    } else {
        fputs(memory_message, stderr);
        code = EXIT_CODE_SYSTEM;
    }
    compilation_free(&compilation);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        /* where the code is another, the command has said so or has something worse to say */
        if (code != EXIT_CODE_OK) return code;
        fputs("nnc: error: standard output cannot be written\n", stderr);
        code = EXIT_CODE_SYSTEM;
    }
    return code;
}
