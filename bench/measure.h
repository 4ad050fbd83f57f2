/* What the benchmarks of the arithmetic share: repeated timing, random numbers, the machine. */
#ifndef NB_BENCH_MEASURE_H
#define NB_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "decimal/multiply.h"
#include "decimal/number.h"

/* CPU time of one call. */
typedef struct bench_time {
    double min_ns, median_ns;
} bench_time;

/* Calls body(context) once to warm up, then again and again for about `budget_ns` of CPU time (at
 * least three times) in samples long enough for the clock. */
bench_time bench_measure(void (*body)(void *context), void *context, uint64_t budget_ns);

/* A random number with exactly num_digits balanced digits; its digits are the caller's to free. The
 * same for every call with the same arguments. */
nb_decimal bench_random_number(size_t num_digits, uint64_t seed);
nb_factor bench_factor(const nb_decimal *number);

/* The same of several contexts, one sample of each in turn: what disturbs the machine meanwhile
 * then disturbs all of them. */
void bench_compare(void (*body)(void *context), void *const *contexts, size_t count,
                   uint64_t budget_ns, bench_time *times);

/* Memory, or the end of the program. */
void *bench_allocate(size_t size);

/* Ends the program unless it is NBANG_OK: says that `what` failed. */
void bench_must(nb_status status, const char *what);

/* Writes a line each for processor, compiler, GMP and kernels to standard output. */
void bench_print_machine(void);

#endif
