#include "cli/summary.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nbang/nbang.h"

typedef struct member {
    const char *key;
    uint64_t value;
} member;

/* NULL without memory. */
static json_t *summary_object(const nbang_summary *summary, int exit_code)
{
    const member members[] = {
        {"jobs", summary->jobs},
        {"ok", summary->ok},
        {"errors", summary->errors},
        {"refused", summary->refused},
        {"timeouts", summary->timeouts},
        {"interrupted", summary->interrupted},
        {"unverified", summary->unverified},
        {"digits", summary->digits},
        {"wall_ns", summary->wall_ns},
        {"workers", summary->workers},
        {"workers_lost", summary->workers_lost},
        {"retries", summary->retries},
        {"exit_code", (uint64_t)exit_code},
    };
    json_t *object = json_pack("{s:s}", "version", nbang_version());
    bool ok = object != NULL;
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(*members); i++) {
        json_t *value = json_integer((json_int_t)members[i].value);
        ok = json_object_set_new(object, members[i].key, value) == 0;
    }
    if (!ok) {
        json_decref(object);
        return NULL;
    }
    return object;
}

nb_status nb_summary_write(nb_target *target, const nbang_summary *summary, int exit_code)
{
    json_t *object = summary_object(summary, exit_code);
    char *line = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!line) {
        return NBANG_NO_MEMORY;
    }
    nb_status status = nb_target_write(target, line, strlen(line));
    free(line);
    return status == NBANG_OK ? nb_target_write(target, "\n", 1) : status;
}
