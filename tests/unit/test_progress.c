#include "cli/progress.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

TestSuite(progress, .timeout = 30);

static const nbang_progress halfway = {.jobs_done = 12,
                                       .jobs_known = 24,
                                       .jobs_final = true,
                                       .digits_done = 1234567,
                                       .work_done_ns = 48 * NB_NS_PER_S,
                                       .work_known_ns = 100 * NB_NS_PER_S,
                                       .elapsed_ns = 12 * NB_NS_PER_S + 700000000,
                                       .workers_busy = 2};

/* ---- the line ---- */

static void expect_line(const nbang_progress *progress, uint64_t eta_ns, unsigned columns,
                        const char *text)
{
    char out[NB_PROGRESS_LINE_SIZE];
    size_t len = nb_progress_line(out, sizeof out, progress, eta_ns, columns);
    cr_assert_str_eq(out, text);
    cr_assert_eq(len, strlen(text));
}

Test(progress, line_tells_all)
{
    expect_line(&halfway, 12 * NB_NS_PER_S + 1, 0,
                "12/24 jobs  48%  ETA 0:13  elapsed 0:12  1,234,567 digits  2 busy");
}

Test(progress, line_promises_nothing_while_the_input_goes_on)
{
    nbang_progress open = halfway;
    open.jobs_final = false;
    expect_line(&open, NB_ETA_UNKNOWN, 0, "12/24+ jobs  elapsed 0:12  1,234,567 digits  2 busy");
}

Test(progress, line_leaves_one_column_free)
{
    expect_line(&halfway, 13 * NB_NS_PER_S, 80,
                "12/24 jobs  48%  ETA 0:13  elapsed 0:12  1,234,567 digits  2 busy");
    expect_line(&halfway, 13 * NB_NS_PER_S, 66,
                "12/24 jobs  48%  ETA 0:13  elapsed 0:12  1,234,567 digits  2 busy");
    expect_line(&halfway, 13 * NB_NS_PER_S, 65,
                "12/24 jobs  48%  ETA 0:13  elapsed 0:12  1,234,567 digits  2 bus");
    expect_line(&halfway, 13 * NB_NS_PER_S, 6, "12/24");
    expect_line(&halfway, 13 * NB_NS_PER_S, 1, "");
}

Test(progress, line_fits_whatever_the_numbers)
{
    nbang_progress huge = {.jobs_done = UINT64_MAX - 1,
                           .jobs_known = UINT64_MAX,
                           .jobs_final = true,
                           .digits_done = UINT64_MAX,
                           .work_done_ns = UINT64_MAX,
                           .work_known_ns = 1,
                           .elapsed_ns = UINT64_MAX,
                           .workers_busy = UINT32_MAX};
    char out[NB_PROGRESS_LINE_SIZE];
    cr_assert_lt(nb_progress_line(out, sizeof out, &huge, UINT64_MAX - 1, 0), sizeof out - 1);
    cr_assert_not_null(strstr(out, "  99%"));
    cr_assert_not_null(strstr(out, " busy"));
}

Test(progress, percentage_reaches_100_only_at_the_end)
{
    nbang_progress nearly = halfway;
    nearly.jobs_done = 23;
    nearly.work_done_ns = nearly.work_known_ns;
    char out[NB_PROGRESS_LINE_SIZE];
    nb_progress_line(out, sizeof out, &nearly, NB_ETA_UNKNOWN, 0);
    cr_assert_not_null(strstr(out, "  99%"));
    nearly.jobs_done = 24;
    nb_progress_line(out, sizeof out, &nearly, NB_ETA_UNKNOWN, 0);
    cr_assert_not_null(strstr(out, "  100%"));
    nbang_progress none = {.jobs_final = true};
    nb_progress_line(out, sizeof out, &none, NB_ETA_UNKNOWN, 0);
    cr_assert_not_null(strstr(out, "0/0 jobs  100%"));
}

Test(progress, times_are_written_as_on_a_clock)
{
    nbang_progress slow = halfway;
    slow.elapsed_ns = 3599 * NB_NS_PER_S;
    expect_line(&slow, 3600 * NB_NS_PER_S, 46, "12/24 jobs  48%  ETA 1:00:00  elapsed 59:59  ");
    slow.elapsed_ns = 90061 * NB_NS_PER_S;
    expect_line(&slow, 0, 45, "12/24 jobs  48%  ETA 0:00  elapsed 25:01:01 ");
}

/* ---- the ETA ---- */

Test(progress, eta_is_unknown_without_grounds)
{
    nb_eta eta = {0};
    nbang_progress news = halfway;
    news.jobs_final = false;
    cr_assert_eq(nb_eta_update(&eta, &news), NB_ETA_UNKNOWN);
    news = halfway;
    news.work_done_ns = 0;
    cr_assert_eq(nb_eta_update(&eta, &news), NB_ETA_UNKNOWN);
    news = halfway;
    news.elapsed_ns = 0;
    cr_assert_eq(nb_eta_update(&eta, &news), NB_ETA_UNKNOWN);
    news = halfway;
    news.work_done_ns = 1;
    news.work_known_ns = UINT64_MAX;
    cr_assert_eq(nb_eta_update(&eta, &news), NB_ETA_UNKNOWN);
    news = halfway;
    news.work_done_ns = news.work_known_ns;
    cr_assert_eq(nb_eta_update(&(nb_eta){0}, &news), NB_ETA_UNKNOWN);
    news.jobs_done = news.jobs_known;
    cr_assert_eq(nb_eta_update(&(nb_eta){0}, &news), 0);
}

