/* Checks decimal digits of n! that come in on standard input, by nothing that nbang uses: modulo
 * three primes larger than n, modulo which n! is multiplied up one factor after the other, and by
 * counting digits (Stirling) and trailing zeros (Legendre).
 *
 *     nbang -q 1e8 | bench_verify 100000000
 *
 * About 2 ns per factor and prime, and 1 ns per digit and prime. Exits with 1 if anything differs.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUM_PRIMES = 3, NUM_LANES = 4 };

/* Below 2^32, so that products fit into 64 bits, and above any n of interest. */
static const uint64_t primes[NUM_PRIMES] = {4294967291, 4294967279, 4294967231};

typedef struct number {
    uint64_t residue[NUM_PRIMES];
    uint64_t num_digits;
    uint64_t num_zeros; /* at the end */
} number;

/* Several products side by side hide the time of a division. */
static uint64_t factorial_modulo(uint64_t n, uint64_t prime)
{
    uint64_t lane[NUM_LANES] = {1, 1, 1, 1};
    for (uint64_t i = 1; i <= n; i++) {
        lane[i % NUM_LANES] = lane[i % NUM_LANES] * i % prime;
    }
    return lane[0] * lane[1] % prime * lane[2] % prime * lane[3] % prime;
}

static number expected_number(uint64_t n)
{
    number expected = {.num_digits = 1};
    for (int i = 0; i < NUM_PRIMES; i++) {
        expected.residue[i] = factorial_modulo(n, primes[i]);
    }
    for (uint64_t power = n / 5; power > 0; power /= 5) {
        expected.num_zeros += power;
    }
    if (n > 1) {
        expected.num_digits = (uint64_t)(lgammal((long double)n + 1) / logl(10)) + 1;
    }
    return expected;
}

/* Reads digits up to the end of the line; false if there is anything else. */
static bool read_number(number *found)
{
    *found = (number){0};
    for (int c = getchar(); c != EOF && c != '\n'; c = getchar()) {
        if (c < '0' || c > '9') {
            return false;
        }
        const uint64_t digit = (uint64_t)(c - '0');
        for (int i = 0; i < NUM_PRIMES; i++) {
            found->residue[i] = (found->residue[i] * 10 + digit) % primes[i];
        }
        found->num_digits++;
        found->num_zeros = digit == 0 ? found->num_zeros + 1 : 0;
    }
    return true;
}

static bool agree(const char *what, uint64_t found, uint64_t expected)
{
    printf("%s: %" PRIu64 ", %s\n", what, found, found == expected ? "right" : "WRONG");
    return found == expected;
}

int main(int argc, char **argv)
{
    char *end = NULL;
    const uint64_t n = argc == 2 ? strtoull(argv[1], &end, 10) : 0;
    if (argc != 2 || end == argv[1] || *end != '\0' || n >= primes[NUM_PRIMES - 1]) {
        fprintf(stderr, "usage: bench_verify N < digits, N below %" PRIu64 "\n",
                primes[NUM_PRIMES - 1]);
        return 2;
    }
    number found;
    if (!read_number(&found)) {
        fprintf(stderr, "bench_verify: the input is not a line of digits\n");
        return 1;
    }
    const number expected = expected_number(n);
    bool good = agree("digits", found.num_digits, expected.num_digits);
    good = agree("trailing zeros", found.num_zeros, expected.num_zeros) && good;
    for (int i = 0; i < NUM_PRIMES; i++) {
        char what[64];
        snprintf(what, sizeof(what), "modulo %" PRIu64, primes[i]);
        good = agree(what, found.residue[i], expected.residue[i]) && good;
    }
    return good ? 0 : 1;
}
