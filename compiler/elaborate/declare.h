/* declare.h: what stands at the top of files: includes, constants, hyper-parameters, functions. */
#ifndef NNC_ELABORATE_DECLARE_H
#define NNC_ELABORATE_DECLARE_H

#include "elaborate/elaborator.h"

/* Declares the library's functions in e->library. */
void declare_library(Elaborator *e);
/* Declares a file of the user, and what it includes. Model, data and train are only noted, and only
 * those of the main file. */
void declare_file(Elaborator *e, const File *file, bool is_main);
/* Evaluates all constants and hyper-parameters, and reports -D for names that do not exist. */
void declare_values(Elaborator *e);
/* The value of a const or hyper; evaluated when first asked for. */
Value declaration_value(Elaborator *e, Declaration *declaration, SourceRange range);
/* Adds a hyper-parameter to the model; its value as a tensor, the error value after a report. */
Value hyper_add(Elaborator *e, const char *name, double number, const char *help,
                SourceRange range);

/* include.c: the file that an include item names, parsed; NULL when it was read before or after a
 * report. `depth` is how many includes lead to `from`. */
const File *include_read(Elaborator *e, const Source *from, const Item *item, int depth);

/* The value of "3", "15%", "true" or "text" from the command line. */
Value value_of_option(Elaborator *e, const char *text);

#endif
