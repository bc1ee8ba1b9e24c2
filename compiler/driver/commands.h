/* commands.h: the commands of nnc, one file each. */
#ifndef NNC_DRIVER_COMMANDS_H
#define NNC_DRIVER_COMMANDS_H

struct Compilation;

typedef struct Command {
    const char *name, *usage, *help;
    int (*run)(struct Compilation *compilation); /* the exit code */
} Command;

/* The rows of commands.def. */
const Command *command_table(int *count);
const Command *command_find(const char *name);

#define COMMAND(name, usage, help) int command_##name(struct Compilation *compilation);
#include "driver/commands.def"
#undef COMMAND

#endif
