/* The plot of history_list.h. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/history_list.h"
#include "cli/printable.h"

/* Lines are not made shorter than this, nor longer: eyes lose them. */
#define MIN_COLUMNS 60
#define MAX_COLUMNS 160
/* What a line has before the plot: record and median. */
#define LABEL_COLUMNS 34
#define MEDIAN_COLUMNS 11

/* ---- collecting ---- */

/* The first `limit` bytes of a text, made printable; `out` has room for four times as many, and the
 * terminator. */
static void copy_printable(char *out, const char *text, size_t limit)
{
    out[nb_printable_escape(out, text, strnlen(text, limit), true)] = '\0';
}

#define PRINTABLE_SIZE(limit) (NB_PRINTABLE_GROWTH * (limit) + 1)

static void name_series(char *out, size_t size, const nb_history_plot *plot,
                        const nb_history_row *row)
{
    char name[PRINTABLE_SIZE(32)], machine[PRINTABLE_SIZE(16)];
    nb_point point = {.workers = row->workers};
    if (nb_point_set_workload(&point, row->workload) != NBANG_OK || !row->bind || !row->order ||
        nb_point_place(&point, row->bind, row->order) != NBANG_OK) {
        copy_printable(name, row->workload, 32);
    } else {
        nb_point_name(name, &point);
    }
    copy_printable(machine, row->fingerprint, 16);
    snprintf(out, size, "%s%s%s", name, plot->fingerprint ? "" : " on ",
             plot->fingerprint ? "" : machine);
}

nb_status nb_history_plot_row(void *ctx, const nb_history_row *row)
{
    nb_history_plot *plot = ctx;
    if (row->workload == NULL || !(row->median_ns.value > 0)) {
        return NBANG_OK;
    }
    nb_history_mark *marks = realloc(plot->marks, (plot->count + 1) * sizeof(*marks));
    if (marks == NULL) {
        return NBANG_NO_MEMORY;
    }
    plot->marks = marks;
    nb_history_mark *mark = &marks[plot->count++];
    *mark = (nb_history_mark){.median_ns = row->median_ns};
    char date[PRINTABLE_SIZE(10)], commit[PRINTABLE_SIZE(8)];
    copy_printable(date, row->date, 10);
    copy_printable(commit, row->commit, 8);
    snprintf(mark->label, sizeof(mark->label), "%6" PRId64 "  %-10.10s  %.8s%s", row->id, date,
             commit,
             row->interrupted ? " !"
             : row->dirty     ? "+"
                              : "");
    name_series(mark->series, sizeof(mark->series), plot, row);
    return NBANG_OK;
}

void nb_history_plot_clear(nb_history_plot *plot)
{
    free(plot->marks);
    *plot = (nb_history_plot){.count = 0};
}

/* ---- printing ---- */

/* From which time to which the width of the plot goes. */
typedef struct scale {
    double low, high;
    unsigned width;
} scale;

static unsigned position(const scale *axis, double ns)
{
    if (!(axis->high > axis->low)) {
        return axis->width / 2;
    }
    const double share = (ns - axis->low) / (axis->high - axis->low);
    return (unsigned)lround(share * (axis->width - 1));
}

static void print_bar(FILE *out, const scale *axis, const nb_interval *median, bool unicode)
{
    static const char *const ascii[] = {"[", "-", "*", "-", "]"};
    static const char *const drawn[] = {"├", "─", "●", "─", "┤"};
    const char *const *parts = unicode ? drawn : ascii;
    const unsigned middle = position(axis, median->value);
    const unsigned low = median->known ? position(axis, median->low) : middle;
    const unsigned high = median->known ? position(axis, median->high) : middle;
    for (unsigned i = 0; i <= high; i++) {
        const char *part = " ";
        if (i == middle) {
            part = parts[2];
        } else if (i == low) {
            part = parts[0];
        } else if (i == high) {
            part = parts[4];
        } else if (i > low) {
            part = parts[i < middle ? 1 : 3];
        }
        fputs(part, out);
    }
    fputc('\n', out);
}

static scale find_scale(const nb_history_plot *plot, size_t first, unsigned width)
{
    scale axis = {.low = INFINITY, .high = 0, .width = width};
    for (size_t i = first; i < plot->count; i++) {
        const nb_history_mark *mark = &plot->marks[i];
        if (strcmp(mark->series, plot->marks[first].series) == 0) {
            const nb_interval *median = &mark->median_ns;
            axis.low = fmin(axis.low, median->known ? median->low : median->value);
            axis.high = fmax(axis.high, median->known ? median->high : median->value);
        }
    }
    return axis;
}

static void print_series(FILE *out, const nb_history_plot *plot, size_t first, unsigned width,
                         bool unicode)
{
    const scale axis = find_scale(plot, first, width);
    char low[NB_NUMBER_TEXT_SIZE], high[NB_NUMBER_TEXT_SIZE];
    nb_number_duration(low, (uint64_t)axis.low);
    nb_number_duration(high, (uint64_t)axis.high);
    fprintf(out, "%s\n%*s%s%*s\n", plot->marks[first].series, LABEL_COLUMNS + MEDIAN_COLUMNS, "",
            low, (int)width - (int)strlen(low), high);
    for (size_t i = first; i < plot->count; i++) {
        const nb_history_mark *mark = &plot->marks[i];
        if (strcmp(mark->series, plot->marks[first].series) == 0) {
            char median[NB_NUMBER_TEXT_SIZE];
            nb_number_duration_near(median, mark->median_ns.value);
            fprintf(out, "%-*s%*s  ", LABEL_COLUMNS, mark->label, MEDIAN_COLUMNS - 2, median);
            print_bar(out, &axis, &mark->median_ns, unicode);
        }
    }
}

void nb_history_plot_print(FILE *out, const nb_history_plot *plot, unsigned columns, bool unicode)
{
    const unsigned used = columns < MIN_COLUMNS   ? MIN_COLUMNS
                          : columns > MAX_COLUMNS ? MAX_COLUMNS
                                                  : columns;
    const unsigned width = used - LABEL_COLUMNS - MEDIAN_COLUMNS;
    for (size_t i = 0; i < plot->count; i++) {
        size_t before = 0;
        while (before < i && strcmp(plot->marks[before].series, plot->marks[i].series) != 0) {
            before++;
        }
        if (before == i) {
            fputs(i > 0 ? "\n" : "", out);
            print_series(out, plot, i, width, unicode);
        }
    }
}
