/* commands.c: the table of commands. */

#include "driver/commands.h"

#include <stddef.h>
#include <string.h>

static const Command commands[] = {
#define COMMAND(name, usage, help) {#name, usage, help, command_##name},
#include "driver/commands.def"
#undef COMMAND
};

enum { COMMANDS = sizeof commands / sizeof *commands };

const Command *command_table(int *count) {
    *count = COMMANDS;
    return commands;
}

const Command *command_find(const char *name) {
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}
