/* What --help prints. */
#ifndef NB_CLI_HELP_H
#define NB_CLI_HELP_H

/* The whole text, lines of at most 80 columns with line feeds. */
extern const char nb_help_text[];

#endif
