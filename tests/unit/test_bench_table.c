/* The benchmark's table, of records with known figures. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bench_table.h"

TestSuite(bench_table, .timeout = 60);

static void add_sample(nb_point *point, uint64_t wall_ns, uint64_t cycles)
{
    const nb_sample sample = {
        .wall_ns = wall_ns,
        .cpu_ns = wall_ns,
        .cycles = cycles,
        .instructions = cycles == NB_COUNT_UNKNOWN ? NB_COUNT_UNKNOWN : 3 * cycles,
    };
    cr_assert_eq(nb_point_add_sample(point, &sample), NBANG_OK);
}

static nb_record make_record(unsigned num_points)
{
    nb_record record;
    cr_assert_eq(nb_record_init(&record), NBANG_OK);
    for (unsigned i = 1; i <= num_points; i++) {
        cr_assert_eq(
            nb_record_add_point(&record, "strong-1e6-v1", i, NBANG_BIND_CORE, NBANG_ORDER_CLOSE),
            NBANG_OK);
    }
    return record;
}

/* The table as a string that the caller frees. */
static char *print(const nb_record *record)
{
    nb_analysis analysis;
    char *text = NULL;
    size_t len;
    cr_assert_eq(nb_analysis_create(&analysis, record), NBANG_OK);
    FILE *out = open_memstream(&text, &len);
    nb_bench_table_print(out, record, &analysis);
    cr_assert_eq(fclose(out), 0);
    nb_analysis_clear(&analysis);
    cr_assert_null(strstr(text, "nan"), "%s", text);
    cr_assert_null(strstr(text, "inf"), "%s", text);
    return text;
}

static void expect(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "no \"%s\" in\n%s", part, text);
}

Test(bench_table, has_a_row_for_each_point)
{
    nb_record record = make_record(3);
    for (unsigned i = 0; i < 6; i++) {
        add_sample(&record.points[0], 40000000, NB_COUNT_UNKNOWN);
        add_sample(&record.points[1], 25000000, NB_COUNT_UNKNOWN);
    }
    char *text = print(&record);
    expect(text, "strong-1e6-v1: one factorial, 1000000!; bound to core, close\n");
    expect(text, "\n      1    6  40.00 ms  40.00 ms    40.00 .. 40.00   0.0 %      1.00");
    /* Speed-up 1.6; efficiency 0.8; Karp-Flatt (1/1.6 - 1/2) / (1 - 1/2) = 0.25 */
    expect(text, "\n      2    6  25.00 ms  25.00 ms    25.00 .. 25.00   0.0 %      1.60  "
                 "1.60 .. 1.60        80 %   0.250\n");
    expect(text, "\n      3    0  not measured\n");
    expect(text, "\nmodels    none: ");
    cr_expect_null(strstr(text, "too few runs"), "points without any are none with too few");
    free(text);
    nb_record_clear(&record);
}

Test(bench_table, says_why_there_is_no_speedup)
{
    nb_record record = make_record(2);
    for (unsigned i = 0; i < 6; i++) {
        add_sample(&record.points[0], 40000000, NB_COUNT_UNKNOWN);
    }
    for (unsigned i = 0; i < 5; i++) {
        add_sample(&record.points[1], 25000000, NB_COUNT_UNKNOWN);
    }
    char *text = print(&record);
    expect(text, "\n      2    5  25.00 ms  25.00 ms                     0.0 %\n"
                 "too few runs: intervals and the speed-up need 6 of a point\n");
    free(text);
    nb_record_clear(&record);
}

Test(bench_table, what_says_nothing_is_a_dash)
{
    nb_record record = make_record(3);
    for (unsigned i = 0; i < 6; i++) {
        add_sample(&record.points[0], 40000000, NB_COUNT_UNKNOWN);
        add_sample(&record.points[1], 50000000, NB_COUNT_UNKNOWN);
    }
    add_sample(&record.points[2], 30000000, NB_COUNT_UNKNOWN);
    char *text = print(&record);
    expect(text, "0.0 %      0.80  0.80 .. 0.80        40 %       -\n"); /* slower than one */
    expect(text, "\n      3    1  30.00 ms  30.00 ms                         -\n");
    free(text);
    nb_record_clear(&record);
}

Test(bench_table, says_once_why_there_are_no_models)
{
    nb_record record = make_record(2);
    cr_assert_eq(nb_record_add_point(&record, "batch-64-v1", 1, NBANG_BIND_CORE, NBANG_ORDER_CLOSE),
                 NBANG_OK);
    char *text = print(&record);
    const char *first = strstr(text, "models    none: ");
    cr_assert_not_null(first);
    cr_expect_null(strstr(first + 1, "models"));
    free(text);
    nb_record_clear(&record);
}

/* T(N) = 100 ms (0.1 + 0.9 / N): Amdahl's law with a tenth that is serial. */
Test(bench_table, shows_the_models)
{
    nb_record record = make_record(8);
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned run = 0; run < 6; run++) {
            add_sample(&record.points[i], 10000000 + 90000000 / (i + 1), NB_COUNT_UNKNOWN);
        }
    }
    char *text = print(&record);
    expect(text, "\nAmdahl: 0.100 serial (0.100 to 0.100)\n");
    expect(text, "\nUSL: contention 0.1000 (");
    free(text);
    nb_record_clear(&record);
}

Test(bench_table, shows_counts_where_there_are_any)
{
    nb_record record = make_record(2);
    for (unsigned i = 0; i < 3; i++) {
        add_sample(&record.points[0], 40000000, 100000000);
        add_sample(&record.points[1], 25000000, i == 1 ? NB_COUNT_UNKNOWN : 100000000);
    }
    char *text = print(&record);
    expect(text, "1 worker: 1e+08 cycles, 3e+08 instructions, 3.00 a cycle\n");
    cr_expect_null(strstr(text, "2 workers: "), "one of its samples has none");
    free(text);
    nb_record_clear(&record);
}

Test(bench_table, ends_with_what_disturbed_it)
{
    nb_record record = make_record(1);
    cr_assert_eq(nb_record_warn(&record, "Something."), NBANG_OK);
    record.interrupted = true;
    record.command = strdup("nbang bench --quick");
    char *text = print(&record);
    expect(text, "again     nbang bench --quick\nwarning   Something.\n"
                 "warning   The benchmark was interrupted.\n");
    free(text);
    nb_record_clear(&record);
}
