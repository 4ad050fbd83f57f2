#include "cli/progress.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/number.h"

/* ---- pure parts ---- */

/* Part of the way that the prediction moves at each look: the last second or so decides. */
#define ETA_WEIGHT 0.125
/* Before a fiftieth of the work is done, one small job says nothing of the large ones. */
#define ETA_MIN_SHARE 50
/* About thirty years in nanoseconds: a longer prediction is no use. */
#define ETA_LIMIT_NS 1e18

uint64_t nb_eta_update(nb_eta *eta, const nbang_progress *progress)
{
    if (!progress->jobs_final || progress->elapsed_ns == 0 ||
        progress->work_done_ns < progress->work_known_ns / ETA_MIN_SHARE ||
        progress->work_done_ns == 0) {
        return NB_ETA_UNKNOWN;
    }
    if (progress->work_done_ns >= progress->work_known_ns) {
        return progress->jobs_done < progress->jobs_known ? NB_ETA_UNKNOWN : 0;
    }
    double elapsed = (double)progress->elapsed_ns;
    double end = elapsed * ((double)progress->work_known_ns / (double)progress->work_done_ns);
    if (eta->end_ns <= elapsed) { /* the first, or the last one was too hopeful */
        eta->end_ns = end;
    } else if (progress->work_done_ns != eta->work_done_ns) {
        eta->end_ns += ETA_WEIGHT * (end - eta->end_ns);
    }
    eta->work_done_ns = progress->work_done_ns;
    double remaining = eta->end_ns - elapsed;
    if (remaining < 0) {
        return 0;
    }
    return remaining < ETA_LIMIT_NS ? (uint64_t)remaining : NB_ETA_UNKNOWN;
}

/* A line that is put together; what does not fit is cut. */
typedef struct line {
    char *out;
    size_t size, len;
} line;

__attribute__((format(printf, 2, 3))) static void add(line *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(to->out + to->len, to->size - to->len, format, args);
    va_end(args);
    if (len > 0) {
        size_t room = to->size - 1 - to->len;
        to->len += (size_t)len < room ? (size_t)len : room;
    }
}

/* A duration as on a clock, 0:07 or 1:02:03: whole seconds in a width that hardly changes. */
static void add_clock(line *to, const char *label, uint64_t ns)
{
    uint64_t s = ns / NB_NS_PER_S;
    if (s < 3600) {
        add(to, "  %s %" PRIu64 ":%02" PRIu64, label, s / 60, s % 60);
    } else {
        add(to, "  %s %" PRIu64 ":%02" PRIu64 ":%02" PRIu64, label, s / 3600, s / 60 % 60, s % 60);
    }
}

/* Share of the predicted work that is done, in percent; 100 only when all is done. */
static unsigned percent_done(const nbang_progress *progress)
{
    if (progress->jobs_done >= progress->jobs_known) {
        return 100;
    }
    double share = progress->work_known_ns > 0
                       ? (double)progress->work_done_ns / (double)progress->work_known_ns
                       : (double)progress->jobs_done / (double)progress->jobs_known;
    return share < 0.99 ? (unsigned)(share * 100) : 99;
}

size_t nb_progress_line(char *out, size_t size, const nbang_progress *progress, uint64_t eta_ns,
                        unsigned columns)
{
    char done[NB_NUMBER_TEXT_SIZE];
    char known[NB_NUMBER_TEXT_SIZE];
    char digits[NB_NUMBER_TEXT_SIZE];
    line to = {.out = out, .size = columns > 0 && columns < size ? columns : size};
    add(&to, "%s/%s%s jobs", nb_number_group(done, progress->jobs_done),
        nb_number_group(known, progress->jobs_known), progress->jobs_final ? "" : "+");
    if (progress->jobs_final) {
        add(&to, "  %u%%", percent_done(progress));
    }
    if (eta_ns != NB_ETA_UNKNOWN) {
        /* Rounded up: 0:00 means that it is over. */
        add_clock(&to, "ETA", eta_ns == 0 ? 0 : eta_ns + NB_NS_PER_S - 1);
    }
    add_clock(&to, "elapsed", progress->elapsed_ns);
    add(&to, "  %s digits  %u busy", nb_number_group(digits, progress->digits_done),
        progress->workers_busy);
    return to.len;
}

/* ---- the line on the screen ---- */

enum { USUAL_COLUMNS = 80 };

void nb_progress_init(nb_progress *progress, nb_progress_mode mode, int fd)
{
    bool wanted = mode == NB_PROGRESS_ALWAYS || (mode == NB_PROGRESS_AUTO && isatty(fd));
    *progress = (nb_progress){.fd = wanted ? fd : -1};
}

static unsigned terminal_columns(int fd)
{
    struct winsize window;
    bool known = ioctl(fd, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    return known ? window.ws_col : USUAL_COLUMNS;
}

/* Puts `text` where the line is, blanks over what is left of the old one, and the cursor at the end
 * of the new one or, if there is none, at the start. */
static void redraw(nb_progress *progress, const char *text, size_t len)
{
    char bytes[2 * NB_PROGRESS_LINE_SIZE];
    size_t blanks = progress->shown > len ? progress->shown - len : 0;
    int size = snprintf(bytes, sizeof(bytes), "\r%.*s%*s%s", (int)len, text, (int)blanks, "",
                        len == 0 ? "\r" : "");
    struct pollfd ready = {.fd = progress->fd, .events = POLLOUT};
    if (poll(&ready, 1, 0) == 1 && write(progress->fd, bytes, (size_t)size) > 0) {
        progress->shown = len;
    }
}

void nb_progress_show(void *progress, const nbang_progress *news)
{
    nb_progress *self = progress;
    if (self->fd < 0) {
        return;
    }
    uint64_t eta_ns = nb_eta_update(&self->eta, news);
    if (!self->held) {
        char text[NB_PROGRESS_LINE_SIZE];
        size_t len = nb_progress_line(text, sizeof(text), news, eta_ns, terminal_columns(self->fd));
        redraw(self, text, len);
    }
}

void nb_progress_show_text(nb_progress *progress, const char *text)
{
    if (progress->fd < 0 || progress->held) {
        return;
    }
    const size_t most = terminal_columns(progress->fd) - 1;
    const size_t room = most < NB_PROGRESS_LINE_SIZE - 1 ? most : NB_PROGRESS_LINE_SIZE - 1;
    redraw(progress, text, strnlen(text, room));
}

void nb_progress_clear(nb_progress *progress)
{
    if (progress->shown > 0) {
        redraw(progress, "", 0);
    }
}

void nb_progress_hold(nb_progress *progress, bool held)
{
    progress->held = held;
    if (held) {
        nb_progress_clear(progress);
    }
}
