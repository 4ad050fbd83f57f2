/* Predictions from n alone; the public face is nbang_estimate_job (nbang/estimate.h). */
#ifndef NB_COMPUTE_COST_H
#define NB_COMPUTE_COST_H

#include <stdint.h>

#include "nbang/estimate.h"

/* v_p(n!): the exponent of the prime p in n! (Legendre's formula). */
uint64_t nb_cost_legendre(uint64_t n, uint64_t p);

/* Bytes of the digits of n! without its zeros: what the parts of one job take together while they
 * wait to be joined. */
uint64_t nb_cost_parts_bytes(uint64_t n);

/* Memory of joining finished parts, the parts included, as nbang_estimate.memory_bytes is that of
 * the whole job. */
uint64_t nb_cost_join_memory_bytes(uint64_t n);

#endif
