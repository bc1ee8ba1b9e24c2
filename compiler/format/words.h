/* words.h: the words of a file with what stands before each. Inside of format/ only. */
#ifndef NNC_FORMAT_WORDS_H
#define NNC_FORMAT_WORDS_H

#include "ast/ast.h"

enum { INDENT = 4 };

/* Neighbouring statements that line up. */
typedef enum Table {
    TABLE_NONE,
    TABLE_INPUTS,   /* input, target: the name and the colon */
    TABLE_OUTPUTS,  /* output: the `=` */
    TABLE_COSTS,    /* loss, regularize, metric: what follows the word */
    TABLE_SETTINGS, /* of data and train: the `=` */
    TABLE_VALUES,   /* const, hyper: the `=` */
    TABLE_BLOCKS,   /* data and train written on one line: the `{` */
} Table;

typedef struct Word {
    const char *chars;
    size_t length;
    int columns;
    int kind;         /* TokenKind, never END or YYEOF */
    int depth;        /* blocks around it; of a `}` those around its block */
    int lines_before; /* 0: on the line of the word before; 2: a blank line before */
    bool separator;   /* "; " before it: the next statement of a block on one line */
    bool space_before;
    bool begins;     /* begins a statement, item or setting */
    bool own_line;   /* a comment between statements, indented as they are */
    bool trailing;   /* a comment behind words of its line */
    Table table;     /* where it begins */
    int cell_length; /* where it begins: words up to the first cell that lines up */
    int pad;         /* spaces added before it by tables_align */
} Word;
VEC_TYPE(WordList, Word);

/* The words of a file without errors, in order. */
WordList words_of(Arena *arena, const File *file);

/* Sets `pad` so that tables line up. In tables.c. */
void tables_align(WordList *words);

#endif
