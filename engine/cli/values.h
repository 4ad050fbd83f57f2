/* Reading the values of options, with errors that name the option and quote the value. */
#ifndef NB_CLI_VALUES_H
#define NB_CLI_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* What was written for an option, and where to complain about it. */
typedef struct nb_value {
    const char *option; /* its long name, without dashes */
    const char *text;
    char *error; /* gets one line if the value is wrong, as "--workers: \"x\" is not ..." */
    size_t error_size;
} nb_value;

/* Says that the value is not `expected`, as "a date". Returns NBANG_INVALID. */
nb_status nb_value_refuse(const nb_value *value, const char *expected);

/* All below return NBANG_INVALID, with the error written, for a value that will not do. */

/* Position of the value among `choices`, which end in NULL. */
NB_MUST_CHECK nb_status nb_value_choice(unsigned *index, const nb_value *value,
                                        const char *const *choices);

/* A plain number from 1 to `max`. */
NB_MUST_CHECK nb_status nb_value_count(unsigned *count, const nb_value *value, unsigned max);

/* A number of digits above 0; may be written as a job may: 1_000_000, 1e6, 10^6. */
NB_MUST_CHECK nb_status nb_value_digits(uint64_t *digits, const nb_value *value);

/* A memory size above 0, in bytes; a duration above 0, in nanoseconds (see base/number.h). */
NB_MUST_CHECK nb_status nb_value_size(uint64_t *bytes, const nb_value *value);
NB_MUST_CHECK nb_status nb_value_duration(uint64_t *ns, const nb_value *value);

/* A duration of at most 30 days: longer than anybody measures, and clocks can be added to it. */
NB_MUST_CHECK nb_status nb_value_time_limit(uint64_t *ns, const nb_value *value);

/* A share from 0 to 100, written as "5%" or as "0.05"; one above 1 needs the percent sign, so that
 * nobody gets 500 % by accident. */
NB_MUST_CHECK nb_status nb_value_share(double *share, const nb_value *value);

/* An exit code, from 0 to 125: higher ones mean something else to shells. */
NB_MUST_CHECK nb_status nb_value_code(int *code, const nb_value *value);

/* A copy of the value, which must not be empty, in place of *copy, which is freed. `expected` says
 * what it should be, as "the name of a file". NBANG_NO_MEMORY is possible, too. */
NB_MUST_CHECK nb_status nb_value_string(char **copy, const nb_value *value, const char *expected);

#endif
