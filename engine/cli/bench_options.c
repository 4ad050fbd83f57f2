#include "cli/bench_options.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/number.h"
#include "cli/options.h"
#include "cli/quote.h"
#include "measure/workloads.h"

const char nb_bench_help_text[] =
    "Usage: nbang bench [OPTIONS]\n"
    "How fast this machine computes, and how well more cores pay: named workloads on\n"
    "1, 2, 3 ... workers, each run in a fresh process, in random order.\n"
    "\n"
    "How much\n"
    "      --quick           the small workloads, in under 20 s on two cores\n"
    "      --standard        all workloads, in up to two minutes (the default)\n"
    "      --full            all placements that differ here, in up to 20 minutes\n"
    "      --runs N          samples of each point (21, 31, 51)\n"
    "      --time-limit TIME for all of it, as 30s, 5m; every point is measured once\n"
    "What (lists are separated by commas)\n"
    "      --workload LIST   of strong-1e6-v1, batch-64-v1, strong-1e7-v1\n"
    "      --workers LIST    numbers and ranges of workers, as 1,2,4 or 1..8\n"
    "      --bind LIST       of core, pu, numa, none (core)\n"
    "      --order LIST      of close, spread (close)\n"
    "      --seed N          of the order of runs and of the statistics (random)\n"
    "Results\n"
    "      --export NAME=F   write to F, or - for standard output; NAME is json,\n"
    "                        google-benchmark, github-action, bencher, csv, markdown\n"
    "      --report FILE     a page with all of it (.html), or a chart (.svg)\n"
    "      --record          keep it for \"nbang history\" and \"nbang compare\"\n"
    "      --db FILE         the same, in FILE (~/.local/share/nbang/history.db)\n"
    "      --progress WHEN   auto (on a terminal), always, never\n"
    "  -q, --quiet           no table;  -h, --help: this text\n"
    "\n"
    "Exit: 0 good, 2 usage or a failed run, 6 write error\n";

enum { MAX_WORKLOADS = 16, MAX_RUNS = 100000 };
#define MAX_SEED UINT32_MAX

enum option_id {
    ID_QUICK = 1,
    ID_STANDARD,
    ID_FULL,
    ID_RUNS,
    ID_TIME_LIMIT,
    ID_WORKLOAD,
    ID_WORKERS,
    ID_BIND,
    ID_ORDER,
    ID_SEED,
    ID_EXPORT,
    ID_REPORT,
    ID_RECORD,
    ID_DB,
    ID_PROGRESS,
    ID_QUIET,
    ID_HELP
};

static const struct poptOption option_table[] = {
    NB_OPTION_FLAG("quick", '\0', ID_QUICK),
    NB_OPTION_FLAG("standard", '\0', ID_STANDARD),
    NB_OPTION_FLAG("full", '\0', ID_FULL),
    NB_OPTION_VALUE("runs", '\0', ID_RUNS),
    NB_OPTION_VALUE("time-limit", '\0', ID_TIME_LIMIT),
    NB_OPTION_VALUE("workload", '\0', ID_WORKLOAD),
    NB_OPTION_VALUE("workers", '\0', ID_WORKERS),
    NB_OPTION_VALUE("bind", '\0', ID_BIND),
    NB_OPTION_VALUE("order", '\0', ID_ORDER),
    NB_OPTION_VALUE("seed", '\0', ID_SEED),
    NB_OPTION_VALUE("export", '\0', ID_EXPORT),
    NB_OPTION_VALUE("report", '\0', ID_REPORT),
    NB_OPTION_FLAG("record", '\0', ID_RECORD),
    NB_OPTION_VALUE("db", '\0', ID_DB),
    NB_OPTION_VALUE("progress", '\0', ID_PROGRESS),
    NB_OPTION_FLAG("quiet", 'q', ID_QUIET),
    NB_OPTION_FLAG("help", 'h', ID_HELP),
    NB_OPTION_END,
};

/* In the order of nbang_bind and nbang_order. */
static const char *const bind_words[] = {"core", "pu", "numa", "none", NULL};
static const char *const order_words[] = {"close", "spread", NULL};

