/* The universal scalability law (Gunther, "Guerrilla Capacity Planning", 2007), fitted to times.
 *
 * With N workers the speed-up is S(N) = N / (1 + sigma (N - 1) + kappa N (N - 1)). As T(N) =
 * T(1) / S(N), the work of all workers together is
 *
 *     N T(N) = a + b (N - 1) + c N (N - 1),    a = T(1), b = T(1) sigma, c = T(1) kappa,
 *
 * which is linear in a, b and c: least squares need no search and no starting point. Times scatter
 * by about the same share whatever their size, so each equation is divided by its left side, and
 * what is least is the sum of squared relative errors. The minimum is taken over 0 <= b <= a (sigma
 * is a share) and c >= 0. With c = 0 this is Amdahl's law (1967) with the serial share sigma. */
#ifndef NB_MEASURE_SCALING_H
#define NB_MEASURE_SCALING_H

#include <stdbool.h>
#include <stddef.h>

typedef struct nb_usl {
    double serial_ns; /* T(1) of the model, in whatever unit the times were */
    double sigma;     /* 0 to 1 */
    double kappa;     /* at least 0 */
} nb_usl;

/* The model nearest to times[i] on workers[i] workers, of those with kappa = 0 unless `has_kappa`.
 * False if they do not determine one: a time is not above 0, or there are fewer different numbers
 * of workers than parameters. */
bool nb_usl_fit(nb_usl *model, const unsigned *workers, const double *times, size_t count,
                bool has_kappa);

/* S(N) of the model. */
double nb_usl_speedup(const nb_usl *model, double workers);

/* The number of workers for which S is largest, sqrt((1 - sigma) / kappa) but at least 1; 0 if
 * there is none because kappa is 0. */
double nb_usl_best_workers(const nb_usl *model);

#endif
