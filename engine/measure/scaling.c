#include "measure/scaling.h"

#include <math.h>

/* The terms of the model. */
enum { A, B, C, NUM_TERMS };

/* What must be left of the square of a column's length when the others are taken out of it: with
 * less, it is a combination of them. */
#define SMALLEST_PIVOT 1e-10

/* The measurements, and the part of the boundary of the allowed models that is looked at. */
typedef struct problem {
    const unsigned *workers;
    const double *times;
    size_t count;
} problem;

/* A face of the region 0 <= b <= a, 0 <= c: which of its three limits hold with equality. */
typedef struct face_limits {
    bool no_b, all_b, no_c; /* b = 0; b = a; c = 0 */
} face_limits;

/* The terms of one equation, divided by its left side. */
static void fill_row(double row[NUM_TERMS], const problem *of, size_t i)
{
    const double n = of->workers[i];
    const double work = n * of->times[i];
    row[A] = 1 / work;
    row[B] = (n - 1) / work;
    row[C] = n * (n - 1) / work;
}

/* Takes the free terms of a face to the front of the row; returns their number. */
static int reduce_row(double row[NUM_TERMS], face_limits face)
{
    int terms = 1;
    if (face.all_b) {
        row[A] += row[B];
    } else if (!face.no_b) {
        row[terms++] = row[B];
    }
    if (!face.no_c) {
        row[terms++] = row[C];
    }
    return terms;
}

/* Solves the symmetric system gram x = right by Cholesky's decomposition; false if it is singular.
 * Both are used up. Columns are compared with their own length, so that units do not matter. */
static bool solve(double x[NUM_TERMS], double gram[NUM_TERMS][NUM_TERMS], double right[NUM_TERMS],
                  int terms)
{
    for (int i = 0; i < terms; i++) {
        const double length = gram[i][i];
        for (int j = 0; j <= i; j++) {
            for (int k = 0; k < j; k++) {
                gram[i][j] -= gram[i][k] * gram[j][k];
            }
            if (j < i) {
                gram[i][j] /= gram[j][j];
            }
        }
        if (!(gram[i][i] > SMALLEST_PIVOT * length)) {
            return false;
        }
        gram[i][i] = sqrt(gram[i][i]);
    }
    for (int i = 0; i < terms; i++) {
        for (int k = 0; k < i; k++) {
            right[i] -= gram[i][k] * right[k];
        }
        right[i] /= gram[i][i];
    }
    for (int i = terms - 1; i >= 0; i--) {
        for (int k = i + 1; k < terms; k++) {
            right[i] -= gram[k][i] * x[k];
        }
        x[i] = right[i] / gram[i][i];
    }
    return true;
}

/* Least squares with the free terms of a face; the others are put to what the face says. */
static bool fit_face(double abc[NUM_TERMS], const problem *of, face_limits face)
{
    double gram[NUM_TERMS][NUM_TERMS] = {{0}};
    double right[NUM_TERMS] = {0};
    int terms = 0;
    for (size_t i = 0; i < of->count; i++) {
        double row[NUM_TERMS];
        fill_row(row, of, i);
        terms = reduce_row(row, face);
        for (int j = 0; j < terms; j++) {
            for (int k = 0; k <= j; k++) {
                gram[j][k] += row[j] * row[k];
            }
            right[j] += row[j];
        }
    }
    double x[NUM_TERMS] = {0};
    if (!solve(x, gram, right, terms)) {
        return false;
    }
    int next = 1;
    abc[A] = x[0];
    abc[B] = face.all_b ? x[0] : face.no_b ? 0 : x[next++];
    abc[C] = face.no_c ? 0 : x[next];
    return true;
}

/* The sum of squared relative errors. */
static double error_of(const double abc[NUM_TERMS], const problem *of)
{
    double sum = 0;
    for (size_t i = 0; i < of->count; i++) {
        double row[NUM_TERMS];
        fill_row(row, of, i);
        const double error = abc[A] * row[A] + abc[B] * row[B] + abc[C] * row[C] - 1;
        sum += error * error;
    }
    return sum;
}

bool nb_usl_fit(nb_usl *model, const unsigned *workers, const double *times, size_t count,
                bool has_kappa)
{
    /* From the inside to the edges. The sum of squares is convex, so the minimum over the region is
     * the least of those minima over faces that lie in it. */
    static const face_limits faces[] = {
        {.no_c = false},
        {.no_b = true},
        {.all_b = true},
        {.no_c = true},
        {.no_b = true, .no_c = true},
        {.all_b = true, .no_c = true},
    };
    const problem of = {.workers = workers, .times = times, .count = count};
    for (size_t i = 0; i < count; i++) {
        if (!(times[i] > 0) || !isfinite(times[i]) || workers[i] == 0) {
            return false;
        }
    }
    double best[NUM_TERMS] = {0};
    double best_error = INFINITY;
    for (size_t i = has_kappa ? 0 : 3; i < sizeof(faces) / sizeof(*faces); i++) {
        double abc[NUM_TERMS];
        if (!fit_face(abc, &of, faces[i])) {
            return false;
        }
        const bool allowed = abc[A] > 0 && abc[B] >= 0 && abc[B] <= abc[A] && abc[C] >= 0;
        const double error = allowed ? error_of(abc, &of) : INFINITY;
        if (error < best_error) {
            best_error = error;
            best[A] = abc[A], best[B] = abc[B], best[C] = abc[C];
        }
    }
    const nb_usl found = {
        .serial_ns = best[A], .sigma = best[B] / best[A], .kappa = best[C] / best[A]};
    if (!(best_error < INFINITY) || !isfinite(found.sigma) || !isfinite(found.kappa)) {
        return false;
    }
    *model = found;
    return true;
}

double nb_usl_speedup(const nb_usl *model, double workers)
{
    const double more = workers - 1;
    return workers / (1 + model->sigma * more + model->kappa * workers * more);
}

double nb_usl_best_workers(const nb_usl *model)
{
    return model->kappa > 0 ? fmax(1, sqrt((1 - model->sigma) / model->kappa)) : 0;
}
