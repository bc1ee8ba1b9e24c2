/* main.c: runs the cases of one folder.
 *
 *     nnc-cases KIND FOLDER [--update] [NAME ...]
 *
 * Exit code 0: all passed; 1: some failed; 2: wrong use. --update rewrites what is expected from
 * what came out; look at the difference before committing it.
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/files.h"
#include "runner/kinds.h"

typedef struct Kind {
    const char *name;
    CaseResult (*run)(Case *a_case);
    const char *suffix; /* of a case's file */
} Kind;

static const Kind kinds[] = {
    {"parse", run_parse_case, ".nn"}, {"messages", run_messages_case, ".nn"},
    {"graph", run_graph_case, ".nn"}, {"gradient", run_gradient_case, ".nn"},
    {"pass", run_pass_case, ".view"},
};

static bool is_chosen(const char *name, char **chosen, int count) {
    for (int i = 0; i < count; i++)
        if (strcmp(chosen[i], name) == 0) return true;
    return count == 0;
}

static CaseResult run_one(const Kind *kind, const char *folder, const char *name, bool update) {
    Arena arena;
    arena_init(&arena);
    const char *slash = strrchr(folder, '/');
    Case one = {
        .arena = &arena, .folder = slash ? slash + 1 : folder, .name = name, .update = update};
    text_init(&one.text, &arena);
    CaseResult result = files_read(name, &one.text) ? kind->run(&one) : CASE_FAILED;
    if (result == CASE_FAILED) printf("FAILED %s/%s\n", folder, name);
    if (result == CASE_UPDATED) printf("updated %s/%s\n", folder, name);
    arena_free(&arena);
    return result;
}

int main(int argc, char **argv) {
    const Kind *kind = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (argc > 2 && strcmp(argv[1], kinds[i].name) == 0) kind = &kinds[i];
    if (!kind) {
        fputs("usage: nnc-cases parse|messages|graph|gradient|pass FOLDER [--update] [NAME ...]\n",
              stderr);
        return 2;
    }
    bool update = argc > 3 && strcmp(argv[3], "--update") == 0;
    int first = update ? 4 : 3, counts[3] = {0};

    Arena arena;
    arena_init(&arena);
    if (chdir(argv[2]) != 0) { /* what a case includes or reads lies beside it */
        perror(argv[2]);
        return 2;
    }
    NameVec names = files_list(&arena, ".", kind->suffix);
    for (int64_t i = 0; i < names.count; i++)
        if (is_chosen(names.items[i], argv + first, argc - first))
            counts[run_one(kind, argv[2], names.items[i], update)]++;
    arena_free(&arena);
    printf("%s: %d passed, %d failed, %d updated\n", argv[2], counts[CASE_PASSED],
           counts[CASE_FAILED], counts[CASE_UPDATED]);
    if (counts[CASE_PASSED] + counts[CASE_FAILED] + counts[CASE_UPDATED] == 0) {
        fputs("nnc-cases: no cases\n", stderr);
        return 2;
    }
    return counts[CASE_FAILED] > 0;
}
