/* Prints the factorials of 1 to N, a line each, as a program does that makes each of the one before
 * and leaves the rest to GMP. */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: gmp_range --version | N\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("GMP %s\n", gmp_version);
        return 0;
    }
    const unsigned long end = strtoul(argv[1], NULL, 10);
    mpz_t factorial;
    mpz_init_set_ui(factorial, 1);
    for (unsigned long n = 1; n <= end; n++) {
        mpz_mul_ui(factorial, factorial, n);
        char *digits = mpz_get_str(NULL, 10, factorial);
        const size_t len = strlen(digits);
        digits[len] = '\n';
        if (fwrite(digits, 1, len + 1, stdout) != len + 1) {
            return 1;
        }
        free(digits);
    }
    mpz_clear(factorial);
    return fflush(stdout) == 0 ? 0 : 1;
}
