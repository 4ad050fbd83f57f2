#include "cli/output.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/summary.h"
#include "nbang/nbang.h"
#include "scratch.h"

static scratch dir;
static char path[128]; /* where the test's output goes; outlives the options */
static nb_output_options options;
static nb_output *out;
static nbang_sink sink;

static void set_up(void)
{
    signal(SIGPIPE, SIG_IGN);
    dir = scratch_create();
    options = (nb_output_options){.format = nb_format_digits(), .cancel_fd = -1};
}

static void tear_down(void)
{
    nb_output_close(out);
    scratch_remove(&dir);
}

TestSuite(output, .init = set_up, .fini = tear_down, .timeout = 60);

static void open_output(void)
{
    char error[256];
    cr_assert_eq(nb_output_open(&out, &options, error, sizeof error), NBANG_OK, "%s", error);
    sink = nb_output_sink(out);
}

static nbang_record record_of(uint64_t n, uint64_t num_digits, nbang_job_status status)
{
    return (nbang_record){.input = "job",
                          .input_len = 3,
                          .has_n = true,
                          .n = n,
                          .status = status,
                          .error = status == NBANG_JOB_OK ? NULL : "no luck",
                          .num_digits = num_digits};
}

static nbang_status deliver(uint64_t n, const char *digits, bool complete)
{
    nbang_record record = record_of(n, strlen(digits), NBANG_JOB_OK);
    nbang_status status = sink.begin(sink.ctx, &record);
    if (status == NBANG_OK) {
        status = sink.text(sink.ctx, digits, strlen(digits));
    }
    return status == NBANG_OK ? sink.end(sink.ctx, &record, complete) : status;
}

static nbang_status deliver_failure(uint64_t n)
{
    nbang_record record = record_of(n, 7, NBANG_JOB_ERROR);
    nbang_status status = sink.begin(sink.ctx, &record);
    return status == NBANG_OK ? sink.end(sink.ctx, &record, true) : status;
}

/* ---- one file ---- */

Test(output, all_results_go_to_one_file)
{
    options.file = scratch_path(&dir, path, "out");
    open_output();
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    cr_assert_eq(deliver_failure(6), NBANG_OK);
    cr_assert_eq(sink.flush(sink.ctx), NBANG_OK);
    cr_assert_eq(sink.blocked_fd(sink.ctx), -1);
    cr_assert_eq(deliver(4, "24", true), NBANG_OK);
    cr_assert_eq(nb_output_finish(out, false), NBANG_OK);
    cr_assert_null(nb_output_error(out));
    cr_assert(scratch_holds(path, "120\n\n24\n"));
}

Test(output, interrupted_file_is_not_there)
{
    options.file = scratch_path(&dir, path, "out");
    open_output();
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    cr_assert_eq(nb_output_finish(out, true), NBANG_OK);
    cr_assert_eq(scratch_count(dir.dir), 0);
}

Test(output, file_is_removed_when_closed_unfinished)
{
    options.file = scratch_path(&dir, path, "out");
    open_output();
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    nb_output_close(out);
    out = NULL;
    cr_assert_eq(scratch_count(dir.dir), 0);
}

Test(output, unwritable_file_is_reported_when_opened)
{
    char error[256], expected[256];
    options.file = scratch_path(&dir, path, "none/out");
    cr_assert_eq(nb_output_open(&out, &options, error, sizeof error), NBANG_SYSTEM);
    snprintf(expected, sizeof expected, "cannot write to %s: No such file or directory", path);
    cr_assert_str_eq(error, expected);
}

Test(output, full_disk_stops_the_batch)
{
    options.file = "/dev/full";
    open_output();
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    cr_assert_eq(sink.flush(sink.ctx), NBANG_SINK_FAILED);
    cr_assert_eq(deliver(5, "120", true), NBANG_SINK_FAILED);
    cr_assert_eq(nb_output_finish(out, false), NBANG_SINK_FAILED);
    cr_assert_str_eq(nb_output_error(out), "cannot write to /dev/full: No space left on device");
    cr_assert_not(nb_output_reader_gone(out));
}

Test(output, nothing_follows_a_raw_number_that_breaks_off)
{
    options.format = nb_format_raw();
    options.file = scratch_path(&dir, path, "out");
    open_output();
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    cr_assert_eq(deliver_failure(6), NBANG_OK);
    cr_assert_null(nb_output_error(out));
    cr_assert_eq(deliver(7, "50", false), NBANG_SINK_FAILED);
    cr_assert_str_eq(nb_output_error(out), "nothing can follow an incomplete number in raw output");
    cr_assert_not(nb_output_reader_gone(out));
    cr_assert_eq(nb_output_finish(out, false), NBANG_SINK_FAILED);
    cr_assert_eq(scratch_count(dir.dir), 0);
}

Test(output, raw_numbers_in_files_of_their_own_do_not_mind)
{
    char file[128];
    options.format = nb_format_raw();
    options.directory = scratch_path(&dir, path, "results");
    open_output();
    cr_assert_eq(deliver(7, "50", false), NBANG_OK);
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    cr_assert_eq(nb_output_finish(out, false), NBANG_OK);
    cr_assert_null(nb_output_error(out));
    cr_assert_eq(scratch_count(path), 1);
    cr_assert(scratch_holds(scratch_path(&dir, file, "results/5.raw"), "120"));
}

