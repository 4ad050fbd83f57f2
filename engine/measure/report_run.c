/* One run as its trace tells it: a row for every place, coloured by phase, and the shares of the
 * phases in the time of all places. */
#include <math.h>
#include <string.h>

#include "measure/chart.h"
#include "measure/report_parts.h"

/* Spans of one phase that are less than this apart are drawn as one. */
#define LEAST_GAP 0.4
/* What is narrower or lower than this has no pattern: it would not be seen, and take its time. */
#define LEAST_PATTERN 8.0

/* What the report calls a phase and what it says of it, in the order of the pipeline. Traces have
 * shorter names for the same, which the table has beside these. */
static const struct {
    nbang_phase phase;
    const char *name;
    const char *meaning;
} phases[] = {
    {NBANG_PHASE_PRIMES, "sub-products", "sieving primes and multiplying those of a level"},
    {NBANG_PHASE_PRODUCTS, "big products", "multiplying the levels together"},
    {NBANG_PHASE_REUSE, "reuse", "making a factorial of a smaller one"},
    {NBANG_PHASE_VERIFICATION, "verification", "residues of the factorial and of its digits"},
    {NBANG_PHASE_TEXT, "text", "characters from digits"},
    {NBANG_PHASE_PIPES, "pipes", "sending results, and waiting until they are taken"},
    {NBANG_PHASE_TEAM, "team", "lent to another worker’s job while that was in no phase"},
    {NBANG_PHASE_READ, "reading", "the master gives out jobs and takes results back"},
    {NBANG_PHASE_WRITE, "writing", "the master writes results"},
    {NBANG_PHASE_IDLE, "idle", "waiting for work, starting and ending"},
};
#define NUM_PHASES (sizeof(phases) / sizeof(*phases))

static const char *name_of(nbang_phase phase)
{
    for (size_t i = 0; i < NUM_PHASES; i++) {
        if (phases[i].phase == phase) {
            return phases[i].name;
        }
    }
    return "";
}

/* ---- timeline ---- */

static bool is_master(const nb_trace_track *track)
{
    return track->worker == NBANG_SPAN_MASTER;
}

/* Rows of a timeline: tracks on the same place share one, and follow each other. */
static bool starts_row(const nb_trace_data *trace, size_t index)
{
    const nb_trace_track *track = &trace->tracks[index];
    return index == 0 || is_master(track) != is_master(track - 1) ||
           track->place != (track - 1)->place;
}

static size_t count_rows(const nb_trace_data *trace)
{
    size_t rows = 0;
    for (size_t i = 0; i < trace->num_tracks; i++) {
        rows += starts_row(trace, i);
    }
    return rows;
}

/* "slot 0: big products of 1,000,000!, 12.1 ms to 40.2 ms" */
static void write_span(const nb_chart *chart, const nb_trace_track *track, const nbang_span *span,
                       double y, double height)
{
    const double x = nb_chart_x(chart, (double)span->start_ns);
    const double width = nb_chart_x(chart, (double)span->end_ns) - x;
    const bool is_small = width < LEAST_PATTERN || height < LEAST_PATTERN;
    char n[NB_FIGURE_SIZE];
    char from[NB_FIGURE_SIZE];
    char to[NB_FIGURE_SIZE];
    fprintf(
        chart->out,
        "<rect class=\"phase-%s%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>",
        nbang_phase_name(span->phase), is_small ? " plain" : "", x, y, fmax(width, 0.4), height);
    nb_markup_text(chart->out, track->name);
    fprintf(chart->out, ": %s", name_of(span->phase));
    if (span->n != NBANG_SPAN_NO_JOB) {
        fprintf(chart->out, " of %s!", nb_figure_count(n, span->n));
    }
    fprintf(chart->out, ", %s to %s</title></rect>\n",
            nb_figure_time(from, (double)span->start_ns, 3),
            nb_figure_time(to, (double)span->end_ns, 3));
}

static void draw_track(const nb_chart *chart, const nb_trace_track *track, double y, double height)
{
    const double gap_ns = LEAST_GAP / (chart->width - chart->left - chart->right) * chart->x.high;
    nbang_span open = {.phase = NBANG_PHASE_IDLE};
    for (size_t i = 0; i < track->num_spans; i++) {
        const nbang_span *span = &track->spans[i];
        const bool goes_on =
            span->phase == open.phase && (double)span->start_ns < (double)open.end_ns + gap_ns;
        if (goes_on) {
            open.end_ns = span->end_ns;
            open.n = span->n == open.n ? open.n : NBANG_SPAN_NO_JOB;
            continue;
        }
        if (open.phase != NBANG_PHASE_IDLE) {
            write_span(chart, track, &open, y, height);
        }
        open = *span;
    }
    if (open.phase != NBANG_PHASE_IDLE) {
        write_span(chart, track, &open, y, height);
    }
}

/* The name of a row: that of its place up to the first comma. */
static void label_row(const nb_chart *chart, const nb_trace_track *track, double y)
{
    char text[NB_FIGURE_SIZE];
    const int len = (int)strcspn(track->name, ",");
    snprintf(text, sizeof(text), "%.*s", len < 40 ? len : 40, track->name);
    nb_chart_text(chart->out, chart->left - 10, y, "end", "figure", text);
}

