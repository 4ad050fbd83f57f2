/* Signals that end a run: they are noticed between two steps, and act after everything is cleaned
 * up. */
#ifndef NB_CLI_SIGNALS_H
#define NB_CLI_SIGNALS_H

#include "base/status.h"

/* Takes over INT, TERM, HUP and QUIT (unless they are ignored already, as under nohup), ignores
 * PIPE and XFSZ, and returns through `fd` a descriptor that becomes readable when one of them
 * arrives. The caller closes it. */
NB_MUST_CHECK nb_status nb_signals_open(int *fd);

/* The signal that has arrived on `fd`, 0 if none. */
int nb_signals_arrived(int fd);

/* Ends this process by `sig`, so that its parent sees what a shell expects of that signal. */
_Noreturn void nb_signals_die(int sig);

#endif
