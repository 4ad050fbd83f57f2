/* The speed of the clocks, and what is said of it. */
#include <criterion/criterion.h>
#include <math.h>
#include <sched.h>
#include <string.h>

#include "measure/clock_speed.h"

TestSuite(clock_speed, .timeout = 60);

static json_t *describe(unsigned num_cores, double one_mhz, double all_mhz)
{
    const nb_clock_speed speed = {
        .num_cores = num_cores,
        .one_core_mhz = one_mhz,
        .all_cores_mhz = all_mhz,
        .one_core_reported_mhz = 3100,
    };
    json_t *object = nb_clock_speed_to_json(&speed);
    cr_assert_not_null(object);
    return object;
}

Test(clock_speed, a_sentence_says_what_the_clock_allows)
{
    json_t *object = describe(8, 4000, 3000);
    cr_expect_float_eq(json_real_value(json_object_get(object, "ratio")), 0.75, 1e-12);
    cr_expect_str_eq(json_string_value(json_object_get(object, "sentence")),
                     "With all 8 cores at work each runs at 0.75 of the speed of one alone (4.00 "
                     "GHz), so no speed-up above 6.00 can be expected of 8 cores.");
    json_decref(object);
}

Test(clock_speed, a_clock_that_does_not_slow_down_limits_nothing)
{
    json_t *object = describe(2, 3000, 2999);
    cr_expect_str_eq(json_string_value(json_object_get(object, "sentence")),
                     "With both cores at work each runs as fast as one alone (3.00 GHz), so the "
                     "clock does not limit the speed-up.");
    json_decref(object);
}

Test(clock_speed, what_the_system_does_not_say_is_null)
{
    json_t *object = describe(8, 4000, 3000);
    cr_expect_eq(json_real_value(json_object_get(object, "one_core_reported_mhz")), 3100);
    cr_expect(json_is_null(json_object_get(object, "all_cores_reported_mhz")));
    json_decref(object);
}

Test(clock_speed, of_a_single_core_there_is_nothing_to_say)
{
    json_t *object = describe(1, 4000, 4000);
    cr_expect(json_is_null(json_object_get(object, "sentence")));
    json_decref(object);
}

/* No processor has run at less than 100 MHz or at more than 10 GHz in this century; emulated ones
 * may be slower than the former. */
Test(clock_speed, is_that_of_a_processor)
{
    nb_clock_speed speed = {.num_cores = 0};
    cpu_set_t before, after;
    cr_assert_eq(sched_getaffinity(0, sizeof before, &before), 0);
    cr_assert_eq(nb_clock_speed_measure(&speed), NBANG_OK);
    cr_expect_geq(speed.num_cores, 1);
    cr_expect(isfinite(speed.one_core_mhz) && speed.one_core_mhz > 0 && speed.one_core_mhz < 10000,
              "%f", speed.one_core_mhz);
    cr_expect(isfinite(speed.all_cores_mhz) && speed.all_cores_mhz > 0 &&
                  speed.all_cores_mhz < 10000,
              "%f", speed.all_cores_mhz);
    cr_assert_eq(sched_getaffinity(0, sizeof after, &after), 0);
    cr_expect(CPU_EQUAL(&before, &after), "the caller may run where it could");
}
