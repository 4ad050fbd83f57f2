/* Prints N! as a program does that leaves everything to FLINT. */
#include <flint/fmpz.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: flint --version | N\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("FLINT %s\n", flint_version);
        return 0;
    }
    fmpz_t factorial;
    fmpz_init(factorial);
    fmpz_fac_ui(factorial, strtoul(argv[1], NULL, 10));
    char *digits = fmpz_get_str(NULL, 10, factorial);
    int written = puts(digits);
    flint_free(digits);
    fmpz_clear(factorial);
    flint_cleanup();
    return written != EOF && fflush(stdout) == 0 ? 0 : 1;
}