/* ---- standard output ---- */

/* Makes `fd` standard output while the results go out, as the shell would. */
static void with_stdout(int fd, void (*body)(void))
{
    (void)fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    cr_assert_eq(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    body();
    cr_assert_eq(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    close(saved);
}

static nbang_status ending;

static void one_and_a_half(void)
{
    open_output();
    nbang_record record = record_of(6, 3, NBANG_JOB_OK);
    bool fine = deliver(5, "120", true) == NBANG_OK && sink.begin(sink.ctx, &record) == NBANG_OK &&
                sink.text(sink.ctx, "72", 2) == NBANG_OK && sink.flush(sink.ctx) == NBANG_OK;
    ending = fine ? nb_output_finish(out, true) : NBANG_INVALID;
}

Test(output, interrupted_standard_output_ends_on_a_whole_line)
{
    scratch_write(scratch_path(&dir, path, "out"), "old\n");
    with_stdout(open(path, O_WRONLY | O_APPEND), one_and_a_half);
    cr_assert_eq(ending, NBANG_OK);
    cr_assert(scratch_holds(path, "old\n120\n"));
}

static void one_for_nobody(void)
{
    options.file = "-";
    open_output();
    ending = deliver(5, "120", true) == NBANG_OK ? nb_output_finish(out, false) : NBANG_INVALID;
}

Test(output, reader_that_left_is_told)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    with_stdout(ends[1], one_for_nobody);
    cr_assert_eq(ending, NBANG_SINK_FAILED);
    cr_assert(nb_output_reader_gone(out));
}

/* ---- a file per result ---- */

Test(output, each_result_has_its_file_and_the_last_of_two_stays)
{
    char file[128];
    options.directory = scratch_path(&dir, path, "results");
    open_output();
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    cr_assert_eq(deliver(4, "23", true), NBANG_OK);
    cr_assert_eq(deliver(4, "24", true), NBANG_OK);
    cr_assert(scratch_holds(scratch_path(&dir, file, "results/5.txt"), "120\n"));
    cr_assert_eq(nb_output_finish(out, false), NBANG_OK);
    cr_assert(scratch_holds(scratch_path(&dir, file, "results/4.txt"), "24\n"));
}

Test(output, job_without_a_whole_result_leaves_no_file)
{
    char file[128];
    options.directory = scratch_path(&dir, path, "results");
    options.format = nb_format_json();
    open_output();
    cr_assert_eq(deliver(5, "120", true), NBANG_OK);
    cr_assert_eq(deliver_failure(6), NBANG_OK);
    cr_assert_eq(deliver(7, "50", false), NBANG_OK);
    nbang_record record = record_of(8, 5, NBANG_JOB_OK);
    cr_assert_eq(sink.begin(sink.ctx, &record), NBANG_OK);
    cr_assert_eq(nb_output_finish(out, true), NBANG_OK);
    cr_assert_eq(access(scratch_path(&dir, file, "results/5.json"), F_OK), 0);
    cr_assert_eq(scratch_count(path), 1);
}

Test(output, directory_may_be_there_but_nothing_else_in_its_place)
{
    char error[256];
    options.directory = dir.dir;
    open_output();
    nb_output_close(out);
    out = NULL;
    scratch_write(scratch_path(&dir, path, "file"), "");
    options.directory = path;
    cr_assert_eq(nb_output_open(&out, &options, error, sizeof error), NBANG_SYSTEM);
    cr_assert_not_null(strstr(error, "Not a directory"));
    options.directory = scratch_path(&dir, path, "none/results");
    cr_assert_eq(nb_output_open(&out, &options, error, sizeof error), NBANG_SYSTEM);
    cr_assert_not_null(strstr(error, "No such file or directory"));
}

Test(output, result_file_that_cannot_be_made_stops_the_batch)
{
    char file[128];
    options.directory = scratch_path(&dir, path, "results");
    open_output();
    cr_assert_eq(mkdir(scratch_path(&dir, file, "results/5.txt"), 0777), 0);
    cr_assert_eq(deliver(5, "120", true), NBANG_SINK_FAILED);
    cr_assert_eq(nb_output_finish(out, false), NBANG_SINK_FAILED);
    cr_assert_not_null(strstr(nb_output_error(out), "5.txt: Is a directory"));
}

/* ---- a terminal ---- */

/* A pseudo-terminal as the output file; returns its other end. */
static int open_terminal(char name[128])
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_eq(grantpt(master), 0);
    cr_assert_eq(unlockpt(master), 0);
    cr_assert_eq(ptsname_r(master, name, 128), 0);
    return master;
}

static void expect_on(int master, const char *text)
{
    char seen[512];
    size_t len = 0;
    struct pollfd ready = {.fd = master, .events = POLLIN};
    while (len < strlen(text) && poll(&ready, 1, 5000) == 1) {
        ssize_t more = read(master, seen + len, sizeof seen - 1 - len);
        len += more > 0 ? (size_t)more : 0;
    }
    seen[len] = '\0';
    cr_assert_str_eq(seen, text);
}

