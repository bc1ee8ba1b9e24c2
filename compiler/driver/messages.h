/* messages.h: the names of errors and warnings, for `nnc explain` and -W. */
#ifndef NNC_DRIVER_MESSAGES_H
#define NNC_DRIVER_MESSAGES_H

/* The long form of a name of messages.def, or NULL. */
const char *message_explanation(const char *name);
/* The name most like `name`, or NULL when none is near. */
const char *message_nearest(const char *name);

#endif
