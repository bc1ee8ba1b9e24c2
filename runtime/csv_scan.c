/* csv_scan.c: RFC 4180 with what real files add: LF, CR, tabs or semicolons, blank lines, spaces.
 *
 * Unquoted cells lose the spaces around them. A quote opens a quoted cell only at the cell's begin;
 * elsewhere it is a character. NUL bytes are refused, since no text file has them (UTF-16 does).
 */
#include "runtime/csv_scan.h"
#include "runtime/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_SIZE = 1 << 16, RECORD_MAX = 1 << 28, AT_END = -1, FAILED = -2 };

bool csv_fail(const CsvScanner *scanner, int64_t cell, int exit_code, const char *format, ...) {
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int64_t line = cell < scanner->cell_count ? scanner->cells[cell].line : scanner->line;
    return nnrt_fail(scanner->error, exit_code, "%s:%lld:%lld: %s", scanner->stream.path,
                     (long long)line, (long long)(cell + 1), text);
}

/* The next byte without taking it, AT_END or FAILED. */
static int peek(CsvScanner *scanner) {
    if (scanner->next == scanner->end) {
        if (scanner->at_end) return AT_END;
        int64_t got = nnrt_read(&scanner->stream, scanner->buffer, BUFFER_SIZE, scanner->error);
        if (got < 0) return FAILED;
        scanner->next = 0;
        scanner->end = got;
        scanner->at_end = got < BUFFER_SIZE;
        if (got == 0) return AT_END;
    }
    return (unsigned char)scanner->buffer[scanner->next];
}

bool csv_open(CsvScanner *scanner, const char *path, NnrtOpener open, NnrtError *error) {
    *scanner = (CsvScanner){.error = error, .line = 1};
    scanner->buffer = nnrt_allocate(BUFFER_SIZE, 1, error);
    if (!scanner->buffer || !open(path, &scanner->stream, error) || peek(scanner) == FAILED)
        return false;
    if (scanner->end >= 3 && memcmp(scanner->buffer, "\xef\xbb\xbf", 3) == 0) scanner->next = 3;
    return true;
}

void csv_close(CsvScanner *scanner) {
    nnrt_close(&scanner->stream);
    free(scanner->buffer);
    free(scanner->text);
    free(scanner->cells);
    *scanner = (CsvScanner){0};
}

static bool put(CsvScanner *scanner, char c) {
    if (scanner->text_used == scanner->text_room) {
        int64_t room = scanner->text_room ? scanner->text_room * 2 : 1 << 12;
        char *larger =
            room <= RECORD_MAX ? nnrt_resize(scanner->text, room, 1, scanner->error) : NULL;
        if (!larger)
            return csv_fail(scanner, scanner->cell_count, NNRT_EXIT_FORMAT,
                            "the line is longer than %d bytes", RECORD_MAX);
        scanner->text = larger;
        scanner->text_room = room;
    }
    scanner->text[scanner->text_used++] = c;
    return true;
}

/* Takes the line break that is next; CRLF is one. */
static void take_break(CsvScanner *scanner) {
    bool carriage = scanner->buffer[scanner->next++] == '\r';
    scanner->line++;
    if (carriage && peek(scanner) == '\n') scanner->next++;
}

static bool is_space(int c, char separator) {
    return c == ' ' || (c == '\t' && separator != '\t');
}

static bool ends_cell(const CsvScanner *scanner, int c) {
    return c == AT_END || c == '\n' || c == '\r' || (scanner->separator && c == scanner->separator);
}

/* The part between quotes, with line breaks as they are in the file. */
static bool scan_quoted(CsvScanner *scanner, int64_t line) {
    scanner->next++;
    for (;;) {
        int c = peek(scanner);
        if (c == FAILED) return false;
        if (c == AT_END || c == 0) {
            scanner->line = c == AT_END ? line : scanner->line;
            return csv_fail(scanner, scanner->cell_count, NNRT_EXIT_FORMAT, "%s",
                            c == 0 ? "a NUL byte: this is no plain text"
                                   : "the quote that opens here is never closed");
        }
        scanner->next++;
        if (c == '"') {
            if (peek(scanner) != '"') return true;
            scanner->next++;
        } else if (c == '\n' || (c == '\r' && peek(scanner) != '\n')) {
            scanner->line++;
        }
        if (!put(scanner, (char)c)) return false;
    }
}

