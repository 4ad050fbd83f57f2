/* Samples: what is run, and what is said when that goes wrong. The programs that fail are scripts.
 */
#include <string.h>
#include <sys/stat.h>

#include "measure/sample.h"
#include "scratch.h"

TestSuite(sample, .timeout = 60);

static nb_point make_point(void)
{
    return (nb_point){.workload = "strong-1e6-v1",
                      .workers = 2,
                      .bind = NBANG_BIND_PU,
                      .order = NBANG_ORDER_SPREAD};
}

#define NAME "strong-1e6-v1/workers:2/bind:pu/order:spread"

/* A sampler of a shell script in a directory of its own. */
static nb_sampler make_sampler(const scratch *dir, const char *script)
{
    char path[128];
    scratch_path(dir, path, "program");
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    cr_assert_eq(fclose(file), 0);
    cr_assert_eq(chmod(path, 0700), 0);
    nb_sampler sampler;
    nb_sampler_init(&sampler, path, 0);
    return sampler;
}

Test(sample, is_a_command_line_that_anyone_can_type)
{
    nb_sampler sampler;
    nb_sampler_init(&sampler, "/usr/bin/nbang", 0);
    nb_sample_arguments arguments;
    const nb_point point = make_point();
    nb_sample_arguments_fill(&arguments, &sampler, &point);
    static const char *const expected[] = {"/usr/bin/nbang", "-q",     "--no-reuse",
                                           "--fixed",        "-j2",    "--bind=pu",
                                           "--order=spread", "1000000"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_assert_not_null(arguments.argv[i]);
        cr_expect_str_eq(arguments.argv[i], expected[i]);
    }
    cr_expect_null(arguments.argv[sizeof expected / sizeof *expected]);
}

Test(sample, is_of_this_program_unless_told_otherwise)
{
    nb_sampler sampler;
    nb_sampler_init(&sampler, NULL, 0);
    cr_expect_not_null(strstr(sampler.program, "test_sample"));
}

Test(sample, measures_a_run)
{
    scratch dir = scratch_create();
    const nb_sampler sampler = make_sampler(&dir, "echo digits; sleep 0.02");
    const nb_point point = make_point();
    nb_sample sample;
    char error[512] = "";
    cr_assert_eq(nb_sampler_take(&sampler, &point, &sample, error, sizeof error), NBANG_OK, "%s",
                 error);
    cr_expect_geq(sample.wall_ns, 20000000);
    cr_expect_gt(sample.cpu_ns, 0);
    scratch_remove(&dir);
}

static void expect_failure(const char *script, const char *expected)
{
    scratch dir = scratch_create();
    const nb_sampler sampler = make_sampler(&dir, script);
    const nb_point point = make_point();
    nb_sample sample;
    char error[512] = "";
    cr_expect_eq(nb_sampler_take(&sampler, &point, &sample, error, sizeof error), NBANG_INVALID);
    cr_expect_str_eq(error, expected);
    error[0] = '\0';
    cr_expect_eq(nb_sampler_check(&sampler, &point, error, sizeof error), NBANG_INVALID);
    cr_expect_str_eq(error, expected);
    scratch_remove(&dir);
}

Test(sample, a_run_that_fails_is_no_sample)
{
    expect_failure("echo one >&2; echo 'nbang: it broke' >&2; exit 1",
                   NAME " failed with exit code 1: nbang: it broke");
    expect_failure("exit 4", NAME " failed with exit code 4");
    expect_failure("kill -SEGV $$", NAME " was ended by signal 11");
}

Test(sample, wrong_digits_are_found_in_the_warm_up)
{
    scratch dir = scratch_create();
    const nb_sampler sampler = make_sampler(&dir, "echo 12345");
    const nb_point point = make_point();
    char error[512] = "";
    cr_expect_eq(nb_sampler_check(&sampler, &point, error, sizeof error), NBANG_INVALID);
    cr_expect_str_eq(error, NAME " printed wrong digits");
    scratch_remove(&dir);
}

Test(sample, a_program_that_is_not_there_is_named)
{
    nb_sampler sampler;
    nb_sampler_init(&sampler, "/nonexistent/nbang", 0);
    const nb_point point = make_point();
    nb_sample sample;
    char error[512] = "";
    cr_expect_eq(nb_sampler_take(&sampler, &point, &sample, error, sizeof error), NBANG_INVALID);
    cr_expect_str_eq(error, NAME " could not be started: No such file or directory");
}

Test(sample, ends_when_it_is_cancelled)
{
    scratch dir = scratch_create();
    nb_sampler sampler = make_sampler(&dir, "exec sleep 50");
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(write(fds[1], "", 1), 1);
    sampler.cancel_fd = fds[0];
    const nb_point point = make_point();
    nb_sample sample;
    char error[512] = "";
    cr_expect_eq(nb_sampler_take(&sampler, &point, &sample, error, sizeof error),
                 NBANG_INTERRUPTED);
    scratch_remove(&dir);
}

Test(sample, a_trace_is_read_from_what_the_run_prints)
{
    static const char script[] =
        "case \"$*\" in *' 1000000 -o /dev/null --trace=/dev/stdout') ;; *) exit 3 ;; esac\n"
        "cat <<'END'\n"
        "{\"otherData\":{\"version\":\"1\",\"wall_ns\":5000,\"workers\":1,\"slots\":1},\n"
        "\"traceEvents\":[\n"
        "{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":2,\"tid\":1,\"args\":{\"name\":\"slot "
        "0\"}},\n"
        "{\"name\":\"text\",\"ph\":\"X\",\"ts\":1,\"dur\":2,\"pid\":2,\"tid\":1,\"args\":{}}]}\n"
        "END\n";
    const scratch dir = scratch_create();
    const nb_sampler sampler = make_sampler(&dir, script);
    const nb_point point = make_point();
    nb_trace_data trace;
    char error[512] = "";
    cr_assert_eq(nb_sampler_trace(&sampler, &point, &trace, error, sizeof error), NBANG_OK, "%s",
                 error);
    cr_expect_eq(trace.wall_ns, 5000);
    cr_assert_eq(trace.num_tracks, 1);
    cr_expect_eq(trace.tracks[0].spans[0].phase, NBANG_PHASE_TEXT);
    nb_trace_data_clear(&trace);
    scratch_remove(&dir);
}

Test(sample, what_is_no_trace_is_an_error)
{
    const scratch dir = scratch_create();
    const nb_sampler sampler = make_sampler(&dir, "echo 120");
    const nb_point point = make_point();
    nb_trace_data trace;
    char error[512] = "";
    cr_assert_eq(nb_sampler_trace(&sampler, &point, &trace, error, sizeof error), NBANG_INVALID);
    cr_expect_neq(error[0], '\0');
    scratch_remove(&dir);
}