/* ---- lists ---- */

/* Calls `take` with each piece of a list between commas, as a value like the list. */
static nb_status read_list(const nb_value *list, void *ctx,
                           nb_status (*take)(void *ctx, const nb_value *piece))
{
    char *copy = strdup(list->text);
    if (copy == NULL) {
        return NBANG_NO_MEMORY;
    }
    nb_status status = NBANG_OK;
    char *rest = copy;
    for (char *text; status == NBANG_OK && (text = strsep(&rest, ",")) != NULL;) {
        const nb_value piece = {list->option, text, list->error, list->error_size};
        status = take(ctx, &piece);
    }
    free(copy);
    return status;
}

/* A set of choices: which of them, and which words there are. */
typedef struct choice_set {
    unsigned set;
    const char *const *words; /* ends in NULL */
} choice_set;

static nb_status take_choice(void *ctx, const nb_value *piece)
{
    choice_set *self = ctx;
    unsigned index;
    nb_status status = nb_value_choice(&index, piece, self->words);
    if (status == NBANG_OK) {
        self->set |= 1U << index;
    }
    return status;
}

static nb_status read_choices(unsigned *set, const nb_value *list, const char *const *words)
{
    choice_set found = {.words = words};
    nb_status status = read_list(list, &found, take_choice);
    if (status == NBANG_OK) {
        *set = found.set;
    }
    return status;
}

static void list_workloads(const char *words[MAX_WORKLOADS + 1])
{
    const size_t count = nb_workloads_count();
    assert(count <= MAX_WORKLOADS);
    for (size_t i = 0; i < count; i++) {
        words[i] = nb_workloads_at(i)->name;
    }
    words[count] = NULL;
}

static nb_status read_workloads(unsigned *set, const nb_value *list)
{
    const char *words[MAX_WORKLOADS + 1];
    list_workloads(words);
    return read_choices(set, list, words);
}

/* Which numbers of workers are wanted. */
typedef struct worker_set {
    bool wanted[NB_OPTIONS_MAX_WORKERS + 1];
} worker_set;

/* A number, or a range as 1..8. */
static nb_status take_workers(void *ctx, const nb_value *piece)
{
    worker_set *self = ctx;
    const char *dots = strstr(piece->text, "..");
    const size_t len = dots != NULL ? (size_t)(dots - piece->text) : strlen(piece->text);
    const char *end = dots != NULL ? dots + 2 : piece->text;
    uint64_t first;
    uint64_t last;
    if (nb_number_parse(&first, piece->text, len) != NBANG_OK ||
        nb_number_parse(&last, end, strlen(end)) != NBANG_OK || first < 1 || last < first ||
        last > NB_OPTIONS_MAX_WORKERS) {
        return nb_value_refuse(piece, "a number of workers from 1 to 4096, or a range as 1..8");
    }
    static_assert(NB_OPTIONS_MAX_WORKERS == 4096, "the message says so");
    for (uint64_t i = first; i <= last; i++) {
        self->wanted[i] = true;
    }
    return NBANG_OK;
}

static nb_status read_workers(nb_bench_settings *settings, const nb_value *list)
{
    worker_set set = {.wanted = {false}};
    nb_status status = read_list(list, &set, take_workers);
    if (status != NBANG_OK) {
        return status;
    }
    unsigned *workers = calloc(NB_OPTIONS_MAX_WORKERS, sizeof(*workers));
    if (workers == NULL) {
        return NBANG_NO_MEMORY;
    }
    size_t count = 0;
    for (unsigned i = 1; i <= NB_OPTIONS_MAX_WORKERS; i++) {
        if (set.wanted[i]) {
            workers[count++] = i;
        }
    }
    free(settings->workers);
    settings->workers = workers;
    settings->plan.workers = workers;
    settings->plan.num_workers = count;
    return NBANG_OK;
}

/* ---- single values ---- */

