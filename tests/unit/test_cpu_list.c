#include <criterion/criterion.h>
#include <stdlib.h>

#include "topo/cpu_list.h"

TestSuite(cpu_list, .timeout = 10);

/* Parses `list` on a machine whose CPUs 0 to `last` are usable. */
static nb_status parse(const char *list, int last, hwloc_bitmap_t cpus, char *error, size_t size)
{
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(usable, 0, last);
    nb_status status = nb_cpu_list_parse(cpus, list, usable, error, size);
    hwloc_bitmap_free(usable);
    return status;
}

Test(cpu_list, selects_as_taskset_does)
{
    static const struct {
        const char *list, *expected;
    } cases[] = {
        {"0", "0"},           {"0,2-3", "0,2-3"}, {"3,1", "1,3"},     {"1-1", "1"},
        {"0-6:2", "0,2,4,6"}, {"1-6:9", "1"},     {"0-3,2-4", "0-4"}, {"00,007", "0,7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
        char *actual;
        cr_assert_eq(parse(cases[i].list, 7, cpus, NULL, 0), NBANG_OK, "%s", cases[i].list);
        hwloc_bitmap_list_asprintf(&actual, cpus);
        cr_assert_str_eq(actual, cases[i].expected);
        free(actual);
        hwloc_bitmap_free(cpus);
    }
}

static void expect_error(const char *list, const char *expected)
{
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    char error[256] = "";
    cr_assert_eq(parse(list, 1, cpus, error, sizeof error), NBANG_INVALID, "%s", list);
    cr_assert_str_eq(error, expected);
    hwloc_bitmap_free(cpus);
}

/* The same for the part of the message behind "CPU list "…" is malformed: ". */
static void expect_malformed(const char *list, const char *problem)
{
    char expected[256];
    snprintf(expected, sizeof expected, "CPU list \"%s\" is malformed: %s", list, problem);
    expect_error(list, expected);
}

Test(cpu_list, malformed_text_is_refused_with_the_place)
{
    expect_malformed("", "expected a number at the end");
    expect_malformed("0,,x", "expected a number at \",x\"");
    expect_malformed("0,", "expected a number at the end");
    expect_malformed("0-", "expected a number at the end");
    expect_malformed("-1", "expected a number at \"-1\"");
    expect_malformed("+1", "expected a number at \"+1\"");
    expect_malformed("0, 1", "expected a number at \" 1\"");
    expect_malformed("0-1:", "expected a number at the end");
    expect_malformed("0-1-2", "expected a comma at \"-2\"");
    expect_malformed("0x1", "expected a comma at \"x1\"");
    expect_malformed("0:2", "expected a comma at \":2\"");
    expect_malformed("0,3-1", "the range runs backwards at \"3-1\"");
    expect_malformed("0-3:0", "the stride is zero at \"0\"");
    expect_malformed("2147483648", "the number is too large at \"2147483648\"");
    expect_malformed("4294967296", "the number is too large at \"4294967296\"");
    expect_malformed("99999999999999999999", "the number is too large at \"99999999999999999999\"");
}

Test(cpu_list, unusable_cpu_is_named)
{
    expect_error("9", "CPU 9 is not available (usable: 0-1)");
    expect_error("0,2", "CPU 2 is not available (usable: 0-1)");
    expect_error("2147483647", "CPU 2147483647 is not available (usable: 0-1)");
}

Test(cpu_list, huge_range_ends_at_the_first_missing_cpu, .timeout = 1)
{
    expect_error("0-2147483647", "CPU 2 is not available (usable: 0-1)");
    expect_error("0-2147483647:2147483647", "CPU 2147483647 is not available (usable: 0-1)");
    expect_error("0,0-2147483647:2", "CPU 2 is not available (usable: 0-1)");
}
