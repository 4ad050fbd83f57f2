#include <criterion/criterion.h>
#include <string.h>

#include "measure/record.h"
#include "record_support.h"

static json_t *written(void)
{
    nb_record record;
    make_record(&record, 1);
    json_t *object = nb_record_to_json(&record);
    cr_assert_not_null(object);
    nb_record_clear(&record);
    return object;
}

/* Reads `object`, which is used up, and expects this error. */
static void expect_refused(json_t *object, const char *expected)
{
    nb_record record = {.seed = 77};
    char error[256] = "";
    cr_expect_eq(nb_record_from_json(&record, object, error, sizeof(error)), NBANG_INVALID);
    cr_expect_str_eq(error, expected);
    cr_expect_eq(record.seed, 77);
    json_decref(object);
}

static json_t *first_point(json_t *object)
{
    return json_array_get(json_object_get(object, "points"), 0);
}

static json_t *third_sample(json_t *object)
{
    return json_array_get(json_object_get(first_point(object), "samples"), 2);
}

/* Sets a member of a container in `object`, and expects the error. */
static void expect_member_refused(json_t *(*container)(json_t *), const char *member, json_t *value,
                                  const char *expected)
{
    json_t *object = written();
    json_t *inside = container ? container(object) : object;
    cr_assert_eq(
        value ? json_object_set_new(inside, member, value) : json_object_del(inside, member), 0);
    expect_refused(object, expected);
}

Test(record_json, comes_back_as_it_was)
{
    nb_record record, copy;
    make_record(&record, 1);
    record.seed = UINT64_MAX;
    record.interrupted = true;
    record.points[0].samples[0].cycles = UINT64_MAX - 1;
    record.points[0].samples[0].wall_ns = INT64_MAX;
    record.points[0].samples[1].turn = (uint64_t)INT64_MAX + 1;
    copy_record(&copy, &record);
    cr_expect_eq(copy.seed, UINT64_MAX);
    cr_expect(copy.interrupted);
    cr_expect_str_eq(copy.command, record.command);
    cr_expect(json_equal(copy.metadata, record.metadata));
    cr_expect(json_equal(copy.warnings, record.warnings));
    cr_assert_eq(copy.num_points, record.num_points);
    for (size_t i = 0; i < copy.num_points; i++) {
        cr_expect(nb_point_same(&copy.points[i], &record.points[i]));
        cr_assert_eq(copy.points[i].num_samples, record.points[i].num_samples);
        for (size_t k = 0; k < copy.points[i].num_samples; k++) {
            const nb_sample *a = &copy.points[i].samples[k], *b = &record.points[i].samples[k];
            cr_expect_eq(a->wall_ns, b->wall_ns);
            cr_expect_eq(a->cpu_ns, b->cpu_ns);
            cr_expect_eq(a->cycles, b->cycles);
            cr_expect_eq(a->instructions, b->instructions);
            cr_expect_eq(a->turn, b->turn);
        }
    }
    nb_record_clear(&record);
    nb_record_clear(&copy);
}

Test(record_json, comes_back_without_points_and_without_a_command)
{
    nb_record record, copy;
    cr_assert_eq(nb_record_init(&record), NBANG_OK);
    copy_record(&copy, &record);
    cr_expect_eq(copy.num_points, 0);
    cr_expect_str_eq(copy.command, "");
    nb_record_clear(&record);
    nb_record_clear(&copy);
}

Test(record_json, what_is_not_known_is_null)
{
    json_t *object = written();
    cr_expect(json_is_null(json_object_get(third_sample(object), "instructions")));
    cr_expect(json_is_integer(json_object_get(third_sample(object), "cycles")));
    json_decref(object);
}

Test(record_json, passes_over_members_that_it_does_not_know)
{
    json_t *object = written();
    nb_record record;
    char error[256];
    json_object_set_new(object, "colour", json_string("blue"));
    json_object_set_new(first_point(object), "colour", json_string("blue"));
    cr_expect_eq(nb_record_from_json(&record, object, error, sizeof(error)), NBANG_OK);
    nb_record_clear(&record);
    json_decref(object);
}

Test(record_json, names_the_member_that_is_wrong)
{
    expect_member_refused(NULL, "command", NULL, "command is missing");
    expect_member_refused(NULL, "command", json_null(), "command is not a string");
    expect_member_refused(NULL, "interrupted", json_integer(0), "interrupted is not true or false");
    expect_member_refused(NULL, "metadata", json_array(), "metadata is not an object");
    expect_member_refused(NULL, "seed", json_integer(-1), "seed is not a count");
    expect_member_refused(NULL, "seed", json_string("18446744073709551616"), "seed is not a count");
    expect_member_refused(NULL, "warnings", json_pack("[s,i]", "x", 1),
                          "warnings are not all strings");
    expect_member_refused(NULL, "points", json_object(), "points is not an array");
    expect_member_refused(first_point, "workload", json_string("a/b"),
                          "points[0].workload is not the name of one");
    expect_member_refused(first_point, "workload", json_string(""),
                          "points[0].workload is not the name of one");
    expect_member_refused(first_point, "workers", json_integer(0), "points[0].workers is below 1");
    expect_member_refused(first_point, "workers", json_integer(100000),
                          "points[0].workers is above 99999");
    expect_member_refused(first_point, "workers", json_real(1.5),
                          "points[0].workers is not a count");
    expect_member_refused(first_point, "bind", json_string("socket"),
                          "points[0].bind and order name no placement");
    expect_member_refused(first_point, "order", json_string("near"),
                          "points[0].bind and order name no placement");
    expect_member_refused(first_point, "workers", json_integer(2),
                          "points[1].workload repeats the point strong-1e6-v1/workers:2");
    expect_member_refused(first_point, "samples", NULL, "points[0].samples is missing");
    expect_member_refused(third_sample, "wall_ns", json_integer(0),
                          "points[0].samples[2].wall_ns is below 1");
    expect_member_refused(third_sample, "wall_ns", json_string("9223372036854775808"),
                          "points[0].samples[2].wall_ns is above 9223372036854775807");
    expect_member_refused(third_sample, "wall_ns", json_null(),
                          "points[0].samples[2].wall_ns is not a count");
    expect_member_refused(third_sample, "cpu_ns", json_real(1e9),
                          "points[0].samples[2].cpu_ns is not a count");
    expect_member_refused(third_sample, "cycles", NULL, "points[0].samples[2].cycles is missing");
    expect_member_refused(third_sample, "instructions", json_string("many"),
                          "points[0].samples[2].instructions is not a count");
}

Test(record_json, refuses_what_is_no_record)
{
    expect_refused(json_object(), "not a record of nbang bench");
    expect_refused(json_array(), "not a record of nbang bench");
    expect_refused(json_pack("{s:s}", "schema", "other-1"), "not a record of nbang bench");
}

Test(record_json, says_that_a_newer_record_is_newer)
{
    expect_member_refused(NULL, "schema", json_string("nbang-bench-2"),
                          "schema is not \"nbang-bench-1\": a newer nbang can read it");
}

Test(record_json, bounds_what_is_searched_one_by_one)
{
    json_t *object = written();
    json_t *points = json_object_get(object, "points");
    for (unsigned i = 0; i < 5000; i++) {
        json_array_append_new(points, json_deep_copy(first_point(object)));
    }
    expect_refused(object, "points are more than 1024");
}
