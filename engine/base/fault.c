#include "base/fault.h"

#ifdef NBANG_TEST_HOOKS

#include <stdlib.h>
#include <string.h>

/* The entry of `kind` in the list behind `list`, past its colon; NULL if there is none. */
static const char *find_entry(const char *list, const char *kind)
{
    size_t kind_len = strlen(kind);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, kind, kind_len) == 0 && at[kind_len] == ':') {
            return at + kind_len + 1;
        }
    }
    return NULL;
}

bool nb_fault(const char *kind, uint64_t key)
{
    const char *at = find_entry(getenv("NBANG_FAULT"), kind);
    while (at != NULL && strtoull(at, NULL, 10) != key) {
        at = find_entry(strchr(at, ','), kind);
    }
    return at != NULL;
}

uint64_t nb_fault_limit(const char *kind, uint64_t usual)
{
    const char *at = find_entry(getenv("NBANG_FAULT"), kind);
    return at != NULL ? strtoull(at, NULL, 10) : usual;
}

#else

/* ISO C wants at least one declaration in a file. */
extern int nb_fault_is_compiled_out;

#endif
