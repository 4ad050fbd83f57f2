#include "cli/compare_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/printable.h"
#include "measure/analysis.h"

/* Below which a corrected p-value tells a difference. */
#define SIGNIFICANCE 0.05

/* ---- records ---- */

/* Text from a file or database, cut and made printable. */
static void print_text(FILE *out, const char *text)
{
    enum { LONGEST = 200 };
    char shown[NB_PRINTABLE_GROWTH * LONGEST];
    const size_t len = nb_printable_escape(shown, text, strnlen(text, LONGEST), true);
    fprintf(out, "%.*s", (int)len, shown);
}

static const char *metadata(const nb_record *record, const char *key)
{
    return json_string_value(json_object_get(record->metadata, key));
}

void nb_compare_source_print(FILE *out, const char *title, const nb_compare_source *source)
{
    const char *date = metadata(source->record, "date");
    const char *commit = metadata(source->record, "git_commit");
    const char *version = metadata(source->record, "version");
    fprintf(out, "%s%s", title, source->origin);
    if (date) {
        fputs(", ", out);
        print_text(out, date);
    }
    if (version) {
        fputs(", nbang ", out);
        print_text(out, version);
    }
    if (commit) {
        char start[13];
        snprintf(start, sizeof(start), "%s", commit);
        fputs(", commit ", out);
        print_text(out, start);
        if (json_is_true(json_object_get(source->record->metadata, "git_dirty"))) {
            fputs(" with changes", out);
        }
    }
    fputs(source->record->interrupted ? ", interrupted" : "", out);
    fputc('\n', out);
}

static void print_warnings(FILE *out, const nb_compare_source *older,
                           const nb_compare_source *newer)
{
    const nb_compare_source *sources[] = {older, newer};
    for (int i = 0; i < 2; i++) {
        if (sources[i]->record->interrupted) {
            fprintf(out, "warning: %s was interrupted\n", i == 0 ? "OLD" : "NEW");
        }
    }
    switch (nb_compare_machines(older->record, newer->record)) {
    case NB_OTHER_MACHINE:
        fputs("warning: these are different machines\n", out);
        break;
    case NB_MACHINE_UNKNOWN:
        fputs("warning: whether this is the same machine is not known\n", out);
        break;
    default:
        break;
    }
}

/* Says what was known to disturb the measuring of a record: the first of its sentences. */
static void print_disturbance(FILE *out, const char *title, const nb_record *record)
{
    const json_t *warnings = record->warnings;
    const size_t count = json_array_size(warnings);
    const char *first = json_string_value(json_array_get(warnings, 0));
    if (!first) {
        return;
    }
    fprintf(out, "note: %s was disturbed: ", title);
    print_text(out, first);
    if (count > 1) {
        fprintf(out, " (and %zu more)", count - 1);
    }
    fputc('\n', out);
}

static void print_value(FILE *out, const json_t *value)
{
    char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    print_text(out, json_is_string(value) ? json_string_value(value) : text ? text : "?");
    free(text);
}

static void print_differences(FILE *out, const nb_record *older, const nb_record *newer)
{
    nb_difference differences[NB_DIFFERENCES_MAX];
    const size_t count = nb_compare_metadata(differences, older, newer);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "differs: %s: ", differences[i].name);
        print_value(out, differences[i].older);
        fputs(" -> ", out);
        print_value(out, differences[i].newer);
        fputc('\n', out);
    }
}

/* ---- points ---- */

static const char *judgement(const nb_compared_point *point)
{
    if (!point->ratio.known) {
        return "too few runs";
    }
    if (point->p_holm >= SIGNIFICANCE) {
        return "no difference seen";
    }
    return point->ratio.value > 1 ? "slower" : "faster";
}

static void print_point(FILE *out, const nb_compared_point *point, int width)
{
    char name[NB_POINT_NAME_SIZE], old_text[NB_NUMBER_TEXT_SIZE], new_text[NB_NUMBER_TEXT_SIZE];
    char interval[48] = "-", p_value[16] = "-";
    if (point->ratio.known) {
        snprintf(interval, sizeof(interval), "%.3f to %.3f", point->ratio.low, point->ratio.high);
        snprintf(p_value, sizeof(p_value), point->p_holm < 0.0001 ? "<0.0001" : "%.4f",
                 point->p_holm);
    }
    fprintf(out, "%-*s  %9s  %9s  %6.3f  %-15s  %7s  %s\n", width,
            nb_point_name(name, point->newer), nb_number_duration_near(old_text, point->old_ns),
            nb_number_duration_near(new_text, point->new_ns), point->ratio.value, interval, p_value,
            judgement(point));
}

static void print_points(FILE *out, const nb_comparison *comparison)
{
    char name[NB_POINT_NAME_SIZE];
    int width = (int)strlen("geometric mean");
    for (size_t i = 0; i < comparison->num_points; i++) {
        const int len = (int)strlen(nb_point_name(name, comparison->points[i].newer));
        width = len > width ? len : width;
    }
    fprintf(out, "\n%-*s  %9s  %9s  %6s  %-15s  %7s\n", width, "point", "old", "new", "ratio",
            "95 % CI", "p");
    for (size_t i = 0; i < comparison->num_points; i++) {
        print_point(out, &comparison->points[i], width);
    }
    const nb_interval *mean = &comparison->mean;
    if (mean->known) {
        fprintf(out, "%-*s  %9s  %9s  %6.3f  %.3f to %.3f\n", width, "geometric mean", "", "",
                mean->value, mean->low, mean->high);
    }
    fputc('\n', out);
}

static void print_only(FILE *out, const char *title, const nb_point *const *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[NB_POINT_NAME_SIZE];
        fprintf(out, "only in %s: %s\n", title, nb_point_name(name, points[i]));
    }
}

void nb_compare_table_print(FILE *out, const nb_comparison *comparison,
                            const nb_compare_source *older, const nb_compare_source *newer)
{
    nb_compare_source_print(out, "OLD   ", older);
    nb_compare_source_print(out, "NEW   ", newer);
    print_differences(out, older->record, newer->record);
    print_warnings(out, older, newer);
    print_points(out, comparison);
    print_only(out, "OLD", comparison->only_old, comparison->num_only_old);
    print_only(out, "NEW", comparison->only_new, comparison->num_only_new);
    print_disturbance(out, "OLD", older->record);
    print_disturbance(out, "NEW", newer->record);
}

void nb_compare_verdict_print(FILE *out, const nb_comparison *comparison, double threshold)
{
    static const char *const verdicts[] = {
        [NB_COMPARE_PASS] = "PASS",
        [NB_COMPARE_REGRESSION] = "REGRESSION",
        [NB_COMPARE_CANNOT_TELL] = "CANNOT TELL",
    };
    const nb_interval *mean = &comparison->mean;
    fprintf(out, "%s: ", verdicts[comparison->verdict]);
    if (!mean->known) {
        fprintf(out, "too few runs: no point has %d in both records\n", NB_POINT_MIN_RUNS);
        return;
    }
    fprintf(out, "NEW takes %.3f times as long as OLD, 95 %% CI %.3f to %.3f, ", mean->value,
            mean->low, mean->high);
    switch (comparison->verdict) {
    case NB_COMPARE_PASS:
        fprintf(out, "below %.3f\n", 1 + threshold);
        break;
    case NB_COMPARE_REGRESSION:
        fprintf(out, "above %.3f\n", 1 + threshold);
        break;
    default:
        fprintf(out, "on both sides of %.3f; more runs would tell\n", 1 + threshold);
        break;
    }
}
