#include "measure/export.h"

#include <stdio.h>
#include <stdlib.h>

#include "measure/export_private.h"

const char *const nb_export_formats[] = {
    "json", "google-benchmark", "github-action", "bencher", "csv", "markdown", NULL};

/* Significant digits that tell every double from its neighbours, and those that are enough for
 * nanoseconds of a week and do not show how a double falls short of a decimal. */
#define EXACT_DIGITS 17
#define PLAIN_DIGITS 15

/* Writes `value`, which it uses up, as indented JSON. */
static nb_status render_json(char **text, json_t *value, size_t digits)
{
    char *dumped = value ? json_dumps(value, JSON_INDENT(1) | JSON_REAL_PRECISION(digits)) : NULL;
    json_decref(value);
    char *line = NULL;
    const bool done = dumped && asprintf(&line, "%s\n", dumped) >= 0;
    free(dumped);
    if (!done) {
        return NBANG_NO_MEMORY;
    }
    *text = line;
    return NBANG_OK;
}

static nb_status render_text(char **text, nb_export_format format, const nb_record *record,
                             const nb_analysis *analysis)
{
    char *written = NULL;
    size_t len;
    FILE *out = open_memstream(&written, &len);
    if (out == NULL) {
        return NBANG_NO_MEMORY;
    }
    if (format == NB_EXPORT_CSV) {
        nb_export_csv(out, record);
    } else {
        nb_export_markdown(out, record, analysis);
    }
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(written);
        return NBANG_NO_MEMORY;
    }
    *text = written;
    return NBANG_OK;
}

nb_status nb_export_render(char **text, nb_export_format format, const nb_record *record,
                           const nb_analysis *analysis)
{
    switch (format) {
    case NB_EXPORT_JSON:
        return render_json(text, nb_record_to_json(record), EXACT_DIGITS);
    case NB_EXPORT_GOOGLE_BENCHMARK:
        return render_json(text, nb_export_google_benchmark(record), EXACT_DIGITS);
    case NB_EXPORT_GITHUB_ACTION:
        return nb_record_has_samples(record)
                   ? render_json(text, nb_export_github_action(record, analysis), PLAIN_DIGITS)
                   : NBANG_END;
    case NB_EXPORT_BENCHER:
        return render_json(text, nb_export_bencher(analysis), PLAIN_DIGITS);
    default:
        return render_text(text, format, record, analysis);
    }
}
