/* corpus: every `.nn` text of the project, those in the pages of docs/ too, keeps its tree and its
 * comments, and is left alone the second time; spaces do not matter. */
#include <CUnit/CUnit.h>
#include <dirent.h>
#include <stdio.h>

#include "format/format.h"
#include "format/tests.h"
#include "grammar/parsed.h"

VEC_TYPE(PathList, const char *);

static bool ends_in(const char *name, const char *end) {
    size_t length = strlen(name), end_length = strlen(end);
    return length > end_length && strcmp(name + length - end_length, end) == 0;
}

/* The files below `folder` whose names end so. */
static PathList find(Arena *arena, const char *folder, const char *end) {
    PathList folders = {0}, files = {0};
    VEC_PUSH(arena, folders, folder);
    while (folders.count > 0) {
        const char *path = folders.items[--folders.count];
        DIR *directory = opendir(path);
        if (!directory) continue;
        struct dirent *entry;
        while ((entry = readdir(directory))) {
            if (entry->d_name[0] == '.') continue;
            const char *inner = arena_format(arena, "%s/%s", path, entry->d_name);
            if (ends_in(inner, end))
                VEC_PUSH(arena, files, inner);
            else if (!strchr(entry->d_name, '.'))
                VEC_PUSH(arena, folders, inner);
        }
        closedir(directory);
    }
    return files;
}

static Text read_file(Arena *arena, const char *path) {
    Text text;
    text_init(&text, arena);
    FILE *file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    char piece[4096];
    while (!feof(file))
        text_add_range(&text, piece, fread(piece, 1, sizeof piece, file));
    fclose(file);
    return text;
}

static const char *tree(Parsed *parsed) {
    Text text;
    text_init(&text, &parsed->arena);
    ast_print(parsed->file, &text);
    return text.chars;
}

/* All comments, a line each. */
static const char *comments(Parsed *parsed) {
    Text text;
    text_init(&text, &parsed->arena);
    for (int64_t i = 0; i < parsed->file->tokens->count; i++) {
        const Token *token = &parsed->file->tokens->items[i];
        if (token->kind != TOKEN_COMMENT) continue;
        size_t length = token->end - token->begin;
        const char *chars = parsed->file->source->chars + token->begin;
        while (chars[length - 1] == ' ')
            length--;
        text_add_range(&text, chars, length);
        text_add_char(&text, '\n');
    }
    return text.chars;
}

static Text formatted(Parsed *parsed) {
    Text text;
    text_init(&text, &parsed->arena);
    format_file(parsed->file, &text);
    return text;
}

/* The same text with other spaces: three for each gap, none or many at the beginning of lines. */
static Text respaced(Parsed *parsed) {
    Text text;
    text_init(&text, &parsed->arena);
    const TokenList *tokens = parsed->file->tokens;
    const Source *source = parsed->file->source;
    uint32_t end = 0;
    for (int64_t i = 0; i < tokens->count; i++) {
        const Token *token = &tokens->items[i];
        if (token->begin == token->end && token->kind == TOKEN_END) continue;
        for (int k = 0; k < token->lines_before; k++)
            text_add(&text, "\n");
        if (token->lines_before > 0)
            text_indent(&text, (int)(i % 7));
        else if (token->begin > end && i > 0)
            text_indent(&text, 3);
        text_add_range(&text, source->chars + token->begin, token->end - token->begin);
        end = token->end;
    }
    return text;
}

static int checked;

static void check(const char *path, const char *chars, size_t length) {
    Parsed before, after, other;
    parse_bytes(&before, chars, length);
    if (!diag_failed(&before.diags)) {
        Text text = formatted(&before);
        parse_bytes(&after, text.chars, text.length);
        CU_ASSERT_FALSE(diag_failed(&after.diags));
        CU_ASSERT_STRING_EQUAL(tree(&before), tree(&after));
        CU_ASSERT_STRING_EQUAL(comments(&before), comments(&after));
        CU_ASSERT_TRUE(format_same(before.file, after.file));
        Text again = formatted(&after);
        CU_ASSERT_STRING_EQUAL(text.chars, again.chars);
        if (strcmp(text.chars, again.chars) != 0) printf("\nnot the same twice: %s\n", path);
        Text strange = respaced(&before);
        parse_bytes(&other, strange.chars, strange.length);
        CU_ASSERT_FALSE(diag_failed(&other.diags));
        CU_ASSERT_STRING_EQUAL(formatted(&other).chars, text.chars);
        if (strcmp(formatted(&other).chars, text.chars) != 0) printf("\nspaces: %s\n", path);
        checked++;
        arena_free(&after.arena);
        arena_free(&other.arena);
    }
    arena_free(&before.arena);
}

/* The ```nn blocks of a page. */
static void check_page(Arena *arena, const char *path) {
    Text page = read_file(arena, path);
    for (const char *chars = page.chars; (chars = strstr(chars, "\n```nn"));) {
        const char *begin = strchr(chars + 1, '\n') + 1, *end = strstr(begin, "\n```");
        CU_ASSERT_PTR_NOT_NULL_FATAL(end);
        check(path, begin, (size_t)(end + 1 - begin));
        chars = end;
    }
}

void corpus_all(void) {
    static const char *const folders[] = {"examples", "library", "tests", "bench"};
    Arena arena;
    arena_init(&arena);
    checked = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        PathList files =
            find(&arena, arena_format(&arena, "%s/%s", NNC_SOURCE_DIR, folders[i]), ".nn");
        for (int64_t k = 0; k < files.count; k++) {
            Text text = read_file(&arena, files.items[k]);
            check(files.items[k], text.chars, text.length);
        }
    }
    int files_checked = checked;
    CU_ASSERT_TRUE(files_checked > 60);
    PathList pages = find(&arena, NNC_SOURCE_DIR "/docs", ".md");
    for (int64_t k = 0; k < pages.count; k++)
        check_page(&arena, pages.items[k]);
    CU_ASSERT_TRUE(checked > files_checked + 20);
    printf(" %d texts ", checked);
    arena_free(&arena);
}

void corpus_kept(void) {
    static const char *const folders[] = {"examples", "library", "bench/models"};
    Arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        PathList files =
            find(&arena, arena_format(&arena, "%s/%s", NNC_SOURCE_DIR, folders[i]), ".nn");
        CU_ASSERT_TRUE(files.count > 0);
        for (int64_t k = 0; k < files.count; k++) {
            Text text = read_file(&arena, files.items[k]);
            Parsed parsed;
            parse_bytes(&parsed, text.chars, text.length);
            CU_ASSERT_FALSE(diag_failed(&parsed.diags));
            bool same = strcmp(formatted(&parsed).chars, text.chars) == 0;
            CU_ASSERT_TRUE(same);
            if (!same) printf("\nrun nnc fmt on %s\n", files.items[k]);
            arena_free(&parsed.arena);
        }
    }
    arena_free(&arena);
}
