#include "compute/cost.h"

#include <assert.h>
#include <math.h>

#include "compute/chain.h"
#include "compute/factorial.h"
#include "decimal/digits.h"

/* ---- size ---- */

static const long double half_log_two_pi = 0.918938533204672741780329736405617640L;
static const long double log10_e = 0.434294481903251827651128918916605082L;
static const long double log2_e = 1.44269504088896340735992468100189214L;

/* Below this, log() is exact enough, with an error of log(n!) under 10^-11, and several times as
 * fast as logl(). */
#define DOUBLE_PRECISION_END UINT64_C(4096)

/* log(n!) by Stirling's series (Abramowitz and Stegun, 6.1.41). What is left out is below
 * 1 / (360 n^3), which changes no digit count. */
static long double log_factorial(uint64_t n)
{
    if (n < 2) {
        return 0;
    }
    long double x = (long double)n;
    long double log_x = n < DOUBLE_PRECISION_END ? (long double)log((double)n) : logl(x);
    return (x + 0.5L) * log_x - x + half_log_two_pi + 1 / (12 * x);
}

/* x >= 0 rounded down, or UINT64_MAX if that is less. */
static uint64_t saturate(long double x)
{
    return x < 0x1p64L ? (uint64_t)x : UINT64_MAX;
}

static uint64_t num_digits(uint64_t n)
{
    return saturate(log_factorial(n) * log10_e + 1);
}

/* Bytes of GMP's raw format: 4, and those of the number. */
static uint64_t num_raw_bytes(uint64_t n)
{
    return saturate(log_factorial(n) * log2_e / 8 + 5);
}

uint64_t nb_cost_legendre(uint64_t n, uint64_t p)
{
    uint64_t exponent = 0;
    while (n >= p) {
        n /= p;
        exponent += n;
    }
    return exponent;
}

/* ---- memory ---- */

/* What a process grows by before it has done anything large: pages of the program, tables, the
 * heap. 1.0 to 1.3 MB where GMP does the work, 1.6 to 1.9 MB from there on. */
#define BASE_BYTES 2000000
#define GMP_BASE_BYTES 1300000

/* Peak of a job: that of the chain, since its text is not held as characters. From 500,000! to (3 *
 * 10^7)! 3 % below to 3 % above what bench_cost measured (gcc 12, glibc 2.36). Beyond the largest n
 * nothing is computed, and a line will do. */
static uint64_t memory_bytes(uint64_t n, uint64_t digits)
{
    if (n < NB_FACTORIAL_DECIMAL_MIN_N) {
        return GMP_BASE_BYTES;
    }
    if (n > NB_FACTORIAL_MAX_N) {
        return saturate(3 * (long double)digits);
    }
    const double result_digits = (double)(digits - nb_cost_legendre(n, 5)) / NB_DIGIT_WIDTH;
    return BASE_BYTES + nb_chain_memory_bytes(nb_fft_kernel_in_use(), n, result_digits);
}

/* Of the binary number, whose peak is that of the last multiplication in mpz_fac_ui. From 300,000!
 * to (5 * 10^7)! this is 6 to 30 % above what bench_cost measured, and from 200,000! to (2^25)! up
 * to 27 % above the same with the other path. */
static uint64_t raw_memory_bytes(uint64_t bytes)
{
    return saturate(1.5e6L + 3.8L * (long double)bytes);
}

/* ---- time ---- */

/* CPU time of a job, n = 2^0, 2^1, ...: text, residue of the text, independent residue. Measured by
 * bench_cost in November 2026 on a Xeon with AVX-512, gcc 12 and GMP 6.2.1. Between two entries
 * time is taken as linear in n: a few per cent too much, but without a logarithm. */
static const double time_table_ns[] = {
    80,      80,      95,      106,     119,     184,     337,     792,     2020,
    5678,    15840,   31440,   50810,   102700,  211700,  438300,  927000,  2.170e6,
    4.821e6, 1.079e7, 2.360e7, 6.457e7, 1.522e8, 3.529e8, 7.794e8, 1.719e9,
};
enum { LAST_POWER = sizeof(time_table_ns) / sizeof(time_table_ns[0]) - 1 };

/* Beyond the table: what 10^8! took, too. */
static const double time_exponent = 1.15;

/* The same for the binary number: n!, its residue, independent residue. */
static const double raw_time_table_ns[] = {
    33,      36,      38,      66,      73,      170,     297,     548,      904,
    2188,    6263,    16880,   46420,   149900,  460000,  1.550e6, 4.628e6,  1.113e7,
    2.959e7, 8.343e7, 2.447e8, 5.683e8, 1.285e9, 3.213e9, 7.245e9, 1.658e10,
};
static_assert(sizeof(raw_time_table_ns) == sizeof(time_table_ns), "for the same powers");

/* Beyond it, likewise: of 2.35. */
static const double raw_time_exponent = 1.23;

