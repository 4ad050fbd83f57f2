#define OPENSSL_SUPPRESS_DEPRECATED /* see run/digest.c */
#include "measure/sample.h"

#include <assert.h>
#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "measure/counters.h"
#include "measure/process.h"
#include "measure/workloads.h"
#include "run/digest.h"

static const char own_program[] = "/proc/self/exe";

void nb_sampler_init(nb_sampler *sampler, const char *program, int cancel_fd)
{
    *sampler = (nb_sampler){.is_own = program == NULL, .cancel_fd = cancel_fd};
    if (program != NULL) {
        snprintf(sampler->program, sizeof(sampler->program), "%s", program);
        return;
    }
    const ssize_t len = readlink(own_program, sampler->program, sizeof(sampler->program) - 1);
    if (len <= 0) {
        snprintf(sampler->program, sizeof(sampler->program), "%s", own_program);
    }
}

/* What to execute. This program goes by its name, which tools that list processes show, but only
 * as long as the name is its own: after a new build it is that of another program. */
static const char *find_program(const nb_sampler *sampler)
{
    struct stat own, named;
    const bool has_name = stat(own_program, &own) == 0 && stat(sampler->program, &named) == 0 &&
                          own.st_dev == named.st_dev && own.st_ino == named.st_ino;
    return has_name || !sampler->is_own ? sampler->program : own_program;
}

void nb_sample_arguments_fill(nb_sample_arguments *arguments, const nb_sampler *sampler,
                              const nb_point *point)
{
    snprintf(arguments->workers, sizeof(arguments->workers), "-j%u", point->workers);
    snprintf(arguments->bind, sizeof(arguments->bind), "--bind=%s", nb_point_bind_name(point));
    snprintf(arguments->order, sizeof(arguments->order), "--order=%s", nb_point_order_name(point));
    const char *const argv[NB_SAMPLE_MAX_ARGUMENTS] = {
        find_program(sampler), "-q",
        "--no-reuse",          "--fixed",
        arguments->workers,    arguments->bind,
        arguments->order,      nb_workloads_find(point->workload)->jobs,
    };
    memcpy(arguments->argv, argv, sizeof(argv));
}

/* ---- what went wrong ---- */

/* The last line of what a command said on standard error; "" if nothing. Cuts the text. */
static const char *last_line(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '\n') {
        text[--len] = '\0';
    }
    const char *newline = strrchr(text, '\n');
    return newline != NULL ? newline + 1 : text;
}

/* NBANG_OK if the run ended as it should; otherwise says in `error` how it ended. */
static nb_status judge(const nb_point *point, nb_process_outcome *outcome, char *error,
                       size_t error_size)
{
    char name[NB_POINT_NAME_SIZE];
    nb_point_name(name, point);
    const char *said = last_line(outcome->tail);
    const char *colon = said[0] != '\0' ? ": " : "";
    switch (outcome->end) {
    case NB_PROCESS_CANCELLED:
        return NBANG_INTERRUPTED;
    case NB_PROCESS_NOT_STARTED:
        snprintf(error, error_size, "%s could not be started: %s", name, strerror(outcome->code));
        return NBANG_INVALID;
    case NB_PROCESS_EXITED:
        if (outcome->code == 0) {
            return NBANG_OK;
        }
        snprintf(error, error_size, "%s failed with exit code %d%s%s", name, outcome->code, colon,
                 said);
        return NBANG_INVALID;
    default:
        snprintf(error, error_size, "%s was ended by signal %d%s%s", name, outcome->code, colon,
                 said);
        return NBANG_INVALID;
    }
}

/* ---- running ---- */

/* Runs `point` with what else `command` says, and judges its end. If the command has arguments,
 * they follow those of the point. */
static nb_status run_point(const nb_sampler *sampler, const nb_point *point,
                           nb_process_command *command, nb_process_outcome *outcome, char *error,
                           size_t error_size)
{
    nb_sample_arguments arguments;
    nb_sample_arguments_fill(&arguments, sampler, point);
    size_t count = 0;
    while (arguments.argv[count] != NULL) {
        count++;
    }
    for (const char *const *more = command->argv; more != NULL && *more != NULL; more++) {
        assert(count < NB_SAMPLE_MAX_ARGUMENTS - 1);
        arguments.argv[count++] = *more;
    }
    command->argv = arguments.argv;
    command->cancel_fd = sampler->cancel_fd;
    if (nb_process_time(outcome, command) != NBANG_OK) {
        snprintf(error, error_size, "cannot make a process: %s", strerror(errno));
        return NBANG_SYSTEM;
    }
    return judge(point, outcome, error, error_size);
}

nb_status nb_sampler_take(const nb_sampler *sampler, const nb_point *point, nb_sample *sample,
                          char *error, size_t error_size)
{
    nb_process_command command = {.argv = NULL};
    nb_process_outcome outcome;
    nb_counters counters;
    nb_counters_open(&counters);
    nb_status status = run_point(sampler, point, &command, &outcome, error, error_size);
    if (status == NBANG_OK) {
        const nb_counts counts = nb_counters_read(&counters);
        *sample = (nb_sample){
            .wall_ns = outcome.wall_ns,
            .cpu_ns = outcome.cpu_ns,
            .cycles = counts.cycles,
            .instructions = counts.instructions,
        };
    }
    nb_counters_close(&counters);
    return status;
}

static void digest(void *ctx, const void *bytes, size_t len)
{
    SHA256_Update(ctx, bytes, len);
}

nb_status nb_sampler_check(const nb_sampler *sampler, const nb_point *point, char *error,
                           size_t error_size)
{
    SHA256_CTX context;
    SHA256_Init(&context);
    nb_process_command command = {.on_output = digest, .output_ctx = &context};
    nb_process_outcome outcome;
    nb_status status = run_point(sampler, point, &command, &outcome, error, error_size);
    unsigned char sha256[SHA256_DIGEST_LENGTH];
    SHA256_Final(sha256, &context);
    if (status != NBANG_OK) {
        return status;
    }
    char hex[2 * SHA256_DIGEST_LENGTH + 1];
    nb_digest_hex(hex, sha256);
    if (strcmp(hex, nb_workloads_find(point->workload)->sha256) != 0) {
        char name[NB_POINT_NAME_SIZE];
        snprintf(error, error_size, "%s printed wrong digits", nb_point_name(name, point));
        return NBANG_INVALID;
    }
    return NBANG_OK;
}

/* ---- tracing ---- */

static void keep(void *ctx, const void *bytes, size_t len)
{
    (void)fwrite(bytes, 1, len, ctx); /* an error shows when the file is closed */
}

nb_status nb_sampler_trace(const nb_sampler *sampler, const nb_point *point, nb_trace_data *trace,
                           char *error, size_t error_size)
{
    static const char *const arguments[] = {"-o", "/dev/null", "--trace=/dev/stdout", NULL};
    char *json = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&json, &len);
    if (out == NULL) {
        return NBANG_NO_MEMORY;
    }
    nb_process_command command = {.argv = arguments, .on_output = keep, .output_ctx = out};
    nb_process_outcome outcome;
    nb_status status = run_point(sampler, point, &command, &outcome, error, error_size);
    if (fclose(out) != 0 && status == NBANG_OK) {
        status = NBANG_NO_MEMORY;
    }
    if (status == NBANG_OK) {
        status = nb_trace_read_string(trace, json, len, error, error_size);
    }
    free(json);
    return status;
}