Test(progress, eta_is_exact_for_steady_work_and_counts_down_between_jobs)
{
    nb_eta eta = {0};
    nbang_progress news = {.jobs_known = 10, .jobs_final = true, .work_known_ns = 20 * NB_NS_PER_S};
    for (uint64_t tick = 0; tick <= 95; tick++) { /* a job a second, looked at ten times each */
        news.jobs_done = tick / 10;
        news.work_done_ns = tick / 10 * 2 * NB_NS_PER_S;
        news.elapsed_ns = tick * 100 * NB_NS_PER_MS;
        uint64_t remaining = nb_eta_update(&eta, &news);
        if (tick < 10) {
            cr_assert_eq(remaining, NB_ETA_UNKNOWN);
        } else {
            int64_t wrong = (int64_t)remaining - (int64_t)((100 - tick) * 100 * NB_NS_PER_MS);
            cr_assert_lt(llabs(wrong), 1000, "at tick %d", (int)tick);
        }
    }
}

Test(progress, eta_changes_gently_and_is_never_negative)
{
    nb_eta eta = {0};
    nbang_progress news = {.jobs_known = 4, .jobs_final = true, .work_known_ns = 4 * NB_NS_PER_S};
    news.jobs_done = 1;
    news.work_done_ns = NB_NS_PER_S;
    news.elapsed_ns = NB_NS_PER_S;
    cr_assert_eq(nb_eta_update(&eta, &news), 3 * NB_NS_PER_S);
    /* The second takes twice as long: by the average 5 s are left, foretold were 1. */
    news.jobs_done = 2;
    news.work_done_ns = 2 * NB_NS_PER_S;
    news.elapsed_ns = 3 * NB_NS_PER_S;
    uint64_t remaining = nb_eta_update(&eta, &news);
    cr_assert_gt(remaining, 1 * NB_NS_PER_S);
    cr_assert_lt(remaining, 2 * NB_NS_PER_S);
    /* Overdue by far. */
    news.elapsed_ns = 100 * NB_NS_PER_S;
    cr_assert_eq(nb_eta_update(&eta, &news), 100 * NB_NS_PER_S);
}

/* ---- the screen ---- */

/* What has arrived at the other end. */
static const char *arrived(int fd, char text[1024])
{
    ssize_t len = read(fd, text, 1023);
    text[len > 0 ? len : 0] = '\0';
    return text;
}

Test(progress, line_is_rewritten_blanked_and_held)
{
    int ends[2];
    char text[1024];
    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    nb_progress progress;
    nb_progress_init(&progress, NB_PROGRESS_ALWAYS, ends[1]);
    nbang_progress news = {.jobs_done = 1, .jobs_known = 2};
    nb_progress_show(&progress, &news);
    cr_assert_str_eq(arrived(ends[0], text), "\r1/2+ jobs  elapsed 0:00  0 digits  0 busy");
    news.jobs_final = true;
    nb_progress_show(&progress, &news);
    cr_assert_str_eq(arrived(ends[0], text), "\r1/2 jobs  50%  elapsed 0:00  0 digits  0 busy");
    news.jobs_final = false;
    nb_progress_show(&progress, &news);
    cr_assert_str_eq(arrived(ends[0], text), "\r1/2+ jobs  elapsed 0:00  0 digits  0 busy    ");
    nb_progress_hold(&progress, true);
    cr_assert_str_eq(arrived(ends[0], text), "\r                                         \r");
    nb_progress_show(&progress, &news);
    nb_progress_clear(&progress);
    cr_assert_str_eq(arrived(ends[0], text), "");
    nb_progress_hold(&progress, false);
    nb_progress_show(&progress, &news);
    cr_assert_str_eq(arrived(ends[0], text), "\r1/2+ jobs  elapsed 0:00  0 digits  0 busy");
}

Test(progress, is_shown_on_terminals_only_unless_wanted)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    nb_progress progress;
    nb_progress_init(&progress, NB_PROGRESS_AUTO, ends[1]);
    cr_assert_lt(progress.fd, 0);
    nb_progress_show(&progress, &halfway);
    cr_assert_eq(progress.shown, 0);
    nb_progress_init(&progress, NB_PROGRESS_NEVER, ends[1]);
    cr_assert_lt(progress.fd, 0);
}

Test(progress, is_cut_to_the_terminal)
{
    char text[1024];
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_eq(grantpt(master), 0);
    cr_assert_eq(unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert_geq(slave, 0);
    struct winsize window = {.ws_col = 17, .ws_row = 24};
    cr_assert_eq(ioctl(slave, TIOCSWINSZ, &window), 0);
    nb_progress progress;
    nb_progress_init(&progress, NB_PROGRESS_AUTO, slave);
    nb_progress_show(&progress, &halfway);
    cr_assert_str_eq(arrived(master, text), "\r12/24 jobs  48% ");
}

Test(progress, a_terminal_that_does_not_take_it_is_not_waited_for)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    int flags = fcntl(ends[1], F_GETFL);
    char bytes[4096] = "";
    cr_assert_eq(fcntl(ends[1], F_SETFL, flags | O_NONBLOCK), 0);
    while (write(ends[1], bytes, sizeof bytes) > 0) {
    }
    cr_assert_eq(fcntl(ends[1], F_SETFL, flags), 0);
    nb_progress progress;
    nb_progress_init(&progress, NB_PROGRESS_ALWAYS, ends[1]);
    nb_progress_show(&progress, &halfway); /* would block for ever */
    cr_assert_eq(progress.shown, 0);
}
