/* library.c: a static library of one object, in the common archive format.
 *
 *   !<arch>\n
 *   member "/"      symbol table: count, offset of the member for each symbol, their names
 *   member "//"     names longer than 15 characters
 *   member NAME/    the object
 *
 * Numbers of the symbol table are 32 bits, big-endian. Dates, owners and modes are fixed, so equal
 * models give equal bytes.
 */
#include "artifact/artifact.h"

#include <elf.h>
#include <string.h>

/* ---- the object's defined global symbols ---- */

typedef struct Symbols {
    const char **items;
    int64_t count, capacity;
} Symbols;

static bool inside(size_t size, uint64_t offset, uint64_t length) {
    return offset <= size && length <= size - offset;
}

/* Reads the symbol table of a 64-bit ELF object; what is no such object has no symbols. */
static Symbols symbols_of(Arena *arena, const char *object, size_t size) {
    Symbols symbols = {0};
    Elf64_Ehdr head;
    if (size < sizeof head || memcmp(object, ELFMAG, SELFMAG) != 0) return symbols;
    memcpy(&head, object, sizeof head);
    if (!inside(size, head.e_shoff, (uint64_t)head.e_shnum * sizeof(Elf64_Shdr))) return symbols;
    for (int i = 0; i < head.e_shnum; i++) {
        Elf64_Shdr section, names;
        memcpy(&section, object + head.e_shoff + (size_t)i * sizeof section, sizeof section);
        if (section.sh_type != SHT_SYMTAB || section.sh_link >= head.e_shnum) continue;
        memcpy(&names, object + head.e_shoff + section.sh_link * sizeof names, sizeof names);
        if (!inside(size, section.sh_offset, section.sh_size) ||
            !inside(size, names.sh_offset, names.sh_size))
            continue;
        for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
            Elf64_Sym symbol;
            memcpy(&symbol, object + section.sh_offset + at, sizeof symbol);
            if (ELF64_ST_BIND(symbol.st_info) == STB_LOCAL || symbol.st_shndx == SHN_UNDEF ||
                symbol.st_name >= names.sh_size)
                continue;
            const char *name = object + names.sh_offset + symbol.st_name;
            size_t room = names.sh_size - symbol.st_name;
            const char *end = memchr(name, 0, room);
            if (end) VEC_PUSH(arena, symbols, arena_text(arena, name, (size_t)(end - name)));
        }
    }
    return symbols;
}

/* ---- the archive ---- */

static void add_header(Text *archive, const char *name, size_t size) {
    text_format(archive, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 0, 0, 0, 0644, size);
}

static void add_big_endian(Text *archive, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        text_add_char(archive, (char)(number >> shift));
}

/* Members begin at even offsets. */
static void pad(Text *archive) {
    if (archive->length % 2) text_add_char(archive, '\n');
}

static size_t even(size_t size) {
    return size + size % 2;
}

bool artifact_library(Arena *arena, const char *output, const char *source, const char *member,
                      const char *object, size_t object_size, ArtifactError *error) {
    enum { HEADER = 60, MAGIC = 8 };
    Symbols symbols = symbols_of(arena, object, object_size);
    size_t table = 4 + 4 * (size_t)symbols.count;
    for (int64_t i = 0; i < symbols.count; i++)
        table += strlen(symbols.items[i]) + 1;
    bool long_name = strlen(member) > 15;
    size_t names = long_name ? strlen(member) + 2 : 0;
    size_t start = MAGIC + HEADER + even(table) + (long_name ? HEADER + even(names) : 0);

    Text archive;
    text_init(&archive, arena);
    text_add(&archive, "!<arch>\n");
    add_header(&archive, "/", table);
    add_big_endian(&archive, (uint32_t)symbols.count);
    for (int64_t i = 0; i < symbols.count; i++)
        add_big_endian(&archive, (uint32_t)start);
    for (int64_t i = 0; i < symbols.count; i++)
        text_add_range(&archive, symbols.items[i], strlen(symbols.items[i]) + 1);
    pad(&archive);
    if (long_name) {
        add_header(&archive, "//", names);
        text_format(&archive, "%s/\n", member);
        pad(&archive);
    }
    add_header(&archive, long_name ? "/0" : arena_format(arena, "%s/", member), object_size);
    text_add_range(&archive, object, object_size);
    pad(&archive);
    return artifact_write(arena, output, source, archive.chars, archive.length, false, error);
}
