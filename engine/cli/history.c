#include "cli/history.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/archive.h"
#include "cli/arguments.h"
#include "cli/bench_table.h"
#include "cli/command.h"
#include "cli/compare_table.h"
#include "cli/exit.h"
#include "cli/history_list.h"
#include "cli/printable.h"
#include "measure/metadata.h"

static const char help_text[] =
    "Usage: nbang history [OPTIONS]\n"
    "Benchmarks that \"nbang bench --record\" has kept, oldest first: the median time\n"
    "of each point, with its 95 % confidence interval.\n"
    "\n"
    "Which (defaults in parentheses)\n"
    "      --workload NAME   only points of this workload, as strong-1e6-v1\n"
    "      --workers N       only points with N workers\n"
    "      --commit PREFIX   only records of commits that begin so\n"
    "      --where KEY=VALUE only these, as bind=pu; KEY is version, kernel, libc,\n"
    "                        compiler, simd, bind or order\n"
    "      --since DATE      only records from this date on (UTC), as 2026-11-22,\n"
    "                        2026-11 or 2026-11-22T18:30\n"
    "      --machine PRINT   only records of the machine with this fingerprint (this)\n"
    "      --all-machines    records of all machines\n"
    "      --limit N         the newest N records (20; all as JSON)\n"
    "      --db FILE         the history (~/.local/share/nbang/history.db)\n"
    "How\n"
    "      --plot            a line a record, on a common scale, for each point\n"
    "      --show RECORD     one record whole: 12 or #12, last, last~1, or the\n"
    "                        beginning of a commit\n"
    "      --format NAME     text, json (text)\n"
    "  -h, --help            this text\n"
    "\n"
    "Exit: 0 good, 2 wrong usage or a history that cannot be read, 6 output could not\n"
    "be written\n";

enum {
    ID_WORKLOAD = 1,
    ID_WORKERS,
    ID_COMMIT,
    ID_SINCE,
    ID_WHERE,
    ID_MACHINE,
    ID_ALL_MACHINES,
    ID_LIMIT,
    ID_DB,
    ID_PLOT,
    ID_SHOW,
    ID_FORMAT,
    ID_HELP
};

static const struct poptOption option_table[] = {
    NB_OPTION_VALUE("workload", '\0', ID_WORKLOAD),
    NB_OPTION_VALUE("workers", '\0', ID_WORKERS),
    NB_OPTION_VALUE("commit", '\0', ID_COMMIT),
    NB_OPTION_VALUE("since", '\0', ID_SINCE),
    NB_OPTION_VALUE("where", '\0', ID_WHERE),
    NB_OPTION_VALUE("machine", '\0', ID_MACHINE),
    NB_OPTION_FLAG("all-machines", '\0', ID_ALL_MACHINES),
    NB_OPTION_VALUE("limit", '\0', ID_LIMIT),
    NB_OPTION_VALUE("db", '\0', ID_DB),
    NB_OPTION_FLAG("plot", '\0', ID_PLOT),
    NB_OPTION_VALUE("show", '\0', ID_SHOW),
    NB_OPTION_VALUE("format", '\0', ID_FORMAT),
    NB_OPTION_FLAG("help", 'h', ID_HELP),
    NB_OPTION_END,
};

#define USUAL_LIMIT 20
#define MAX_LIMIT 1000000
#define USUAL_COLUMNS 80

typedef struct settings {
    bool help, plot, json, all_machines;
    char *workload, *commit, *since, *machine, *db, *show; /* owned; NULL if not given */
    char *where[NB_HISTORY_NUM_DIMENSIONS];                /* the same */
    unsigned workers, limit;                               /* 0 if not given */
} settings;

static void settings_clear(settings *self)
{
    free(self->workload);
    free(self->commit);
    free(self->since);
    for (size_t i = 0; i < NB_HISTORY_NUM_DIMENSIONS; i++) {
        free(self->where[i]);
    }
    free(self->machine);
    free(self->db);
    free(self->show);
}

/* Whether the beginning of a date and time, all digits where it needs them, is one of the calendar:
 * what is not there is the least that it can be. */
