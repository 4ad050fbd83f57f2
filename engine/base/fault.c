#include "base/fault.h"

#ifdef NBANG_TEST_HOOKS

#include <stdlib.h>
#include <string.h>

bool nb_fault(const char *kind, uint64_t key)
{
    const char *at = getenv("NBANG_FAULT");
    size_t kind_len = strlen(kind);
    while (at != NULL && *at != '\0') {
        if (strncmp(at, kind, kind_len) == 0 && at[kind_len] == ':' &&
            strtoull(at + kind_len + 1, NULL, 10) == key) {
            return true;
        }
        at = strchr(at, ',');
        at = at != NULL ? at + 1 : NULL;
    }
    return false;
}

#else

/* ISO C wants at least one declaration in a file. */
extern int nb_fault_is_compiled_out;

#endif
