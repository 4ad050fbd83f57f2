/* What is refused before it is computed. */
#ifndef NB_RUN_REFUSE_H
#define NB_RUN_REFUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nbang/batch.h"

/* nbang_refuses for a job whose estimate is known: that takes longer than the rest. */
bool nb_refuses(const nbang_machine *machine, const nbang_options *options, uint64_t n,
                const nbang_estimate *estimate, char *reason, size_t size);

#endif