static bool is_in_calendar(const char *text)
{
    static const char least[] = "0000-01-01T00:00:00Z";
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    char whole[sizeof(least)];
    int year, month, day, hour, minute, second;
    const size_t len = strlen(text);
    snprintf(whole, sizeof(whole), "%s%s", text, least + len);
    if (len == 6 || len == 9 || len == 12 || len == 15 || len == 18 ||
        sscanf(whole, "%4d-%2d-%2dT%2d:%2d:%2dZ", &year, &month, &day, &hour, &minute, &second) !=
            6) {
        return false; /* one digit of two would be compared as text */
    }
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && is_leap) && hour <= 23 && minute <= 59 &&
           second <= 60;
}

/* A date, or the beginning of one, as ISO 8601 writes it. */
static nb_status read_date(settings *self, const nb_value *value)
{
    static const char like[] = "dddd-dd-ddTdd:dd:ddZ";
    const char *text = value->text;
    const size_t len = strlen(text);
    bool fits = len >= 4 && len < sizeof(like);
    for (size_t i = 0; fits && i < len; i++) {
        fits = like[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == like[i];
    }
    if (!fits || !is_in_calendar(text)) {
        snprintf(value->error, value->error_size,
                 "--%s: not a date such as 2026-11-22, or a time such as 2026-11-22T18:30",
                 value->option);
        return NBANG_INVALID;
    }
    return nb_value_string(&self->since, value, "a date");
}

/* KEY=VALUE */
static nb_status read_where(settings *self, const nb_value *value)
{
    const char *equals = strchr(value->text, '=');
    char *key = strndup(value->text, equals ? (size_t)(equals - value->text) : strlen(value->text));
    if (key == NULL) {
        return NBANG_NO_MEMORY;
    }
    const nb_value name = {value->option, key, value->error, value->error_size};
    unsigned index;
    nb_status status = nb_value_choice(&index, &name, nb_history_dimensions);
    free(key);
    if (status == NBANG_OK) {
        const nb_value wanted = {value->option, equals ? equals + 1 : "", value->error,
                                 value->error_size};
        status = nb_value_string(&self->where[index], &wanted, "a value, as in bind=pu");
    }
    return status;
}

static nb_status read_format(settings *self, const nb_value *value)
{
    static const char *const formats[] = {"text", "json", NULL};
    unsigned format = 0;
    const nb_status status = nb_value_choice(&format, value, formats);
    self->json = format == 1;
    return status;
}

static nb_status apply_flag(settings *self, int id)
{
    self->help |= id == ID_HELP;
    self->plot |= id == ID_PLOT;
    self->all_machines |= id == ID_ALL_MACHINES;
    return id == ID_HELP ? NBANG_END : NBANG_OK;
}

static nb_status apply(void *ctx, int id, const nb_value *value)
{
    settings *self = ctx;
    switch (id) {
    case ID_WORKLOAD:
        return nb_value_string(&self->workload, value, "the name of a workload");
    case ID_WORKERS:
        return nb_value_count(&self->workers, value, NB_POINT_MAX_WORKERS);
    case ID_COMMIT:
        return nb_value_string(&self->commit, value, "the beginning of a commit");
    case ID_SINCE:
        return read_date(self, value);
    case ID_MACHINE:
        return nb_value_string(&self->machine, value, "a fingerprint");
    case ID_WHERE:
        return read_where(self, value);
    case ID_LIMIT:
        return nb_value_count(&self->limit, value, MAX_LIMIT);
    case ID_DB:
        return nb_value_string(&self->db, value, "the name of a file");
    case ID_SHOW:
        return nb_value_string(&self->show, value, "a record, as 12 or last");
    case ID_FORMAT:
        return read_format(self, value);
    default:
        return apply_flag(self, id);
    }
}

/* Whether there is an option that chooses among records. */
static bool chooses(const settings *self)
{
    bool any = self->workload || self->workers > 0 || self->commit || self->since ||
               self->machine || self->all_machines || self->limit > 0;
    for (size_t i = 0; i < NB_HISTORY_NUM_DIMENSIONS; i++) {
        any |= self->where[i] != NULL;
    }
    return any;
}

/* What is wrong with the options together; NULL if nothing is. */
static const char *find_conflict(const settings *self, const nb_arguments *arguments)
{
    if (arguments->num_operands > 0) {
        return "it takes no arguments but options";
    }
    if (self->machine && self->all_machines) {
        return "--machine and --all-machines exclude each other";
    }
    if (self->plot && (self->json || self->show)) {
        return "--plot excludes --format=json and --show";
    }
    if (self->show && chooses(self)) {
        return "--show names one record; it goes with --db and --format only";
    }
    return NULL;
}

/* ---- the machine ---- */

/* The fingerprint of this machine, in a record that the caller clears; NULL if it cannot be had. */
static const char *find_fingerprint(nb_record *here)
{
    if (nb_record_init(here) != NBANG_OK || nb_metadata_fill(here) != NBANG_OK) {
        return NULL;
    }
    return json_string_value(json_object_get(here->metadata, "fingerprint"));
}

/* ---- printing ---- */

static unsigned output_columns(void)
{
    struct winsize window;
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    return known ? window.ws_col : USUAL_COLUMNS;
}

/* Whether the locale of the environment has UTF-8; its name says so. */
static bool is_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *locale = getenv(variables[i]);
        if (locale && locale[0]) {
            return strcasestr(locale, "UTF-8") != NULL || strcasestr(locale, "UTF8") != NULL;
        }
    }
    return false;
}

