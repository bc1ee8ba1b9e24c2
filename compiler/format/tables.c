/* tables.c: statements that line up. See words.h.
 *
 * A table is a run of statements of one kind in one block, on neighbouring lines; a blank line, a
 * comment of its own line, or a statement of another kind ends it.
 */

#include "format/words.h"

/* The columns of the words [begin, begin + count), with the spaces between them. */
static int width(const WordList *words, int64_t begin, int count) {
    int columns = 0;
    for (int64_t i = begin; i < begin + count; i++)
        columns += words->items[i].columns + (i > begin && words->items[i].space_before);
    return columns;
}

/* Lines up the words that stand `offset` words behind each beginning of the run [begin, end);
 * `length` words before them count. */
static void align(WordList *words, int64_t begin, int64_t end, int offset, int length) {
    int widest = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = begin; i < end; i++) {
            if (!words->items[i].begins || words->items[i].depth != words->items[begin].depth)
                continue;
            int columns = width(words, i + offset - length, length);
            if (columns > widest) widest = columns;
            if (pass == 1) words->items[i + offset].pad = widest - columns;
        }
}

static void align_run(WordList *words, int64_t begin, int64_t end) {
    const Word *first = &words->items[begin];
    if (first->table == TABLE_NONE) return;
    align(words, begin, end, first->cell_length, first->cell_length);
    if (first->table == TABLE_INPUTS) align(words, begin, end, 2, 1);
}

void tables_align(WordList *words) {
    int64_t run = -1; /* where the run began that is open */
    for (int64_t i = 0; i < words->count; i++) {
        const Word *word = &words->items[i];
        if (run >= 0) {
            const Word *first = &words->items[run];
            bool beside = word->depth == first->depth && (word->begins || word->own_line);
            bool ends = word->depth < first->depth ||
                        (beside && (word->table != first->table || word->lines_before > 1));
            if (!ends) continue;
            align_run(words, run, i);
            run = -1;
        }
        if (word->begins && word->table != TABLE_NONE) run = i;
    }
    if (run >= 0) align_run(words, run, words->count);
}
