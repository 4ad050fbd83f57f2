/* Text of unknown origin, made fit for a one-line message. */
#ifndef NB_CLI_QUOTE_H
#define NB_CLI_QUOTE_H

#include <stddef.h>

/* Room for every quotation of a job or an option's value: at least the first 32 bytes of plain
 * text, or fewer characters if they must be escaped. */
#define NB_QUOTE_SIZE 72

/* Room for the name of a file, which people want to see whole. */
#define NB_QUOTE_FILE_SIZE 320

/* Writes text[0, len) in double quotes to `out`, one line, terminated, and returns `out`.
 *
 * UTF-8 is left as it is. Control characters, invisible ones, those that change the direction of
 * writing, and bytes that are not UTF-8 become "\x00"; a quote or backslash gets a backslash. Text
 * that does not fit is cut and its length added: "1234…" (5000 bytes). `total_len` is that length,
 * at least `len`: more if the caller has not kept all of the text. Reads at most `size` bytes.
 *
 * `size` is that of `out`, at least NB_QUOTE_SIZE. */
const char *nb_quote(char *out, size_t size, const char *text, size_t len, size_t total_len);

#endif
