/* The environment variable NBANG_SIMD: for measuring, and for machines whose widest registers are
 * not their fastest. */
#ifndef NB_CLI_SIMD_H
#define NB_CLI_SIMD_H

#include <stddef.h>

#include "base/status.h"

/* Chooses the vector instructions that it names, if it is set and not empty. NBANG_INVALID with one
 * line in `error` if there are none of that name, or this machine does not have them. */
NB_MUST_CHECK nb_status nb_simd_choose_from_environment(char *error, size_t error_size);

#endif
