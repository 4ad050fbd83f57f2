#include "measure/report.h"

#include <stdlib.h>

#include "measure/report_parts.h"

/* Whether there is anything that a chart of all series could compare. */
static bool has_overview(const nb_bench_report *report)
{
    const nb_analysis *analysis = report->analysis;
    bool is_known = false;
    for (size_t i = 0; i < analysis->num_series; i++) {
        is_known = is_known || nb_report_has_speedup(report, &analysis->series[i]);
    }
    return is_known && analysis->num_series > 1;
}

static void write_charts(FILE *out, const nb_bench_report *report)
{
    if (has_overview(report)) {
        fputs("<section><h2>All series</h2>\n<figure class=\"scroll\">\n", out);
        nb_report_overview_chart(out, report, false);
        fputs("</figure></section>\n", out);
    }
    for (size_t i = 0; i < report->analysis->num_series; i++) {
        nb_report_series(out, report, i);
    }
}

static void write_run(FILE *out, const nb_bench_report *report)
{
    fputs("<section><h2>Where the time goes</h2>\n", out);
    if (report->trace == NULL) {
        fputs("<p class=\"missing\">No run was traced.</p></section>\n", out);
        return;
    }
    char name[NB_SERIES_NAME_SIZE];
    char workers[NB_WORKERS_SIZE];
    fputs("<p class=\"note\">One run of ", out);
    nb_markup_text(out, nb_report_series_name(name, report->trace_point));
    fprintf(out,
            " on %s, apart from those that were measured. <code>nbang --trace=FILE</code> writes "
            "such a trace of any run.</p>\n",
            nb_report_workers(workers, report->trace_point->workers));
    fputs("<figure class=\"scroll\">\n", out);
    nb_report_timeline(out, report->trace);
    fputs("</figure>\n", out);
    nb_report_key(out, report->trace);
    fputs("<h3>Share of all workers’ time</h3>\n"
          "<p class=\"note\">A core that is lent to another worker’s job counts for what that "
          "worker does.</p>\n<figure>\n",
          out);
    nb_report_shares(out, report->trace);
    fputs("</figure></section>\n", out);
}

static void write_page(FILE *out, const nb_bench_report *report)
{
    const nb_record *record = report->record;
    nb_report_head(out, report);
    nb_report_warnings(out, record);
    write_charts(out, report);
    write_run(out, report);
    fputs("<section><h2>All points</h2>\n", out);
    nb_report_points_table(out, report);
    fputs("</section>\n<section><h2>Machine</h2>\n", out);
    nb_report_topology(out, json_object_get(record->metadata, "topology"));
    fputs("<h3>Circumstances</h3>\n", out);
    nb_report_metadata(out, record->metadata);
    fputs("</section>\n", out);
    nb_report_foot(out, record);
}

/* What `write` writes, as a string. */
static nb_status to_text(char **text, void (*write)(FILE *, const nb_bench_report *),
                         const nb_bench_report *report)
{
    char *buffer = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&buffer, &size);
    if (out == NULL) {
        return NBANG_NO_MEMORY;
    }
    write(out, report);
    const int failed = ferror(out);
    if (fclose(out) != 0 || failed) {
        free(buffer);
        return NBANG_NO_MEMORY;
    }
    *text = buffer;
    return NBANG_OK;
}

static void write_svg(FILE *out, const nb_bench_report *report)
{
    nb_report_overview_chart(out, report, true);
}

nb_status nb_bench_report_html(char **text, const nb_bench_report *report)
{
    return to_text(text, write_page, report);
}

nb_status nb_bench_report_svg(char **text, const nb_bench_report *report)
{
    return to_text(text, write_svg, report);
}