static nb_status print_json(FILE *out, json_t *value)
{
    const int failed = value ? json_dumpf(value, out, JSON_INDENT(1)) : -1;
    fputc('\n', out);
    json_decref(value);
    return failed ? NBANG_NO_MEMORY : NBANG_OK;
}

static nb_status list_json(FILE *out, nb_history *history, const nb_history_filter *filter,
                           char error[NB_HISTORY_ERROR_SIZE])
{
    json_t *records = json_array();
    const nb_status status = nb_history_list(history, filter, nb_history_json_row, records, error);
    if (status) {
        json_decref(records);
        return status;
    }
    return print_json(out, records);
}

static nb_status list_plot(FILE *out, nb_history *history, const nb_history_filter *filter,
                           char error[NB_HISTORY_ERROR_SIZE])
{
    nb_history_plot plot = {.fingerprint = filter->fingerprint};
    const nb_status status = nb_history_list(history, filter, nb_history_plot_row, &plot, error);
    if (status == NBANG_OK) {
        nb_history_plot_print(out, &plot, output_columns(), is_utf8());
    }
    nb_history_plot_clear(&plot);
    return status;
}

/* Says what is not shown: older records, and those of other machines. */
static nb_status list_rest(FILE *out, nb_history *history, const nb_history_filter *filter,
                           bool is_here, char error[NB_HISTORY_ERROR_SIZE])
{
    uint64_t matching = 0, anywhere = 0;
    nb_history_filter wider = *filter;
    wider.fingerprint = NULL;
    nb_status status = nb_history_count(history, filter, &matching, error);
    if (status == NBANG_OK) {
        status = nb_history_count(history, &wider, &anywhere, error);
    }
    if (status) {
        return status;
    }
    if (matching == 0) {
        status = nb_history_print_nothing(out, history, filter->workload, error);
    }
    if (filter->limit > 0 && matching > filter->limit) {
        fprintf(out, "%ju older; see --limit\n", (uintmax_t)(matching - filter->limit));
    }
    if (is_here && anywhere > matching) {
        fprintf(out, "%ju of other machines; see --all-machines\n",
                (uintmax_t)(anywhere - matching));
    }
    return status;
}

static nb_status list(FILE *out, const settings *self, nb_history *history,
                      char error[NB_HISTORY_ERROR_SIZE])
{
    nb_record here = {.num_points = 0};
    const bool is_here = !self->machine && !self->all_machines;
    nb_history_filter filter = {
        .fingerprint = is_here ? find_fingerprint(&here) : self->machine,
        .workload = self->workload,
        .workers = self->workers,
        .commit = self->commit,
        .since = self->since,
        .limit = self->limit == 0 && !self->json ? USUAL_LIMIT : self->limit,
    };
    for (size_t i = 0; i < NB_HISTORY_NUM_DIMENSIONS; i++) {
        filter.dimensions[i] = self->where[i];
    }
    nb_status status;
    if (self->json) {
        status = list_json(out, history, &filter, error);
    } else if (self->plot) {
        status = list_plot(out, history, &filter, error);
    } else {
        nb_history_table table = {.out = out};
        status = nb_history_list(history, &filter, nb_history_table_row, &table, error);
    }
    if (status == NBANG_OK && !self->json) {
        status = list_rest(out, history, &filter, is_here, error);
    }
    nb_record_clear(&here);
    return status;
}

