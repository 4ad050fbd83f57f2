#include <criterion/criterion.h>
#include <math.h>

#include "measure/scaling.h"

/* Expected models are those of a Python program: the normal equations in exact fractions on every
 * face of the allowed region, of which the best is taken. */

enum { POINTS = 8 };
static const unsigned workers[POINTS] = {1, 2, 3, 4, 6, 8, 12, 16};

static void expect_fit(const double *times, bool has_kappa, nb_usl expected)
{
    nb_usl model;
    cr_assert(nb_usl_fit(&model, workers, times, POINTS, has_kappa));
    cr_expect_float_eq(model.serial_ns, expected.serial_ns, 1e-8 * expected.serial_ns, "T(1) %.17g",
                       model.serial_ns);
    cr_expect_float_eq(model.sigma, expected.sigma, 1e-9, "sigma %.17g", model.sigma);
    cr_expect_float_eq(model.kappa, expected.kappa, 1e-9, "kappa %.17g", model.kappa);
}

/* Times that follow a model exactly. */
static void follow(double times[POINTS], nb_usl model)
{
    for (int i = 0; i < POINTS; i++) {
        const double n = workers[i];
        times[i] = model.serial_ns * (1 + model.sigma * (n - 1) + model.kappa * n * (n - 1)) / n;
    }
}

Test(scaling, exact_models_are_found_again)
{
    static const nb_usl models[] = {{1e9, 0, 0},   {1e9, 0.05, 0.001}, {3.5e7, 0.3, 0},
                                    {12, 0, 0.02}, {1e15, 1, 0.5},     {1e9, 1, 0}};
    for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
        double times[POINTS];
        follow(times, models[i]);
        expect_fit(times, true, models[i]);
        if (models[i].kappa == 0) {
            expect_fit(times, false, models[i]);
        }
    }
}

Test(scaling, noisy_times_give_the_least_sum_of_relative_squares)
{
    static const double times[POINTS] = {1000, 530, 371, 289, 211, 176, 147, 139};
    expect_fit(times, true,
               (nb_usl){1012.6344600250548, 0.034549615545922625, 0.0027860150952078366});
    expect_fit(times, false, (nb_usl){962.2124609314882, 0.07627693986360418, 0});
}

Test(scaling, superlinear_times_end_at_no_contention)
{
    static const double times[POINTS] = {1000, 490, 320, 235, 150, 110, 70, 50};
    expect_fit(times, true, (nb_usl){902.7204639852037, 0, 0});
    expect_fit(times, false, (nb_usl){902.7204639852037, 0, 0});
}

Test(scaling, a_negative_coherence_ends_at_zero)
{
    static const double times[POINTS] = {1000, 700, 560, 480, 410, 370, 325, 305};
    expect_fit(times, true, (nb_usl){1070.3197647459626, 0.24905128343989172, 0});
}

Test(scaling, times_that_grow_end_at_the_edges)
{
    static const double grow[POINTS] = {100, 130, 170, 220, 340, 480, 830, 1300};
    expect_fit(grow, true, (nb_usl){100.89537299521677, 0, 0.6982976870833867});
    expect_fit(grow, false, (nb_usl){153.0432662982149, 1, 0});
    static const double contended[POINTS] = {100, 126, 135, 140, 147, 151, 157, 162};
    expect_fit(contended, true, (nb_usl){117.21414633003651, 1, 0.032417538918442686});
}

Test(scaling, units_do_not_matter)
{
    static const double times[POINTS] = {1000, 530, 371, 289, 211, 176, 147, 139};
    for (double unit = 1e-12; unit < 1e16; unit *= 1e6) {
        double scaled[POINTS];
        for (int i = 0; i < POINTS; i++) {
            scaled[i] = times[i] * unit;
        }
        expect_fit(
            scaled, true,
            (nb_usl){unit * 1012.6344600250548, 0.034549615545922625, 0.0027860150952078366});
    }
}

Test(scaling, what_determines_no_model_is_refused)
{
    nb_usl model;
    static const unsigned same[] = {4, 4, 4, 4, 4, 4, 4, 4};
    static const double times[POINTS] = {10, 11, 10, 12, 10, 11, 10, 9};
    cr_expect_not(nb_usl_fit(&model, same, times, POINTS, true));
    cr_expect_not(nb_usl_fit(&model, same, times, POINTS, false));
    cr_expect_not(nb_usl_fit(&model, workers, times, 2, true), "two points, three parameters");
    cr_expect_not(nb_usl_fit(&model, workers, times, 1, false));
    cr_expect_not(nb_usl_fit(&model, workers, times, 0, true));
    static const double bad[] = {0, -1, NAN, INFINITY};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        double with_bad[POINTS] = {10, 6, 5, 4, 3, 2, 1.5, 1};
        with_bad[3] = bad[i];
        cr_expect_not(nb_usl_fit(&model, workers, with_bad, POINTS, true), "%g", bad[i]);
    }
}

Test(scaling, extreme_times_give_a_finite_model_or_none)
{
    static const double extremes[] = {1e-308, 1e-100, 1, 1e100, 1e308};
    for (int i = 0; i < 5 * 5 * 5; i++) {
        double times[POINTS];
        for (int k = 0; k < POINTS; k++) {
            times[k] = extremes[(k % 3 == 0 ? i : k % 3 == 1 ? i / 5 : i / 25) % 5];
        }
        nb_usl model;
        if (nb_usl_fit(&model, workers, times, POINTS, true)) {
            cr_expect(isfinite(model.serial_ns) && model.serial_ns > 0);
            cr_expect(model.sigma >= 0 && model.sigma <= 1);
            cr_expect(isfinite(model.kappa) && model.kappa >= 0);
        }
    }
}

Test(scaling, speedup_is_that_of_the_law)
{
    /* Amdahl: with a serial tenth, 10 workers are 1 / (0.1 + 0.9 / 10) times as fast. */
    const nb_usl amdahl = {1, 0.1, 0};
    cr_expect_float_eq(nb_usl_speedup(&amdahl, 10), 1 / (0.1 + 0.09), 1e-12);
    cr_expect_float_eq(nb_usl_speedup(&amdahl, 1), 1, 1e-12);
    const nb_usl usl = {1, 0.02, 0.0005};
    cr_expect_float_eq(nb_usl_speedup(&usl, 30), 30 / (1 + 0.02 * 29 + 0.0005 * 30 * 29), 1e-12);
}

Test(scaling, best_number_of_workers_is_where_the_speedup_is_largest)
{
    const nb_usl usl = {1, 0.02, 0.0005};
    const double best = nb_usl_best_workers(&usl);
    cr_expect_float_eq(best, sqrt(0.98 / 0.0005), 1e-9);
    cr_expect_gt(nb_usl_speedup(&usl, best), nb_usl_speedup(&usl, best - 1));
    cr_expect_gt(nb_usl_speedup(&usl, best), nb_usl_speedup(&usl, best + 1));
    const nb_usl amdahl = {1, 0.1, 0};
    cr_expect_eq(nb_usl_best_workers(&amdahl), 0);
    const nb_usl hopeless = {1, 1, 0.5};
    cr_expect_eq(nb_usl_best_workers(&hopeless), 1);
}
