/* Predictions from n alone; the public face is nbang_estimate_job (nbang/estimate.h). */
#ifndef NB_COMPUTE_COST_H
#define NB_COMPUTE_COST_H

#include <stdbool.h>
#include <stdint.h>

#include "nbang/estimate.h"

/* v_p(n!): the exponent of the prime p in n! (Legendre's formula). */
uint64_t nb_cost_legendre(uint64_t n, uint64_t p);

/* Predicted time from the start of a job to its number, when a team of `threads` >= 1 computes it,
 * in nanoseconds: `estimate->time_ns` with one. Does not rise with the number of threads as long as
 * it is worth having them (run/plan.h). Pure; about 10 ns. */
uint64_t nb_cost_team_time_ns(const nbang_estimate *estimate, unsigned threads);

/* Predicted time in which the result goes from its worker through the master to a file, in
 * nanoseconds: after the number is there, and not shared by a team. */
uint64_t nb_cost_text_time_ns(const nbang_estimate *estimate);

/* How n! is made of m!, m <= n (compute/kept.h), and in what time. */
typedef struct nb_cost_steps {
    bool by_words;    /* factor by factor rather than by the product of all of them */
    uint64_t time_ns; /* predicted, without the text and its check */
} nb_cost_steps;

/* Below 10 ns. */
nb_cost_steps nb_cost_of_steps(uint64_t m, uint64_t n);

#endif