static nb_status read_seed(nb_bench_settings *settings, const nb_value *value)
{
    if (nb_number_parse(&settings->seed, value->text, strlen(value->text)) != NBANG_OK ||
        settings->seed > MAX_SEED) {
        return nb_value_refuse(value, "a number up to 4294967295");
    }
    return NBANG_OK;
}

static nb_status add_output(nb_bench_settings *settings, const nb_value *value,
                            nb_bench_output_kind kind, nb_export_format format, const char *path)
{
    const nb_status status = nb_bench_outputs_add(&settings->outputs, kind, format, path);
    if (status == NBANG_INVALID) {
        char quoted[NB_QUOTE_SIZE];
        const size_t len = strlen(path);
        snprintf(value->error, value->error_size, "--%s: %s is the file of another output already",
                 value->option, nb_quote(quoted, sizeof(quoted), path, len, len));
    }
    return status;
}

/* "json=FILE". */
static nb_status read_export(nb_bench_settings *settings, const nb_value *value)
{
    char *equals = strchr(value->text, '=');
    if (equals == NULL || equals[1] == '\0') {
        return nb_value_refuse(value, "the name of a format and a file, as json=results.json");
    }
    char *name = strndup(value->text, (size_t)(equals - value->text));
    if (name == NULL) {
        return NBANG_NO_MEMORY;
    }
    const nb_value format = {value->option, name, value->error, value->error_size};
    unsigned index;
    nb_status status = nb_value_choice(&index, &format, nb_export_formats);
    free(name);
    return status != NBANG_OK
               ? status
               : add_output(settings, value, NB_BENCH_EXPORT, (nb_export_format)index, equals + 1);
}

static bool ends_in(const char *text, const char *end)
{
    const size_t len = strlen(text);
    const size_t end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

static nb_status read_report(nb_bench_settings *settings, const nb_value *value)
{
    const bool is_chart = ends_in(value->text, ".svg");
    if (!is_chart && !ends_in(value->text, ".html")) {
        return nb_value_refuse(value, "a name that ends in .html or .svg");
    }
    return add_output(settings, value, is_chart ? NB_BENCH_CHART : NB_BENCH_REPORT, NB_EXPORT_JSON,
                      value->text);
}

static nb_status read_progress(nb_bench_settings *settings, const nb_value *value)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    static_assert(NB_PROGRESS_AUTO == 0 && NB_PROGRESS_ALWAYS == 1 && NB_PROGRESS_NEVER == 2,
                  "in the order of the words");
    unsigned index;
    nb_status status = nb_value_choice(&index, value, words);
    if (status == NBANG_OK) {
        settings->progress = (nb_progress_mode)index;
    }
    return status;
}

/* ---- all of them ---- */

static nb_status apply(void *ctx, int id, const nb_value *value)
{
    nb_bench_settings *settings = ctx;
    nb_bench_plan *plan = &settings->plan;
    switch (id) {
    case ID_QUICK:
    case ID_STANDARD:
    case ID_FULL:
        plan->preset = (nb_bench_preset)(id - ID_QUICK);
        return NBANG_OK;
    case ID_RUNS:
        return nb_value_count(&plan->runs, value, MAX_RUNS);
    case ID_TIME_LIMIT:
        return nb_value_time_limit(&plan->time_limit_ns, value);
    case ID_WORKLOAD:
        return read_workloads(&plan->workloads, value);
    case ID_WORKERS:
        return read_workers(settings, value);
    case ID_BIND:
        return read_choices(&plan->binds, value, bind_words);
    case ID_ORDER:
        return read_choices(&plan->orders, value, order_words);
    case ID_SEED:
        return read_seed(settings, value);
    case ID_EXPORT:
        return read_export(settings, value);
    case ID_REPORT:
        return read_report(settings, value);
    case ID_RECORD:
        settings->recorder.wanted = true;
        return NBANG_OK;
    case ID_DB:
        settings->recorder.wanted = true;
        return nb_value_string(&settings->recorder.db, value, "the name of a file");
    case ID_PROGRESS:
        return read_progress(settings, value);
    case ID_QUIET:
        settings->quiet = true;
        return NBANG_OK;
    default:
        settings->help = true;
        return NBANG_END;
    }
}

