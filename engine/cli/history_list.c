#include "cli/history_list.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "cli/printable.h"
#include "cli/quote.h"

/* Characters of a commit that are shown. */
#define COMMIT_LENGTH 10

/* ---- table ---- */

/* The beginning of a text, `width` bytes at most, made printable and padded. */
static void print_field(FILE *out, const char *text, int width)
{
    enum { LONGEST = 64 };
    char shown[NB_PRINTABLE_GROWTH * LONGEST];
    const size_t limit = (size_t)width < LONGEST ? (size_t)width : LONGEST;
    const size_t len = nb_printable_escape(shown, text, strnlen(text, limit), true);
    fprintf(out, "%.*s%*s", (int)len, shown, (int)len < width ? width - (int)len : 0, "");
}

static void print_record(FILE *out, const nb_history_row *row)
{
    char date[17];
    snprintf(date, sizeof(date), "%s", row->date);
    if (strlen(date) > 10 && date[10] == 'T') {
        date[10] = ' ';
    }
    fprintf(out, "%6" PRId64 "  ", row->id);
    print_field(out, date, 16);
    fputs("  ", out);
    print_field(out, row->commit[0] ? row->commit : "-", COMMIT_LENGTH);
    fputs(row->dirty ? "+ " : "  ", out);
}

/* The name of the point, as its exports have it. */
static void print_point_name(FILE *out, const nb_history_row *row)
{
    char name[NB_POINT_NAME_SIZE];
    nb_point point = {.workers = row->workers};
    if (nb_point_set_workload(&point, row->workload) == NBANG_OK && row->bind && row->order &&
        nb_point_place(&point, row->bind, row->order) == NBANG_OK) {
        fprintf(out, "%-26s", nb_point_name(name, &point));
    } else {
        print_field(out, row->workload, 26);
    }
}

nb_status nb_history_table_row(void *ctx, const nb_history_row *row)
{
    nb_history_table *self = ctx;
    FILE *out = self->out;
    if (self->last_id == 0) {
        fprintf(out, "%6s  %-16s  %-10s  %-26s  %4s  %9s  %s\n", "id", "date (UTC)", "commit",
                "point", "runs", "median", "95 % CI");
    }
    if (row->id != self->last_id) {
        print_record(out, row);
    } else {
        fprintf(out, "%6s  %16s  %10s  ", "", "", "");
    }
    if (row->workload) {
        char median[NB_NUMBER_TEXT_SIZE], low[NB_NUMBER_TEXT_SIZE], high[NB_NUMBER_TEXT_SIZE];
        print_point_name(out, row);
        fprintf(out, "  %4" PRIu64 "  %9s", row->runs,
                nb_number_duration_near(median, row->median_ns.value));
        if (row->median_ns.known) {
            fprintf(out, "  %s to %s", nb_number_duration_near(low, row->median_ns.low),
                    nb_number_duration_near(high, row->median_ns.high));
        }
    } else {
        fputs("nothing measured", out);
    }
    fputs(row->interrupted && row->id != self->last_id ? "  (interrupted)\n" : "\n", out);
    self->last_id = row->id;
    return NBANG_OK;
}

/* ---- JSON ---- */

static json_t *text_or_null(const char *text)
{
    json_t *value = text && text[0] ? json_string(text) : NULL;
    return value ? value : json_null(); /* also what is not UTF-8 */
}

static json_t *record_of(const nb_history_row *row)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:b, s:[]}", "id",
                     (json_int_t)row->id, "date", text_or_null(row->date), "fingerprint",
                     text_or_null(row->fingerprint), "version", text_or_null(row->version),
                     "git_commit", text_or_null(row->commit), "git_dirty", row->dirty, "kernel",
                     text_or_null(row->kernel), "libc", text_or_null(row->libc), "compiler",
                     text_or_null(row->compiler), "simd", text_or_null(row->simd), "interrupted",
                     row->interrupted, "points");
}

static json_t *point_of(const nb_history_row *row)
{
    const nb_interval *median = &row->median_ns;
    return json_pack("{s:o, s:I, s:o, s:o, s:I, s:f, s:o, s:o}", "workload",
                     text_or_null(row->workload), "workers", (json_int_t)row->workers, "bind",
                     text_or_null(row->bind), "order", text_or_null(row->order), "runs",
                     (json_int_t)row->runs, "median_ns", median->value, "low_ns",
                     median->known ? json_real(median->low) : json_null(), "high_ns",
                     median->known ? json_real(median->high) : json_null());
}

nb_status nb_history_json_row(void *ctx, const nb_history_row *row)
{
    json_t *records = ctx;
    const size_t count = json_array_size(records);
    json_t *record = json_array_get(records, count > 0 ? count - 1 : 0);
    if (record == NULL || json_integer_value(json_object_get(record, "id")) != row->id) {
        record = record_of(row);
        if (json_array_append_new(records, record) != 0) {
            return NBANG_NO_MEMORY;
        }
    }
    if (row->workload == NULL) {
        return NBANG_OK;
    }
    return json_array_append_new(json_object_get(record, "points"), point_of(row)) == 0
               ? NBANG_OK
               : NBANG_NO_MEMORY;
}

/* ---- nothing ---- */

/* The workloads of all rows, but no more than there is room for. */
typedef struct workload_names {
    char names[16][NB_WORKLOAD_NAME_SIZE];
    size_t count;
} workload_names;

static bool has_name(const workload_names *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* A database could have anything: what is no name of a workload is left out. */
static nb_status add_name(void *ctx, const nb_history_row *row)
{
    workload_names *self = ctx;
    nb_point point = {.workers = 1};
    if (row->workload && nb_point_set_workload(&point, row->workload) == NBANG_OK &&
        !has_name(self, point.workload) &&
        self->count < sizeof(self->names) / sizeof(self->names[0])) {
        memcpy(self->names[self->count++], point.workload, sizeof(point.workload));
    }
    return NBANG_OK;
}

nb_status nb_history_print_nothing(FILE *out, nb_history *history, const char *workload,
                                   char error[NB_HISTORY_ERROR_SIZE])
{
    workload_names known = {.count = 0};
    const nb_history_filter all = {.limit = 0};
    const nb_status status =
        workload ? nb_history_list(history, &all, add_name, &known, error) : NBANG_OK;
    if (status) {
        return status;
    }
    fputs("no such record", out);
    if (known.count > 0 && !has_name(&known, workload)) {
        char quoted[NB_QUOTE_SIZE];
        const size_t len = strlen(workload);
        fprintf(out, ": the workload %s is in none, only",
                nb_quote(quoted, sizeof(quoted), workload, len, len));
        for (size_t i = 0; i < known.count; i++) {
            fprintf(out, "%s %s", i > 0 ? "," : "", known.names[i]);
        }
    }
    fputc('\n', out);
    return NBANG_OK;
}
