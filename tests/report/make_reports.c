/* make_reports DIR: writes the reports of all fixtures (tests/support/report_fixtures.h) for
 * scripts/check-report: NAME.html, NAME.svg and, with what they are of, NAME.json. */
#include <stdio.h>
#include <stdlib.h>

#include "report_fixtures.h"

static void write_file(const char *dir, const char *name, const char *suffix, const char *text)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s.%s", dir, name, suffix);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_reports DIR\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < REPORT_FIXTURES; i++) {
        const char *name = report_fixture_names[i];
        report_fixture fixture;
        char *html;
        char *svg;
        make_report_fixture(&fixture, i);
        json_t *record = nb_record_to_json(&fixture.record);
        if (nb_bench_report_html(&html, &fixture.report) != NBANG_OK ||
            nb_bench_report_svg(&svg, &fixture.report) != NBANG_OK) {
            return 1;
        }
        write_file(argv[1], name, "html", html);
        write_file(argv[1], name, "svg", svg);
        /* The command of the hostile one is not UTF-8, hence no JSON. */
        char *json = record != NULL ? json_dumps(record, 0) : NULL;
        if (json != NULL) {
            write_file(argv[1], name, "json", json);
        }
        free(json);
        json_decref(record);
        free(svg);
        free(html);
        clear_report_fixture(&fixture);
    }
    return 0;
}
