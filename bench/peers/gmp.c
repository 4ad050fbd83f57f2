/* Prints N! for each N given, a line each, as a program does that leaves everything to GMP. */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_factorial(unsigned long n)
{
    mpz_t factorial;
    mpz_init(factorial);
    mpz_fac_ui(factorial, n);
    char *digits = mpz_get_str(NULL, 10, factorial);
    int written = puts(digits);
    free(digits);
    mpz_clear(factorial);
    return written;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: gmp --version | N...\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("GMP %s\n", gmp_version);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        if (print_factorial(strtoul(argv[i], NULL, 10)) == EOF) {
            return 1;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
