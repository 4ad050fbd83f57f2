/* Faults on demand, for tests: they exist in the test build of the engine only.
 *
 * The environment variable NBANG_FAULT lists what is to go wrong and for which key, as
 * "crash:5000,flip:20,fork:2". The keys belong to the places that ask; most are the n of a job. */
#ifndef NB_BASE_FAULT_H
#define NB_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef NBANG_TEST_HOOKS
/* True if NBANG_FAULT lists `kind` for `key`. */
bool nb_fault(const char *kind, uint64_t key);

/* A limit of the engine that a test can lower, to reach it in reasonable time: the number that
 * NBANG_FAULT gives for `kind`, or else `usual`. */
uint64_t nb_fault_limit(const char *kind, uint64_t usual);
#else
static inline bool nb_fault(const char *kind, uint64_t key)
{
    (void)kind;
    (void)key;
    return false;
}

static inline uint64_t nb_fault_limit(const char *kind, uint64_t usual)
{
    (void)kind;
    return usual;
}
#endif

#endif
