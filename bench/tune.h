/* The parts of bench_tune. Each prints a table of its own. */
#ifndef NB_BENCH_TUNE_H
#define NB_BENCH_TUNE_H

#include "decimal/fft/kernel.h"

typedef struct tune_options {
    double max_digits;  /* of products */
    uint64_t budget_ns; /* CPU time for each figure */
} tune_options;

/* tune_transforms.c: with the kernel given. */
void tune_rows(const tune_options *options, const nb_fft_kernel *kernel);
void tune_shapes(const tune_options *options, const nb_fft_kernel *kernel);
void tune_plans(const tune_options *options, const nb_fft_kernel *kernel);

/* tune_numbers.c: with the kernel in use, which is the one given. */
void tune_basecase(const tune_options *options, const nb_fft_kernel *kernel);
void tune_leaves(const tune_options *options, const nb_fft_kernel *kernel);
void tune_factorials(const tune_options *options, const nb_fft_kernel *kernel);

/* How much longer what is chosen takes than the best that was measured, over many cases. */
typedef struct tune_loss {
    double sum, worst;
    unsigned count;
} tune_loss;

/* Returns chosen / best - 1. */
double tune_add_loss(tune_loss *loss, double chosen, double best);
void tune_print_loss(const tune_loss *loss);

#endif
