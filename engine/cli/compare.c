#include "cli/compare.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/archive.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compare_table.h"
#include "cli/exit.h"

static const char help_text[] =
    "Usage: nbang compare [OPTIONS] OLD NEW\n"
    "How much longer NEW takes than OLD, by the records of two benchmarks. Nothing is\n"
    "executed.\n"
    "\n"
    "OLD and NEW are files that \"nbang bench --export\" has written as json,\n"
    "google-benchmark or csv, or records of the history: 12 or #12, last, last~1, or\n"
    "the beginning of a commit. A file of that name comes first.\n"
    "\n"
    "      --fail-above SHARE  by how much NEW may take longer, as 5% or 0.05 (5%)\n"
    "      --inconclusive CODE the exit code if nothing can be told (0)\n"
    "      --across-machines   compare records of different machines, too\n"
    "      --db FILE           the history (~/.local/share/nbang/history.db)\n"
    "  -q, --quiet             errors, and that nothing can be told, only\n"
    "  -h, --help              this text\n"
    "\n"
    "Exit: 0 NEW is not slower than allowed (or see --inconclusive), 3 it is, 2 wrong\n"
    "usage or a record that cannot be read, 6 output could not be written\n";

enum { ID_FAIL_ABOVE = 1, ID_INCONCLUSIVE, ID_ACROSS, ID_DB, ID_QUIET, ID_HELP };

static const struct poptOption option_table[] = {
    NB_OPTION_VALUE("fail-above", '\0', ID_FAIL_ABOVE),
    NB_OPTION_VALUE("inconclusive", '\0', ID_INCONCLUSIVE),
    NB_OPTION_FLAG("across-machines", '\0', ID_ACROSS),
    NB_OPTION_VALUE("db", '\0', ID_DB),
    NB_OPTION_FLAG("quiet", 'q', ID_QUIET),
    NB_OPTION_FLAG("help", 'h', ID_HELP),
    NB_OPTION_END,
};

typedef struct settings {
    bool help, quiet, across_machines;
    double threshold;
    int inconclusive; /* exit code */
    char *db;         /* owned; NULL: where it usually is */
} settings;

static nb_status apply(void *ctx, int id, const nb_value *value)
{
    settings *self = ctx;
    switch (id) {
    case ID_FAIL_ABOVE:
        return nb_value_share(&self->threshold, value);
    case ID_INCONCLUSIVE:
        return nb_value_code(&self->inconclusive, value);
    case ID_ACROSS:
        self->across_machines = true;
        return NBANG_OK;
    case ID_DB:
        return nb_value_string(&self->db, value, "the name of a file");
    case ID_QUIET:
        self->quiet = true;
        return NBANG_OK;
    default:
        self->help = true;
        return NBANG_END;
    }
}

/* ---- the comparison ---- */

/* Prints a comparison, and returns the exit code for its verdict. */
static int report(const settings *self, const nb_comparison *comparison,
                  const nb_compare_source *older, const nb_compare_source *newer)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return nb_command_fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    }
    const bool is_told = comparison->verdict != NB_COMPARE_CANNOT_TELL;
    if (!self->quiet) {
        nb_compare_table_print(out, comparison, older, newer);
    }
    if (!self->quiet || !is_told) {
        nb_compare_verdict_print(out, comparison, self->threshold);
    }
    int code = fclose(out) == 0
                   ? nb_command_print(text)
                   : nb_command_fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    free(text);
    if (code == NB_EXIT_OK && !is_told) {
        code = self->inconclusive;
    } else if (code == NB_EXIT_OK && comparison->verdict == NB_COMPARE_REGRESSION) {
        code = NB_EXIT_REGRESSION;
    }
    return code;
}

static int compare(const settings *self, const nb_compare_source *older,
                   const nb_compare_source *newer)
{
    if (nb_compare_machines(older->record, newer->record) == NB_OTHER_MACHINE &&
        !self->across_machines) {
        char error[2 * NB_ARCHIVE_ORIGIN_SIZE + 80];
        snprintf(error, sizeof(error),
                 "%s and %s are of different machines; see \"nbang compare --help\"", older->origin,
                 newer->origin);
        return nb_command_fail(NB_EXIT_USAGE, error);
    }
    nb_comparison comparison;
    const nb_status status =
        nb_comparison_create(&comparison, older->record, newer->record, self->threshold);
    if (status) {
        return nb_command_fail(NB_EXIT_OUTPUT, nbang_status_string(status));
    }
    int code;
    if (comparison.num_points == 0) {
        char error[2 * NB_ARCHIVE_ORIGIN_SIZE + 80];
        snprintf(error, sizeof(error), "%s and %s have no point in common", older->origin,
                 newer->origin);
        code = nb_command_fail(NB_EXIT_USAGE, error);
    } else {
        code = report(self, &comparison, older, newer);
    }
    nb_comparison_clear(&comparison);
    return code;
}

/* Reads both records and compares them. */
static int compare_names(const settings *self, nb_archive *archive, const char *const *names)
{
    nb_record records[2];
    char origins[2][NB_ARCHIVE_ORIGIN_SIZE], error[NB_ARCHIVE_ERROR_SIZE];
    if (nb_archive_get(archive, names[0], &records[0], origins[0], error) != NBANG_OK) {
        return nb_command_fail(NB_EXIT_USAGE, error);
    }
    int code;
    if (nb_archive_get(archive, names[1], &records[1], origins[1], error) != NBANG_OK) {
        code = nb_command_fail(NB_EXIT_USAGE, error);
    } else {
        const nb_compare_source older = {&records[0], origins[0]},
                                newer = {&records[1], origins[1]};
        code = compare(self, &older, &newer);
        nb_record_clear(&records[1]);
    }
    nb_record_clear(&records[0]);
    return code;
}

static int run(const settings *self, const nb_arguments *arguments)
{
    if (self->help) {
        return nb_command_print(help_text);
    }
    if (arguments->num_operands != 2) {
        char error[80];
        snprintf(error, sizeof(error), "two records are to be compared, not %zu",
                 arguments->num_operands);
        return nb_command_usage("compare", error);
    }
    nb_archive archive;
    if (nb_archive_init(&archive, self->db) != NBANG_OK) {
        return nb_command_fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    }
    const int code = compare_names(self, &archive, arguments->operands);
    nb_archive_clear(&archive);
    return code;
}

int nb_compare_command(int argc, char **argv)
{
    static const nb_grammar grammar = {option_table, apply, NULL};
    settings self = {.threshold = 0.05};
    nb_arguments arguments;
    char error[NB_ARGUMENTS_ERROR_SIZE];
    int code;
    if (nb_arguments_read(&arguments, &grammar, &self, argc, argv, error) != NBANG_OK) {
        code = nb_command_usage("compare", error);
    } else {
        code = run(&self, &arguments);
        nb_arguments_clear(&arguments);
    }
    free(self.db);
    return code;
}
