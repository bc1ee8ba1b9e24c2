/* messages.c: the table of messages.def. */

#include "driver/messages.h"

#include "support/nearest.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *text;
} messages[] = {
#define MESSAGE(name, text) {name, text},
#include "driver/messages.def"
#undef MESSAGE
};

enum { MESSAGES = sizeof messages / sizeof *messages };

const char *message_explanation(const char *name) {
    for (int i = 0; i < MESSAGES; i++)
        if (strcmp(messages[i].name, name) == 0) return messages[i].text;
    return NULL;
}

const char *message_nearest(const char *name) {
    Nearest nearest = {.name = name};
    for (int i = 0; i < MESSAGES; i++)
        nearest_offer(&nearest, messages[i].name);
    return nearest.best;
}