static bool skip_spaces(CsvScanner *scanner) {
    int c = peek(scanner);
    for (; is_space(c, scanner->separator); c = peek(scanner))
        scanner->next++;
    return c != FAILED;
}

/* Characters up to the end of the cell, then without the spaces before it. */
static bool scan_plain(CsvScanner *scanner, int64_t start) {
    for (;;) {
        int c = peek(scanner);
        if (c == FAILED) return false;
        if (c == 0)
            return csv_fail(scanner, scanner->cell_count, NNRT_EXIT_FORMAT,
                            "a NUL byte: this is no plain text");
        if (ends_cell(scanner, c)) break;
        if (!put(scanner, (char)c)) return false;
        scanner->next++;
    }
    while (scanner->text_used > start &&
           is_space(scanner->text[scanner->text_used - 1], scanner->separator))
        scanner->text_used--;
    return true;
}

static bool scan_cell(CsvScanner *scanner, bool *quoted) {
    int64_t start = scanner->text_used, line = scanner->line;
    if (!skip_spaces(scanner)) return false;
    *quoted = peek(scanner) == '"';
    if (*quoted) {
        if (!scan_quoted(scanner, line) || !skip_spaces(scanner)) return false;
        if (!ends_cell(scanner, peek(scanner)))
            return csv_fail(scanner, scanner->cell_count, NNRT_EXIT_FORMAT,
                            "text after the closing quote (a quote inside is written \"\")");
    } else if (!scan_plain(scanner, start)) {
        return false;
    }
    if (scanner->text_used - start > NNRT_CSV_CELL_MAX)
        return csv_fail(scanner, scanner->cell_count, NNRT_EXIT_FORMAT,
                        "the cell is longer than %d bytes", NNRT_CSV_CELL_MAX);
    if (scanner->cell_count == scanner->cell_room) {
        int64_t room = scanner->cell_room ? scanner->cell_room * 2 : 64;
        CsvCell *larger = nnrt_resize(scanner->cells, room, sizeof *larger, scanner->error);
        if (!larger) return false;
        scanner->cells = larger;
        scanner->cell_room = room;
    }
    if (!put(scanner, 0)) return false;
    scanner->cells[scanner->cell_count++] = (CsvCell){start, scanner->text_used - 1 - start, line};
    return true;
}

/* Cells up to the end of the line. */
static bool scan_line(CsvScanner *scanner, bool *blank) {
    scanner->cell_count = scanner->text_used = 0;
    scanner->record_line = scanner->line;
    for (;;) {
        bool quoted;
        if (!scan_cell(scanner, &quoted)) return false;
        int c = peek(scanner);
        if (c == FAILED) return false;
        if (c != scanner->separator || !scanner->separator) {
            *blank = scanner->cell_count == 1 && scanner->cells[0].length == 0 && !quoted;
            if (c == '\n' || c == '\r') take_break(scanner);
            return true;
        }
        scanner->next++;
        if (scanner->cell_count == NNRT_CSV_COLUMNS_MAX)
            return csv_fail(scanner, scanner->cell_count, NNRT_EXIT_FORMAT,
                            "more than %d cells in a line", NNRT_CSV_COLUMNS_MAX);
    }
}

/* Looks ahead in the first line that is not blank for the separator: a comma, else a semicolon,
 * else a tab. What stands in quotes does not count; of a line longer than the buffer its begin is
 * seen. */
static char find_separator(const CsvScanner *scanner) {
    bool semicolon = false, tab = false, quoted = false, any = false;
    for (int64_t i = scanner->next; i < scanner->end; i++) {
        char c = scanner->buffer[i];
        if (c == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (c == ',')
            return ',';
        else if ((c == '\n' || c == '\r') && any)
            break;
        semicolon |= c == ';';
        tab |= c == '\t';
        any |= c != '\n' && c != '\r' && c != ' ';
    }
    return semicolon ? ';' : tab ? '\t' : ',';
}

int csv_record(CsvScanner *scanner) {
    if (!scanner->separator) scanner->separator = find_separator(scanner);
    for (;;) {
        int c = peek(scanner);
        if (c == FAILED) return -1;
        if (c == AT_END) return 0;
        bool blank = false;
        if (!scan_line(scanner, &blank)) return -1;
        if (!blank) return 1;
    }
}