/* How many bytes of a result of 100,001 digits come out at the terminal `master`. */
static size_t show_long_result(int master)
{
    char *digits = malloc(100002);
    cr_assert_not_null(digits);
    memset(digits, '7', 100001);
    digits[100001] = '\0';
    open_output();
    cr_assert_eq(deliver(25206, digits, true), NBANG_OK);
    free(digits);
    size_t len = 0;
    for (bool ended = false; !ended;) {
        char seen[4096];
        cr_assert_eq(sink.flush(sink.ctx), NBANG_OK);
        ssize_t more = read(master, seen, sizeof seen);
        cr_assert_gt(more, 0);
        len += (size_t)more;
        ended = seen[more - 1] == '\n';
    }
    cr_assert_eq(nb_output_finish(out, false), NBANG_OK);
    nb_output_close(out);
    out = NULL;
    return len;
}

Test(output, terminal_shows_long_results_by_their_ends_unless_full)
{
    char name[128];
    int master = open_terminal(name);
    int slave = open(name, O_RDWR | O_NOCTTY); /* keeps it alive between the outputs */
    options.file = name;
    cr_assert_eq(show_long_result(master), strlen("7777777777…(100,001 digits)…77777777\r\n"));
    options.full = true;
    cr_assert_eq(show_long_result(master), 100001 + strlen("\r\n"));
    close(slave);
}

Test(output, progress_gives_way_to_results_on_a_terminal)
{
    char name[128];
    int master = open_terminal(name);
    int slave = open(name, O_RDWR | O_NOCTTY);
    nb_progress progress;
    nb_progress_init(&progress, NB_PROGRESS_AUTO, slave);
    options.file = name;
    options.progress = &progress;
    open_output();
    nbang_progress news = {.jobs_known = 1};
    nb_progress_show(&progress, &news);
    expect_on(master, "\r0/1+ jobs  elapsed 0:00  0 digits  0 busy");
    nbang_record record = record_of(5, 3, NBANG_JOB_OK);
    cr_assert_eq(sink.begin(sink.ctx, &record), NBANG_OK);
    expect_on(master, "\r                                         \r");
    cr_assert_eq(sink.text(sink.ctx, "12", 2), NBANG_OK);
    cr_assert_eq(sink.flush(sink.ctx), NBANG_OK);
    nb_progress_show(&progress, &news); /* in the middle of a line: not now */
    cr_assert_eq(sink.text(sink.ctx, "0", 1), NBANG_OK);
    cr_assert_eq(sink.end(sink.ctx, &record, true), NBANG_OK);
    nb_progress_show(&progress, &news); /* the end of the line has not been written */
    cr_assert_eq(sink.flush(sink.ctx), NBANG_OK);
    expect_on(master, "120\r\n");
    nb_progress_show(&progress, &news);
    expect_on(master, "\r0/1+ jobs  elapsed 0:00  0 digits  0 busy");
    close(slave);
}

/* ---- the summary ---- */

Test(output, summary_is_one_object_with_everything)
{
    static const char *const keys[] = {
        "version",    "jobs",   "ok",      "errors",  "refused",      "timeouts", "interrupted",
        "unverified", "digits", "wall_ns", "workers", "workers_lost", "retries",  "exit_code"};
    nbang_summary summary = {.jobs = 101,
                             .ok = 102,
                             .errors = 103,
                             .refused = 104,
                             .timeouts = 105,
                             .interrupted = 106,
                             .unverified = 107,
                             .digits = 108,
                             .wall_ns = 109,
                             .workers = 110,
                             .workers_lost = 111,
                             .retries = 112};
    nb_target *target;
    cr_assert_eq(nb_target_create(&target), NBANG_OK);
    cr_assert_eq(nb_target_open_file(target, scratch_path(&dir, path, "summary"), -1), NBANG_OK);
    cr_assert_eq(nb_summary_write(target, &summary, 113), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    nb_target_destroy(target);
    char *text = scratch_read(path, NULL);
    cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1);
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(object);
    size_t i = 0;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        cr_assert_lt(i, sizeof keys / sizeof *keys);
        cr_assert_str_eq(key, keys[i]);
        if (i == 0) {
            cr_assert_str_eq(json_string_value(value), nbang_version());
        } else {
            cr_assert_eq(json_integer_value(value), (json_int_t)(100 + i));
        }
        i++;
    }
    cr_assert_eq(i, sizeof keys / sizeof *keys);
    json_decref(object);
    free(text);
}

Test(output, summary_that_cannot_be_written_is_noticed)
{
    nb_target *target;
    cr_assert_eq(nb_target_create(&target), NBANG_OK);
    cr_assert_eq(nb_target_open_file(target, "/dev/full", -1), NBANG_OK);
    cr_assert_eq(nb_summary_write(target, &(nbang_summary){0}, 0), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_SINK_FAILED);
    nb_target_destroy(target);
}