/* A number that differs from run to run. */
static uint64_t random_seed(void)
{
    uint32_t seed;
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed)) {
        seed = (uint32_t)nb_clock_wall_ns();
    }
    return seed;
}

/* ---- the command line that measures this again ---- */

static void print_set(FILE *out, const char *option, unsigned set, const char *const *words)
{
    const char *before = option;
    for (unsigned i = 0; words[i] != NULL; i++) {
        if ((set >> i & 1U) != 0) {
            fprintf(out, "%s%s", before, words[i]);
            before = ",";
        }
    }
}

/* Numbers that follow each other as a range. */
static void print_workers(FILE *out, const nb_bench_plan *plan)
{
    const char *before = " --workers=";
    for (size_t i = 0; i < plan->num_workers;) {
        size_t last = i;
        while (last + 1 < plan->num_workers && plan->workers[last + 1] == plan->workers[last] + 1) {
            last++;
        }
        fprintf(out, "%s%u", before, plan->workers[i]);
        if (last > i) {
            fprintf(out, "..%u", plan->workers[last]);
        }
        before = ",";
        i = last + 1;
    }
}

/* NULL without memory. */
static char *make_command(const nb_bench_settings *settings)
{
    static const char *const presets[] = {"quick", "standard", "full"};
    const nb_bench_plan *plan = &settings->plan;
    const char *workloads[MAX_WORKLOADS + 1];
    list_workloads(workloads);
    const char *simd = getenv("NBANG_SIMD");
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return NULL;
    }
    if (simd != NULL && simd[0] != '\0') {
        fprintf(out, "NBANG_SIMD=%s ", simd);
    }
    fprintf(out, "nbang bench --%s", presets[plan->preset]);
    print_set(out, " --workload=", plan->workloads, workloads);
    print_workers(out, plan);
    print_set(out, " --bind=", plan->binds, bind_words);
    print_set(out, " --order=", plan->orders, order_words);
    if (plan->runs > 0) {
        fprintf(out, " --runs=%u", plan->runs);
    }
    if (plan->time_limit_ns > 0) {
        fprintf(out, " --time-limit=%.9gs", (double)plan->time_limit_ns / (double)NB_NS_PER_S);
    }
    fprintf(out, " --seed=%" PRIu64, settings->seed);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* ---- reading it ---- */

nb_status nb_bench_settings_read(nb_bench_settings *settings, int argc, char **argv,
                                 char error[NB_ARGUMENTS_ERROR_SIZE])
{
    static const nb_grammar grammar = {.options = option_table, .apply = apply};
    nb_bench_settings read = {
        .plan = {.preset = NB_BENCH_STANDARD},
        .seed = random_seed(),
        .progress = NB_PROGRESS_AUTO,
    };
    nb_arguments arguments;
    nb_status status = nb_arguments_read(&arguments, &grammar, &read, argc, argv, error);
    if (status == NBANG_OK) {
        if (arguments.num_operands > 0 && !read.help) {
            char quoted[NB_QUOTE_SIZE];
            const char *operand = arguments.operands[0];
            const size_t len = strlen(operand);
            snprintf(error, NB_ARGUMENTS_ERROR_SIZE,
                     "%s is no option; what is measured is named by --workload",
                     nb_quote(quoted, sizeof(quoted), operand, len, len));
            status = NBANG_INVALID;
        }
        nb_arguments_clear(&arguments);
    }
    if (status == NBANG_OK && (read.command = make_command(&read)) == NULL) {
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
        status = NBANG_NO_MEMORY;
    }
    if (status != NBANG_OK) {
        nb_bench_settings_clear(&read);
        return status;
    }
    *settings = read;
    return NBANG_OK;
}

void nb_bench_settings_clear(nb_bench_settings *settings)
{
    nb_bench_outputs_clear(&settings->outputs);
    nb_bench_recorder_clear(&settings->recorder);
    free(settings->workers);
    free(settings->command);
    *settings = (nb_bench_settings){.help = false};
}