/* By a table of LAST_POWER + 1 entries, and beyond it by an exponent. */
static uint64_t time_ns(const double *table_ns, double exponent, uint64_t n)
{
    if (n < 1) {
        n = 1;
    }
    int power = 63 - __builtin_clzll(n);
    if (power >= LAST_POWER) {
        return saturate(table_ns[LAST_POWER] * pow(ldexp((double)n, -LAST_POWER), exponent));
    }
    double fraction = ldexp((double)n, -power) - 1;
    return saturate(table_ns[power] + fraction * (table_ns[power + 1] - table_ns[power]));
}

/* ---- from one factorial to another ---- */

/* Measured like the times above, for steps of 1 to 10^5 from 2000! to 10^6!. */
static const double word_digit_ns = 0.72;    /* a pass over the digits, a digit of five */
static const double word_ns = 20;            /* besides, a pass */
static const double factor_digit_ns = 16;    /* the product of factors, a decimal digit of theirs */
static const double multiply_digit_ns = 5.0; /* its product with a number, a digit of the result */

/* The logarithm to base 10 of n >= 1, up to 0.026 too small: a line between the powers of 2. */
static const double rough_log10_error = 0.026;

static double rough_log10(uint64_t n)
{
    int power = 63 - __builtin_clzll(n);
    return 0.30103 * (power + (double)n / (double)(UINT64_C(1) << power) - 1);
}

nb_cost_steps nb_cost_of_steps(uint64_t m, uint64_t n)
{
    if (m == n) {
        return (nb_cost_steps){.by_words = true};
    }
    const double num_factors = (double)(n - m);
    const double log10_n = rough_log10(n);
    const double factor_digits = num_factors * log10_n;
    /* Stirling, without the zeros. */
    const double digits = (double)n * fmax(log10_n - 0.43 - 0.25, 0.1) / NB_DIGIT_WIDTH;
    const double fitting = floor(NB_DIGIT_WORD_LOG10 / (log10_n + rough_log10_error));
    const double num_words = num_factors / fmax(fitting, 1);
    const double words_ns = ceil(num_words) * (word_ns + word_digit_ns * digits);
    const double product_ns = factor_digit_ns * factor_digits + multiply_digit_ns * digits;
    return (nb_cost_steps){
        .by_words = words_ns <= product_ns,
        .time_ns = (uint64_t)fmin(words_ns, product_ns),
    };
}

/* ---- teams ---- */

/* Amdahl's law (1967). What a team does not share: for each byte, the making of pages and the
 * multiplications that are too small for it; and what it costs to begin and to end some 200 loops,
 * a little more with every doubling of the members that have to hear of it. Measured by bench_cost
 * --threads 2 from 200,000! to (2 * 10^7)!; more threads than two have not been. */
static const double serial_byte_ns = 0.35;
static const double loops_ns = 7e5;
static const double loops_doubling_ns = 5e4;

/* Transforms beyond the caches wait for memory half of their time. A thread moves some 4 GB/s then,
 * so that 200 GB/s, what a large machine has, are enough for so many. */
static const double memory_bound = 0.5;
static const double memory_threads = 48;
static const uint64_t cached_bytes = UINT64_C(256) << 20;

uint64_t nb_cost_team_time_ns(const nbang_estimate *estimate, unsigned threads)
{
    const double time_ns = (double)estimate->time_ns;
    if (threads == 1) {
        return estimate->time_ns;
    }
    const double serial_ns = fmin(serial_byte_ns * (double)estimate->memory_bytes, time_ns);
    const double bound = estimate->memory_bytes > cached_bytes ? memory_bound : 0;
    const double share = (1 - bound) / threads + bound / fmin((double)threads, memory_threads);
    return saturate(serial_ns + (time_ns - serial_ns) * share + loops_ns +
                    loops_doubling_ns * log2(threads));
}

/* Formatted, checked, through the pipe, and written to a file in memory: measured with 10^7! and
 * 10^8!, November 2026. */
static const double text_byte_ns = 0.6;

uint64_t nb_cost_text_time_ns(const nbang_estimate *estimate)
{
    return saturate(text_byte_ns * (double)estimate->num_bytes);
}

nbang_estimate nbang_estimate_content(uint64_t n, nbang_content content)
{
    nbang_estimate estimate = {
        .num_digits = num_digits(n),
        .trailing_zeros = nb_cost_legendre(n, 5),
    };
    if (content == NBANG_CONTENT_RAW) {
        estimate.num_bytes = num_raw_bytes(n);
        estimate.memory_bytes = raw_memory_bytes(estimate.num_bytes);
        estimate.time_ns = time_ns(raw_time_table_ns, raw_time_exponent, n);
    } else {
        estimate.num_bytes = estimate.num_digits;
        estimate.memory_bytes = memory_bytes(n, estimate.num_digits);
        estimate.time_ns = time_ns(time_table_ns, time_exponent, n);
    }
    return estimate;
}

nbang_estimate nbang_estimate_job(uint64_t n)
{
    return nbang_estimate_content(n, NBANG_CONTENT_DIGITS);
}

uint64_t nbang_max_n(void)
{
    return NB_FACTORIAL_MAX_N;
}
