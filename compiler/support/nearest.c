/* nearest.c: see nearest.h. Three rows of the usual dynamic program over the two names. */

#include "support/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LONGEST = 64 };

static bool same(char a, char b) {
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static int smaller(int a, int b) {
    return a < b ? a : b;
}

int nearest_distance(const char *a, const char *b) {
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > LONGEST || b_length > LONGEST) return LONGEST;
    int rows[3][LONGEST + 1] = {{0}};
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        int *free_row = before;
        before = last;
        last = row;
        row = free_row;
        row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            int replaced = last[j - 1] + !same(a[i - 1], b[j - 1]);
            row[j] = smaller(replaced, smaller(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
    }
    return row[b_length];
}

void nearest_offer(Nearest *nearest, const char *candidate) {
    size_t length = strlen(nearest->name);
    if (length == 0 || length > LONGEST) return;
    int allowed = length < 3 ? 1 : (int)(length + 2) / 3;
    int distance = nearest_distance(nearest->name, candidate);
    /* Replacing every letter of a short name is not a likeness. */
    if (distance > allowed || (size_t)distance >= length) return;
    if (nearest->best && distance >= nearest->distance) return;
    nearest->best = candidate;
    nearest->distance = distance;
}