static nb_axis time_axis(uint64_t wall_ns, double *unit_ns)
{
    nb_axis axis = {.low = 0, .high = 1, .step = 1};
    const double high = wall_ns > 0 ? (double)wall_ns : 1;
    *unit_ns = high < 2e6 ? 1e3 : high < 2e9 ? 1e6 : 1e9;
    axis.step = nb_axis_round(high / *unit_ns, 8).step;
    axis.high = high / *unit_ns;
    axis.title = high < 2e6 ? "µs" : high < 2e9 ? "ms" : "seconds";
    return axis;
}

void nb_report_timeline(FILE *out, const nb_trace_data *trace)
{
    const size_t rows = count_rows(trace);
    const double pitch = fmax(5, fmin(26, 420 / fmax(1, (double)rows)));
    double unit_ns;
    nb_chart chart = {.out = out,
                      .id = "timeline",
                      .width = 960,
                      .left = 128,
                      .right = 16,
                      .top = 8,
                      .bottom = 46};
    chart.height = chart.top + pitch * (double)rows + 4 + chart.bottom;
    chart.x = time_axis(trace->wall_ns, &unit_ns);
    chart.y = (nb_axis){.low = 0, .high = 1};
    nb_chart_begin(&chart, "Timeline of one run");
    fputs("What every place did when; the shares of the phases follow below.", out);
    nb_chart_axes(&chart);
    chart.x.high *= unit_ns; /* spans are in nanoseconds */
    const size_t every = (size_t)ceil(15 / pitch);
    size_t row = 0;
    for (size_t i = 0; i < trace->num_tracks; i++) {
        const nb_trace_track *track = &trace->tracks[i];
        row += i > 0 && starts_row(trace, i);
        const double y = chart.top + pitch * (double)row;
        if (starts_row(trace, i) && row % every == 0) {
            label_row(&chart, track, y + pitch / 2 + 4);
        }
        draw_track(&chart, track, y + 0.1 * pitch, 0.8 * pitch);
    }
    nb_chart_end(&chart);
}

/* ---- the key ---- */

static void write_key(FILE *out, size_t index)
{
    fprintf(out,
            "<svg class=\"key\" width=\"14\" height=\"14\" aria-hidden=\"true\">"
            "<rect class=\"phase-%s\" width=\"14\" height=\"14\"/></svg> %s",
            nbang_phase_name(phases[index].phase), phases[index].name);
}

/* Whether the timeline has spans of a phase. */
static bool has_phase(const nb_trace_data *trace, nbang_phase phase)
{
    for (size_t i = 0; i < trace->num_tracks; i++) {
        for (size_t j = 0; j < trace->tracks[i].num_spans; j++) {
            if (trace->tracks[i].spans[j].phase == phase) {
                return true;
            }
        }
    }
    return false;
}

void nb_report_key(FILE *out, const nb_trace_data *trace)
{
    fputs("<ul class=\"legend\">", out);
    for (size_t i = 0; i < NUM_PHASES; i++) {
        if (has_phase(trace, phases[i].phase)) {
            fputs("<li>", out);
            write_key(out, i);
            fputs("</li>", out);
        }
    }
    fputs("</ul>\n", out);
}

/* ---- shares ---- */

/* Draws the part of a phase from x on and returns where it ends; its name is above it if there is
 * room. */
static double draw_share(FILE *out, const nb_trace_data *trace, size_t index, double x)
{
    const double width = 960 * trace->totals[phases[index].phase].share;
    char share[NB_FIGURE_SIZE];
    char text[2 * NB_FIGURE_SIZE];
    nb_figure_percent(share, trace->totals[phases[index].phase].share);
    snprintf(text, sizeof(text), "%s: %s", phases[index].name, share);
    fprintf(out,
            "<rect class=\"phase-%s%s\" x=\"%.1f\" y=\"22\" width=\"%.1f\" height=\"40\">"
            "<title>%s</title></rect>\n",
            nbang_phase_name(phases[index].phase), width < LEAST_PATTERN ? " plain" : "", x, width,
            text);
    text[strcspn(text, ":")] = '\0';
    if (width > 8 * (double)strlen(text)) {
        nb_chart_text(out, x, 14, "start", "figure", text);
    }
    return x + width;
}

void nb_report_shares(FILE *out, const nb_trace_data *trace)
{
    nb_chart chart = {.out = out, .id = "shares", .width = 960, .height = 62};
    double x = 0;
    nb_chart_begin(&chart, "Shares of the phases");
    fputs("The table that follows has the same figures.", out);
    nb_chart_axes(&chart);
    for (size_t i = 0; i < NUM_PHASES; i++) {
        if (trace->totals[phases[i].phase].share > 0) {
            x = draw_share(out, trace, i, x);
        }
    }
    nb_chart_end(&chart);
    fputs("<div class=\"scroll\"><table class=\"shares\">\n<thead><tr><th>phase</th>"
          "<th class=\"n\">time</th><th class=\"n\">share</th><th>what it is</th><th>in a "
          "trace</th></tr>"
          "</thead>\n"
          "<tbody>\n",
          out);
    for (size_t i = 0; i < NUM_PHASES; i++) {
        const nb_trace_total *total = &trace->totals[phases[i].phase];
        char time[NB_FIGURE_SIZE];
        char share[NB_FIGURE_SIZE];
        if (total->seconds > 0) {
            fputs("<tr><td>", out);
            write_key(out, i);
            fprintf(out,
                    "</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td>%s</td>"
                    "<td><code>%s</code></td></tr>\n",
                    nb_figure_exact_time(time, 1e9 * total->seconds),
                    nb_figure_percent(share, total->share), phases[i].meaning,
                    nbang_phase_name(phases[i].phase));
        }
    }
    fputs("</tbody></table></div>\n", out);
}
