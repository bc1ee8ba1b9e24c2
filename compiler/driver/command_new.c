/* command_new.c: a folder with a small model that works, its data, and a page that says what to do.
 *
 * The data is made: points of the plane, inside of a ring or not, from a short generator of its
 * own, so that the same name gives the same files. Nothing that exists is written over.
 */

#include "artifact/artifact.h"
#include "driver/commands.h"
#include "driver/compilation.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { POINTS = 400, SIDE = 2000 };

/* NAME stands where the project's name comes. */
static const char model_text[] =
    "# NAME.nn: does a point of the plane lie on a ring? Change a line, and run it again.\n"
    "model NAME {\n"
    "    input  point : real[2]\n"
    "    target ring  : class[\"off\", \"on\"]\n"
    "\n"
    "    output p = point -> dense(16, tanh) -> dense(16, tanh) -> dense(1, sigmoid)\n"
    "\n"
    "    loss   binary_cross_entropy(p, ring)\n"
    "    metric accuracy(p, ring)\n"
    "}\n"
    "\n"
    "data {\n"
    "    source     = csv(\"NAME.csv\")\n"
    "    validation = 15%\n"
    "    test       = 15%\n"
    "}\n"
    "\n"
    "train {\n"
    "    optimizer = adam(lr = 1e-2)\n"
    "    batch     = 32\n"
    "    epochs    = 100\n"
    "    patience  = 20\n"
    "}\n";

static const char page_text[] =
    "# NAME\n\n"
    "`NAME.nn` is the model, `NAME.csv` its data.\n\n"
    "```\n"
    "nnc check NAME.nn           # errors, warnings, layers and their parameters\n"
    "nnc run NAME.nn             # compile in memory and train\n"
    "nnc build NAME.nn -o NAME   # a program that trains, evaluates and predicts\n"
    "./NAME train --report run.html\n"
    "./NAME evaluate\n"
    "./NAME predict NAME.csv --limit 5\n"
    "```\n";

static const char *with_name(Arena *arena, const char *chars, const char *name) {
    Text text;
    text_init(&text, arena);
    for (const char *at; (at = strstr(chars, "NAME")); chars = at + 4) {
        text_add_range(&text, chars, (size_t)(at - chars));
        text_add(&text, name);
    }
    text_add(&text, chars);
    return text.chars;
}

/* Points of the square from -1 to 1; those at 0.4 to 0.8 from its middle are on the ring. */
static const char *made_data(Arena *arena) {
    Text text;
    text_init(&text, arena);
    text_add(&text, "x,y,ring\n");
    uint32_t random = 1;
    for (int i = 0; i < POINTS; i++) {
        int place[2];
        for (int k = 0; k < 2; k++) {
            random = random * 1664525u + 1013904223u;
            place[k] = (int)((uint64_t)random * (SIDE + 1) >> 32) - SIDE / 2;
        }
        int square = place[0] * place[0] + place[1] * place[1];
        bool on = square >= 400 * 400 && square <= 800 * 800;
        text_format(&text, "%.3f,%.3f,%s\n", place[0] / 1000.0, place[1] / 1000.0,
                    on ? "on" : "off");
    }
    return text.chars;
}

static bool good_name(const char *name) {
    if (!isalpha((unsigned char)*name) && *name != '_') return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_') return false;
    return true;
}

static bool write_file(Compilation *compilation, const char *name, const char *file,
                       const char *chars) {
    Arena *arena = &compilation->arena;
    ArtifactError error = {0};
    return artifact_write(arena, arena_format(arena, "%s/%s", name, file), NULL, chars,
                          strlen(chars), false, &error) ||
           compilation_fail(compilation, error.exit_code, error.text);
}

int command_new(Compilation *compilation) {
    const TextVec *arguments = &compilation->options.arguments;
    Arena *arena = &compilation->arena;
    const char *name = arguments->count == 1 ? arguments->items[0] : "";
    if (!good_name(name)) {
        compilation_fail(
            compilation, EXIT_CODE_USAGE,
            "new takes one name of letters, digits and '_', which begins with no digit");
    } else if (mkdir(name, 0777) != 0) {
        compilation_fail(
            compilation, EXIT_CODE_SYSTEM,
            arena_format(arena, "the folder %s cannot be made: %s", name, strerror(errno)));
    } else if (write_file(compilation, name, arena_format(arena, "%s.nn", name),
                          with_name(arena, model_text, name)) &&
               write_file(compilation, name, arena_format(arena, "%s.csv", name),
                          made_data(arena)) &&
               write_file(compilation, name, "README.md", with_name(arena, page_text, name))) {
        printf("%s/%s.nn and its data are made; now:  cd %s && nnc run %s.nn\n", name, name, name,
               name);
    }
    return compilation_finish(compilation);
}
