#include "cli/simd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/quote.h"
#include "nbang/machine.h"

nb_status nb_simd_choose_from_environment(char *error, size_t error_size)
{
    const char *wanted = getenv("NBANG_SIMD");
    if (wanted == NULL || wanted[0] == '\0') {
        return NBANG_OK;
    }
    char name[NB_QUOTE_SIZE];
    switch (nbang_simd_choose(wanted)) {
    case NBANG_OK:
        return NBANG_OK;
    case NBANG_OUT_OF_RANGE:
        snprintf(error, error_size, "NBANG_SIMD: this machine does not have %s", wanted);
        return NBANG_INVALID;
    default:
        snprintf(error, error_size, "NBANG_SIMD: %s is not one of generic, avx2, avx512",
                 nb_quote(name, sizeof(name), wanted, strlen(wanted), strlen(wanted)));
        return NBANG_INVALID;
    }
}
