/* names.h: the check that every name means something, in bodies that are called and in those that
 * never are, and that what is bound is used. */
#ifndef NNC_ELABORATE_NAMES_H
#define NNC_ELABORATE_NAMES_H

#include "elaborate/elaborator.h"

/* Checks all of the user's declarations and the model; remembers what is never read. */
void names_check(Elaborator *e);
/* Warns about what names_check() found unread; for models without errors. */
void names_warn_unused(Elaborator *e);

/* What another framework's name is called here, "conv" for "Conv2D"; NULL: nothing is known of it
 * (other_names.c). */
const char *name_of_other(const char *name);

#endif
