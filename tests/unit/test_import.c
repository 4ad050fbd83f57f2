#include "measure/import.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure/export.h"
#include "record_support.h"

static char *exported(nb_export_format format)
{
    nb_record record;
    nb_analysis analysis;
    make_record(&record, 1);
    make_analysis(&analysis, &record);
    char *text = NULL;
    cr_assert_eq(nb_export_render(&text, format, &record, &analysis), NBANG_OK);
    clear_analysis(&analysis);
    nb_record_clear(&record);
    return text;
}

static void expect_samples(const nb_record *read, const nb_record *record)
{
    cr_assert_eq(read->num_points, record->num_points);
    for (size_t i = 0; i < record->num_points; i++) {
        const nb_point *a = &read->points[i], *b = &record->points[i];
        cr_expect(nb_point_same(a, b));
        cr_assert_eq(a->num_samples, b->num_samples);
        for (size_t k = 0; k < a->num_samples; k++) {
            cr_expect_eq(a->samples[k].wall_ns, b->samples[k].wall_ns);
            cr_expect_eq(a->samples[k].cpu_ns, b->samples[k].cpu_ns);
            cr_expect_eq(a->samples[k].turn, b->samples[k].turn);
            cr_expect_eq(a->samples[k].cycles, b->samples[k].cycles);
            cr_expect_eq(a->samples[k].instructions, b->samples[k].instructions);
        }
    }
}

static void expect_comes_back(nb_export_format format, bool whole)
{
    nb_record record, read;
    char error[NB_RECORD_ERROR_SIZE] = "";
    char *text = exported(format);
    make_record(&record, 1);
    cr_assert_eq(nb_import_text(&read, text, strlen(text), error), NBANG_OK, "%s", error);
    expect_samples(&read, &record);
    if (whole) {
        cr_expect(json_equal(read.metadata, record.metadata));
        cr_expect(json_equal(read.warnings, record.warnings));
        cr_expect_str_eq(read.command, record.command);
        cr_expect_eq(read.seed, record.seed);
    } else {
        cr_expect_eq(json_object_size(read.metadata), 4);
        cr_expect_str_eq(json_string_value(json_object_get(read.metadata, "fingerprint")),
                         "0123456789abcdef");
    }
    nb_record_clear(&read);
    nb_record_clear(&record);
    free(text);
}

Test(import, json_comes_back_whole)
{
    expect_comes_back(NB_EXPORT_JSON, true);
}

Test(import, google_benchmark_comes_back_whole)
{
    expect_comes_back(NB_EXPORT_GOOGLE_BENCHMARK, true);
}

Test(import, csv_comes_back_with_its_four_columns_of_metadata)
{
    expect_comes_back(NB_EXPORT_CSV, false);
}

/* Expects that text[0, len) is refused with an error that has `part` in it. */
static void expect_refused_bytes(const char *text, size_t len, const char *part)
{
    nb_record record = {.seed = 77};
    char error[NB_RECORD_ERROR_SIZE] = "";
    cr_expect_eq(nb_import_text(&record, text, len, error), NBANG_INVALID, "%.60s", text);
    cr_expect_not_null(strstr(error, part), "\"%s\" lacks \"%s\"", error, part);
    cr_expect_null(strchr(error, '\n'));
    cr_expect_eq(record.seed, 77);
}

static void expect_refused(const char *text, const char *part)
{
    expect_refused_bytes(text, strlen(text), part);
}

