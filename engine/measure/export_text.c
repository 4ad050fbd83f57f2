/* Tables for programs and for people: csv and markdown; see export.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "measure/export.h"
#include "measure/export_private.h"

/* ---- csv ---- */

const char nb_export_csv_header[] = "date,fingerprint,version,git_commit,workload,workers,bind,"
                                    "order,run,turn,wall_ns,cpu_ns,cycles,"
                                    "instructions\n";

/* A field and the comma behind it, in quotes if it needs them (RFC 4180, section 2). */
static void write_field(FILE *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fprintf(out, "%s,", text);
        return;
    }
    putc('"', out);
    for (const char *c = text; *c; c++) {
        if (*c == '"') {
            putc('"', out);
        }
        putc(*c, out);
    }
    fputs("\",", out);
}

static void write_count(FILE *out, uint64_t count, char end)
{
    if (count != NB_COUNT_UNKNOWN) {
        fprintf(out, "%" PRIu64, count);
    }
    putc(end, out);
}

void nb_export_csv(FILE *out, const nb_record *record)
{
    static const char *const described[] = {"date", "fingerprint", "version", "git_commit"};
    fputs(nb_export_csv_header, out);
    for (size_t i = 0; i < record->num_points; i++) {
        const nb_point *point = &record->points[i];
        for (size_t k = 0; k < point->num_samples; k++) {
            const nb_sample *sample = &point->samples[k];
            for (size_t m = 0; m < sizeof(described) / sizeof(described[0]); m++) {
                write_field(out, nb_record_text(record, described[m], ""));
            }
            write_field(out, point->workload);
            fprintf(out, "%u,%s,%s,%zu,", point->workers, nb_point_bind_name(point),
                    nb_point_order_name(point), k);
            write_count(out, sample->turn, ',');
            write_count(out, sample->wall_ns, ',');
            write_count(out, sample->cpu_ns, ',');
            write_count(out, sample->cycles, ',');
            write_count(out, sample->instructions, '\n');
        }
    }
}

/* ---- markdown ---- */

/* Text from elsewhere, with what Markdown would take for markup escaped. */
static void write_escaped(FILE *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (strchr("\\`*_{}[]<>#|~&", *c)) {
            putc('\\', out);
        }
        putc(*c == '\n' || *c == '\r' ? ' ' : *c, out);
    }
}

/* A figure, or a dash if it is not known. */
static void write_figure(FILE *out, const nb_interval *interval, int decimals, double factor,
                         const char *unit)
{
    if (interval->known) {
        fprintf(out, " %.*f%s |", decimals, interval->value * factor, unit);
    } else {
        fputs(" – |", out);
    }
}

static void write_row(FILE *out, const nb_point_result *result)
{
    char least[NB_NUMBER_TEXT_SIZE], median[NB_NUMBER_TEXT_SIZE];
    char low[NB_NUMBER_TEXT_SIZE], high[NB_NUMBER_TEXT_SIZE];
    const nb_interval *interval = &result->median_ns;
    fprintf(out, "| %u | %zu | %s | %s |", result->point->workers, result->runs,
            nb_number_duration_near(least, result->min_ns),
            nb_number_duration_near(median, interval->value));
    if (interval->known) {
        fprintf(out, " %s to %s |", nb_number_duration_near(low, interval->low),
                nb_number_duration_near(high, interval->high));
    } else {
        fputs(" – |", out);
    }
    if (result->runs > 1) {
        fprintf(out, " %.1f %% |", 100 * result->spread);
    } else {
        fputs(" – |", out);
    }
    write_figure(out, &result->speedup, 2, 1, "");
    write_figure(out, &result->efficiency, 0, 100, " %");
    write_figure(out, &result->karp_flatt, 3, 1, "");
    putc('\n', out);
}

static bool has_runs(const nb_analysis *analysis, const nb_series_result *series)
{
    for (size_t i = 0; i < series->num_points; i++) {
        if (analysis->points[series->first_point + i].runs > 0) {
            return true;
        }
    }
    return false;
}

static void write_series(FILE *out, const nb_analysis *analysis, const nb_series_result *series)
{
    const nb_point *point = analysis->points[series->first_point].point;
    fprintf(out, "\n**%s**, bind %s, order %s\n\n", point->workload, nb_point_bind_name(point),
            nb_point_order_name(point));
    fputs("| workers | runs | fastest | median | 95 % CI | spread | speed-up | efficiency |"
          " serial fraction |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
          out);
    for (size_t i = 0; i < series->num_points; i++) {
        const nb_point_result *result = &analysis->points[series->first_point + i];
        if (result->runs > 0) {
            write_row(out, result);
        }
    }
}

void nb_export_markdown(FILE *out, const nb_record *record, const nb_analysis *analysis)
{
    const char *commit = nb_record_text(record, "git_commit", NULL);
    fputs("nbang ", out);
    write_escaped(out, nb_record_text(record, "version", "of unknown version"));
    if (commit) {
        fputs(" (", out);
        fprintf(out, "%.12s", commit);
        fputs(json_is_true(json_object_get(record->metadata, "git_dirty")) ? ", changed)" : ")",
              out);
    }
    fputs(" on ", out);
    write_escaped(out, nb_record_text(record, "cpu_model", "a processor that is not known"));
    fputs(", ", out);
    write_escaped(out, nb_record_text(record, "date", "at an unknown time"));
    fputs(record->interrupted ? ", interrupted\n" : "\n", out);
    for (size_t i = 0; i < analysis->num_series; i++) {
        if (has_runs(analysis, &analysis->series[i])) {
            write_series(out, analysis, &analysis->series[i]);
        }
    }
    size_t i;
    json_t *warning;
    json_array_foreach(record->warnings, i, warning)
    {
        fputs(i == 0 ? "\n- " : "- ", out);
        write_escaped(out, json_string_value(warning));
        putc('\n', out);
    }
}
