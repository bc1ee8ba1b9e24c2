/* settings.h: the data and train blocks, and --set. */
#ifndef NNC_ELABORATE_SETTINGS_H
#define NNC_ELABORATE_SETTINGS_H

#include "elaborate/elaborator.h"

/* Fills model->data and model->train with defaults, the file's settings and those of --set. The
 * optimizer is kept in e->optimizer. */
void settings_elaborate(Elaborator *e);

/* data_source.c: csv("a.csv"), idx("images", "labels") ... False after a report. */
bool data_source(Elaborator *e, const Expr *expr, DataSource *source);
/* Once the model is known: whether sources have files for its target. */
void data_source_check(Elaborator *e);
/* optimizer.c: the stage that `optimizer =` names; numbers written in it become hypers. */
void optimizer_setting(Elaborator *e, const Expr *expr);

#endif