/* The table of a record, of which a hostile database could have any text, made printable. */
static nb_status print_table(FILE *out, const nb_record *record)
{
    nb_analysis analysis;
    char *text = NULL;
    size_t size;
    FILE *table = open_memstream(&text, &size);
    if (table == NULL) {
        return NBANG_NO_MEMORY;
    }
    nb_status status = nb_analysis_create(&analysis, record);
    if (status == NBANG_OK) {
        nb_bench_table_print(table, record, &analysis);
        nb_analysis_clear(&analysis);
    }
    if (fclose(table) != 0) {
        status = NBANG_NO_MEMORY;
    }
    char *rest = text;
    for (char *line; status == NBANG_OK && rest[0] && (line = strsep(&rest, "\n")) != NULL;) {
        const size_t len = strlen(line);
        char *shown = malloc(NB_PRINTABLE_GROWTH * len + 1);
        if (shown == NULL) {
            status = NBANG_NO_MEMORY;
            break;
        }
        fprintf(out, "%.*s\n", (int)nb_printable_escape(shown, line, len, true), shown);
        free(shown);
    }
    free(text);
    return status;
}

static nb_status show(FILE *out, const settings *self, nb_archive *archive,
                      char error[NB_ARCHIVE_ERROR_SIZE])
{
    nb_record record;
    char origin[NB_ARCHIVE_ORIGIN_SIZE];
    nb_status status = nb_archive_get_kept(archive, self->show, &record, origin, error);
    if (status) {
        return status;
    }
    if (self->json) {
        status = print_json(out, nb_record_to_json(&record));
    } else {
        nb_compare_source_print(out, "", &(nb_compare_source){&record, origin});
        fputc('\n', out);
        status = print_table(out, &record);
    }
    nb_record_clear(&record);
    if (status == NBANG_NO_MEMORY) {
        snprintf(error, NB_ARCHIVE_ERROR_SIZE, "%s", nbang_status_string(status));
    }
    return status;
}

/* ---- all of it ---- */

static nb_status print_all(FILE *out, const settings *self, nb_archive *archive,
                           char error[NB_ARCHIVE_ERROR_SIZE])
{
    nb_status status = nb_archive_open(archive, NB_HISTORY_READ, error);
    if (status || self->show) {
        return status ? status : show(out, self, archive, error);
    }
    char reason[NB_HISTORY_ERROR_SIZE] = "";
    status = list(out, self, archive->history, reason);
    if (status) {
        nb_archive_explain(archive, reason[0] ? reason : nbang_status_string(status), error);
    }
    return status;
}

static int run(const settings *self)
{
    nb_archive archive;
    char error[NB_ARCHIVE_ERROR_SIZE];
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL || nb_archive_init(&archive, self->db) != NBANG_OK) {
        return nb_command_fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    }
    const nb_status status = print_all(out, self, &archive, error);
    nb_archive_clear(&archive);
    int code;
    if (fclose(out) != 0) {
        code = nb_command_fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    } else if (status) {
        code = nb_command_fail(NB_EXIT_USAGE, error);
    } else {
        code = nb_command_print(text);
    }
    free(text);
    return code;
}

int nb_history_command(int argc, char **argv)
{
    static const nb_grammar grammar = {option_table, apply, NULL};
    settings self = {.limit = 0};
    nb_arguments arguments;
    char error[NB_ARGUMENTS_ERROR_SIZE];
    int code;
    if (nb_arguments_read(&arguments, &grammar, &self, argc, argv, error) != NBANG_OK) {
        code = nb_command_usage("history", error);
    } else {
        const char *conflict = self.help ? NULL : find_conflict(&self, &arguments);
        if (self.help) {
            code = nb_command_print(help_text);
        } else {
            code = conflict ? nb_command_usage("history", conflict) : run(&self);
        }
        nb_arguments_clear(&arguments);
    }
    settings_clear(&self);
    return code;
}
