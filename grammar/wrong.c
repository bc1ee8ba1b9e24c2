/* wrong.c: see wrong.h. Each message says what to write instead. */

#include "grammar/wrong.h"

#include <math.h>
#include <string.h>

#include "grammar/literals.h"
#include "grammar/tokens.h"

static const char *chars_of(SourceRange range, int *length) {
    *length = (int)(range.end - range.begin);
    return range.source->chars + range.begin;
}

void wrong_number(Diagnostics *diags, SourceRange range) {
    int length;
    const char *chars = chars_of(range, &length);
    Diagnostic *diag = diag_error(diags, range, "number", "'%.*s' is not a number", length, chars);
    int digits = (int)strspn(chars, "0123456789");
    if (digits > length) digits = length;
    int letters =
        (int)strspn(chars + digits, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (chars[0] == '.')
        diag_help(diags, diag, "write a digit before the point: 0%.*s", length, chars);
    else if (length > 1 && chars[0] == '0' && (chars[1] == 'x' || chars[1] == 'X'))
        diag_help(diags, diag, "numbers are decimal");
    else if (strspn(chars, "0123456789_") >= (size_t)length)
        diag_help(diags, diag, "digits are written without '_' between them");
    else if (digits == length - 1 && chars[digits] == '.')
        diag_help(diags, diag, "write a digit after the point: %.*s0", length, chars);
    else if (digits + letters == length && letters == 1 &&
             (chars[digits] == 'e' || chars[digits] == 'E'))
        diag_help(diags, diag, "the exponent needs digits: %.*s-3", length, chars);
    else if (digits + letters == length)
        diag_help(diags, diag, "a product is written %.*s * %.*s; a name begins with a letter",
                  digits, chars, letters, chars + digits);
}

void wrong_number_size(Diagnostics *diags, SourceRange range) {
    int length;
    const char *chars = chars_of(range, &length);
    double value = literal_number(chars, (size_t)length);
    if (isinf(value))
        diag_error(diags, range, "number", "this number is too large (the limit is 1.8e308)");
    else if (isnan(value))
        diag_error(diags, range, "number", "this number has too many digits");
    else if (value == 0 && strspn(chars, "0.") < strcspn(chars, "eE%") &&
             strspn(chars, "0.") < (size_t)length)
        diag_error(diags, range, "number", "this number is too small: it would be 0");
}

void wrong_escapes(Diagnostics *diags, SourceRange range) {
    const char *chars = range.source->chars;
    for (uint32_t i = range.begin + 1; i + 1 < range.end; i++) {
        unsigned char c = (unsigned char)chars[i];
        SourceRange place = {range.source, i, i + 1};
        if (c < 0x20 && c != '\t')
            diag_error(diags, place, "text", "a text cannot hold a control character");
        if (c != '\\') continue;
        i++;
        if (chars[i] == '"' || chars[i] == '\\') continue;
        place.end = i + 1;
        while (place.end + 1 < range.end && ((unsigned char)chars[place.end] & 0xc0) == 0x80)
            place.end++; /* the whole character */
        Diagnostic *diag = diag_error(diags, place, "text", "'%.*s' is not an escape",
                                      (int)(place.end - place.begin), chars + place.begin);
        diag_help(diags, diag, "the escapes are \\\" and \\\\");
    }
}

void wrong_open_text(Diagnostics *diags, SourceRange range) {
    SourceRange quote = {range.source, range.begin, range.begin + 1};
    Diagnostic *diag = diag_error(diags, quote, "text", "this text is not closed on its line");
    diag_help(diags, diag, "a text ends with \" on the line where it begins");
}

void wrong_quotes(Diagnostics *diags, SourceRange range) {
    int length;
    const char *chars = chars_of(range, &length);
    Diagnostic *diag = diag_error(diags, range, "text", "a text stands in double quotes");
    diag_help(diags, diag, "write \"%.*s\"", length - 2, chars + 1);
}

void wrong_comment(Diagnostics *diags, SourceRange range) {
    range.end = range.begin + 2;
    diag_error(diags, range, "character", "a comment begins with '#'");
}

typedef struct Spelling {
    const char *written;
    int meant; /* kind of token; 0: skip */
    const char *message;
} Spelling;

static const Spelling spellings[] = {
    {"&&", TOKEN_AND, "write 'and'"},
    {"&", TOKEN_AND, "write 'and'"},
    {"||", TOKEN_OR, "write 'or'"},
    {"|", TOKEN_OR, "write 'or'"},
    {"!", TOKEN_NOT, "write 'not'"},
    {"**", TOKEN_POWER, "a power is written with '^'"},
    {":=", TOKEN_BIND, "write '='"},
    {"<>", TOKEN_NOT_EQUAL, "write '!='"},
    {"===", TOKEN_EQUAL, "write '=='"},
    {"!==", TOKEN_NOT_EQUAL, "write '!='"},
    {"|>", TOKEN_ARROW, "write '->'"},
    {"=>", TOKEN_INVALID, "write '>=' to compare, '->' for the next layer"},
    {"+=", TOKEN_INVALID, "write x = x + ..., or s <- s + ... for a state"},
    {"-=", TOKEN_INVALID, "write x = x - ..., or s <- s - ... for a state"},
    {"*=", TOKEN_INVALID, "write x = x * ..., or s <- s * ... for a state"},
    {"/=", TOKEN_INVALID, "write x = x / ..., or s <- s / ... for a state"},
    {"%", TOKEN_INVALID, "a percentage is written 15%, without a space"},
    {".", TOKEN_INVALID, "there are no fields; a function is called as name(value)"},
    {"'", TOKEN_INVALID, "a text stands in double quotes"},
    {"\r", TOKEN_INVALID, "a line ends with a line feed"},
    {"\xc2\xa0", 0, "this is a no-break space; write an ordinary one"},
    {"\xef\xbb\xbf", 0, "a byte order mark can only stand at the begin of the file"},
    {"\xe2\x80\x8b", 0, "this is an invisible space; leave it out"},
    {"\xe2\x88\x92", TOKEN_MINUS, "this is the sign U+2212; write '-'"},
    {"\xe2\x80\x93", TOKEN_MINUS, "this is a dash; write '-'"},
    {"\xe2\x80\x94", TOKEN_MINUS, "this is a dash; write '-'"},
    {"\xc3\x97", TOKEN_TIMES, "write '*'"},
    {"\xc2\xb7", TOKEN_TIMES, "write '*'"},
    {"\xe2\x8b\x85", TOKEN_TIMES, "write '*'"},
    {"\xc3\xb7", TOKEN_DIVIDE, "write '/'"},
    {"\xe2\x89\xa4", TOKEN_LESS_EQUAL, "write '<='"},
    {"\xe2\x89\xa5", TOKEN_GREATER_EQUAL, "write '>='"},
    {"\xe2\x89\xa0", TOKEN_NOT_EQUAL, "write '!='"},
    {"\xe2\x86\x92", TOKEN_ARROW, "write '->'"},
    {"\xe2\x86\x90", TOKEN_ASSIGN, "write '<-'"},
    {"\xe2\x80\x9c", TOKEN_INVALID, "a text stands in straight quotes, \"like this\""},
    {"\xe2\x80\x9d", TOKEN_INVALID, "a text stands in straight quotes, \"like this\""},
    {"\xe2\x80\x98", TOKEN_INVALID, "a text stands in straight double quotes, \"like this\""},
    {"\xe2\x80\x99", TOKEN_INVALID, "a text stands in straight double quotes, \"like this\""},
};

int wrong_characters(Diagnostics *diags, SourceRange range) {
    int length;
    const char *chars = chars_of(range, &length);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const Spelling *spelling = &spellings[i];
        if (strlen(spelling->written) != (size_t)length ||
            memcmp(spelling->written, chars, (size_t)length) != 0)
            continue;
        Diagnostic *diag = diag_error(diags, range, "character",
                                      "'%.*s' is not part of the language", length, chars);
        diag_help(diags, diag, "%s", spelling->message);
        return spelling->meant;
    }
    Diagnostic *diag =
        diag_error(diags, range, "character", "unexpected character '%.*s'", length, chars);
    if ((unsigned char)chars[0] >= 0x80)
        diag_help(diags, diag, "names are made of ASCII letters, digits and '_'");
    return TOKEN_INVALID;
}
