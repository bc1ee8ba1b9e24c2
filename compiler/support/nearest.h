/* nearest.h: the name that was probably meant. */
#ifndef NNC_SUPPORT_NEAREST_H
#define NNC_SUPPORT_NEAREST_H

#include <stdint.h>

/* Letters to insert, delete, replace or swap (optimal string alignment) to make `a` from `b`; upper
 * and lower case count as equal. Names longer than 64 characters give 64. */
int nearest_distance(const char *a, const char *b);

/* Collects candidates one by one: start with {.name = wanted}, offer each, read `best` (NULL: none
 * is near enough: more than a third of the letters differ). The first of equals wins. */
typedef struct Nearest {
    const char *name;
    const char *best;
    int distance;
} Nearest;

void nearest_offer(Nearest *nearest, const char *candidate);

#endif
