/* Predictions from n alone; the public face is nbang_estimate_job (nbang/estimate.h). */
#ifndef NB_COMPUTE_COST_H
#define NB_COMPUTE_COST_H

#include <stdint.h>

#include "nbang/estimate.h"

/* v_p(n!): the exponent of the prime p in n! (Legendre's formula). */
uint64_t nb_cost_legendre(uint64_t n, uint64_t p);

#endif