Test(import, refuses_medians_and_says_what_can_be_compared)
{
    static const struct {
        nb_export_format format;
        const char *reason;
    } cases[] = {{NB_EXPORT_GITHUB_ACTION, "a github-action export has no samples"},
                 {NB_EXPORT_BENCHER, "a bencher export has no samples"},
                 {NB_EXPORT_MARKDOWN, "a markdown export has no samples"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = exported(cases[i].format);
        expect_refused(text, cases[i].reason);
        expect_refused(text, "export json, google-benchmark or csv");
        free(text);
    }
}

Test(import, refuses_what_is_no_export)
{
    expect_refused("", "empty");
    expect_refused(" \n\t", "empty");
    expect_refused("hello\n", "not an export of nbang bench");
    expect_refused("{}", "not an export of nbang bench");
    expect_refused("[]", "not an export of nbang bench");
    expect_refused("[1, 2", "line 1, column 5: no JSON");
    expect_refused("{\"a\": 1, \"a\": 2}", "duplicate");
    expect_refused("{\"schema\": \"nbang-bench-9\"}", "a newer nbang can read it");
    expect_refused_bytes("{\0}", 3, "no JSON");
    expect_refused_bytes("\0\0\0\0", 4, "not an export");
}

#define ROW                                                                                        \
    "\"run_type\": \"iteration\", \"real_time\": 1e6, \"cpu_time\": 1e6, \"time_unit\": \"ns\""

Test(import, names_the_row_of_google_benchmark_that_is_wrong)
{
    expect_refused("{\"benchmarks\": [{\"name\": \"BM_Sort/8\", " ROW "}]}",
                   "benchmarks[0].name names no point");
    expect_refused("{\"benchmarks\": [{}]}", "benchmarks[0].name");
    expect_refused("{\"benchmarks\": [7]}", "benchmarks[0].name");
    expect_refused("{\"benchmarks\": [{\"name\": \"a/workers:1\", \"error_occurred\": true, " ROW
                   "}]}",
                   "benchmarks[0] is a run that failed");
    expect_refused("{\"benchmarks\": [{\"name\": \"a/workers:1\", " ROW
                   "}, {\"name\": \"a/workers:1\", \"real_time\": -1, \"time_unit\": \"ms\"}]}",
                   "benchmarks[1].real_time is no time");
    expect_refused("{\"benchmarks\": [{\"name\": \"a/workers:1\", \"real_time\": 1e300, "
                   "\"time_unit\": \"ms\"}]}",
                   "benchmarks[0].real_time is no time");
    expect_refused("{\"benchmarks\": [{\"name\": \"a/workers:1\", \"time_unit\": \"h\"}]}",
                   "benchmarks[0].time_unit");
    expect_refused("{\"benchmarks\": [{\"name\": \"a/workers:1\", \"CYCLES\": \"x\", " ROW "}]}",
                   "benchmarks[0].CYCLES");
    expect_refused("{\"context\": {\"nbang\": {}}, \"benchmarks\": []}", "context.nbang: not a");
}

Test(import, reads_rows_of_google_benchmark_without_our_context)
{
    static const char text[] =
        "{\"context\": {\"date\": \"2026-01-01T00:00:00+00:00\"}, \"benchmarks\": ["
        "{\"name\": \"a/workers:2\", \"real_time\": 1.5, \"cpu_time\": 2, \"time_unit\": \"ms\"},"
        "{\"name\": \"a/workers:1\", \"real_time\": 3, \"cpu_time\": 3, \"time_unit\": \"us\"},"
        "{\"name\": \"a/workers:1_mean\", \"run_type\": \"aggregate\"}]}";
    nb_record record;
    char error[NB_RECORD_ERROR_SIZE] = "";
    cr_assert_eq(nb_import_text(&record, text, strlen(text), error), NBANG_OK, "%s", error);
    cr_assert_eq(record.num_points, 2);
    cr_expect_eq(record.points[0].workers, 1); /* sorted */
    cr_expect_eq(record.points[0].samples[0].wall_ns, 3000);
    cr_expect_eq(record.points[1].samples[0].wall_ns, 1500000);
    cr_expect_eq(record.points[1].samples[0].cycles, NB_COUNT_UNKNOWN);
    nb_record_clear(&record);
}

#define HEADER                                                                                     \
    "date,fingerprint,version,git_commit,workload,workers,bind,order,run,turn,wall_ns,cpu_ns,"     \
    "cycles,instructions"

Test(import, names_the_line_of_csv_that_is_wrong)
{
    expect_refused(HEADER "\nd,f,v,c,w,1,core,close,0,0,10\n", "line 2: the line has too few");
    expect_refused(HEADER "\n\n", "line 2: the line has too few");
    expect_refused(HEADER "\nd,f,v,c,w,1,core,close,0,0,0,1,,\n", "line 2: wall_ns");
    expect_refused(HEADER "\nd,f,v,c,w,1,core,close,0,0,1e3,1,,\n", "line 2: wall_ns");
    expect_refused(HEADER "\nd,f,v,c,w,1,core,close,0,0,9,1,x,\n", "line 2: cycles");
    expect_refused(HEADER "\nd,f,v,c,w/1,1,core,close,0,0,9,1,,\n", "line 2: the point");
    expect_refused(HEADER "\nd,f,v,c,w,100000,core,close,0,0,9,1,,\n", "line 2: the point");
    expect_refused(HEADER "\nd,f,v,c,w,1,core,near,0,0,9,1,,\n", "line 2: the point");
    expect_refused(HEADER "\n\"d,f,v,c,w,1,core,close,0,0,9,1,,\n", "does not end");
    expect_refused(HEADER "\n\"d\"x,f,v,c,w,1,core,close,0,0,9,1,,\n", "goes on behind its end");
    expect_refused(HEADER "\nd,f,v,c,w,1,core,close,0,0,9,1,,\n"
                          "e,f,v,c,w,1,core,close,1,1,9,1,,\n",
                   "line 3: date differs");
    expect_refused(HEADER "\n\xff,f,v,c,w,1,core,close,0,0,9,1,,\n", "line 2: date is not UTF-8");
    expect_refused_bytes(HEADER "\n\0", sizeof(HEADER "\n\0") - 1, "NUL");
}

Test(import, reads_csv_with_quotes_more_columns_and_other_line_ends)
{
    static const char text[] =
        HEADER ",later\r\n"
               "d,,\"a \"\"b\"\", c\",,w,1,\"core\",close,0,5,10,20,30,40,x\r\n"
               "d,,\"a \"\"b\"\", c\",,w,1,core,close,1,6,11,21,,,";
    nb_record record;
    char error[NB_RECORD_ERROR_SIZE] = "";
    cr_assert_eq(nb_import_text(&record, text, strlen(text), error), NBANG_OK, "%s", error);
    cr_assert_eq(record.num_points, 1);
    cr_assert_eq(record.points[0].num_samples, 2);
    cr_expect_eq(record.points[0].samples[0].instructions, 40);
    cr_expect_eq(record.points[0].samples[1].instructions, NB_COUNT_UNKNOWN);
    cr_expect_str_eq(json_string_value(json_object_get(record.metadata, "version")), "a \"b\", c");
    cr_expect_null(json_object_get(record.metadata, "fingerprint"));
    nb_record_clear(&record);
}

/* Damages each export in many ways, always the same ones. What comes out is a record or an error,
 * and the sanitizers look on. */
Test(import, survives_damaged_files, .timeout = 120)
{
    static const nb_export_format formats[] = {NB_EXPORT_JSON, NB_EXPORT_GOOGLE_BENCHMARK,
                                               NB_EXPORT_CSV};
    unsigned short state[3] = {1, 2, 3};
    unsigned refused = 0;
    for (int i = 0; i < 900; i++) {
        char *text = exported(formats[i % 3]);
        size_t len = strlen(text);
        for (long k = 1 + nrand48(state) % 4; k > 0; k--) {
            const size_t place = (size_t)nrand48(state) % len;
            switch (nrand48(state) % 3) {
            case 0:
                text[place] = (char)nrand48(state);
                break;
            case 1:
                memmove(&text[place], &text[place + 1], len - place - 1);
                len--;
                break;
            default:
                len = nrand48(state) % 8 == 0 ? place + 1 : len;
            }
        }
        /* Exactly as long as it is, so that reading past the end is seen. */
        char *exact = malloc(len);
        memcpy(exact, text, len);
        free(text);
        nb_record record;
        char error[NB_RECORD_ERROR_SIZE] = "";
        if (nb_import_text(&record, exact, len, error) == NBANG_OK) {
            nb_record_clear(&record);
        } else {
            cr_expect_neq(error[0], '\0');
            refused++;
        }
        free(exact);
    }
    cr_expect_gt(refused, 100);
}

Test(import, refuses_files_that_cannot_be_read_or_are_too_long)
{
    nb_record record;
    char error[NB_RECORD_ERROR_SIZE] = "";
    cr_expect_eq(nb_import_file(&record, "/nonexistent", error), NBANG_SYSTEM);
    cr_expect_str_eq(error, "No such file or directory");
    cr_expect_eq(nb_import_file(&record, "/", error), NBANG_SYSTEM);
    cr_expect_str_eq(error, "Is a directory");
    cr_expect_eq(nb_import_file(&record, "/dev/zero", error), NBANG_OUT_OF_RANGE);
    cr_expect_str_eq(error, "longer than 64 MiB");
}

Test(import, reads_a_pipe)
{
    char *text = exported(NB_EXPORT_CSV);
    int ends[2];
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    cr_assert_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    char path[64], error[NB_RECORD_ERROR_SIZE] = "";
    snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
    nb_record record;
    cr_assert_eq(nb_import_file(&record, path, error), NBANG_OK, "%s", error);
    cr_expect_eq(record.num_points, 4);
    nb_record_clear(&record);
    close(ends[0]);
    free(text);
}
