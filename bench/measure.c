#include "measure.h"

#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "decimal/digits.h"

/* ---- time ---- */

/* Reading the clock takes 300 ns: 1 % of the shortest sample. */
static const uint64_t min_sample_ns = 30000;

enum { MIN_SAMPLES = 3, MAX_SAMPLES = 1001 };

static uint64_t sample(void (*body)(void *context), void *context, uint64_t calls)
{
    const uint64_t start_ns = nb_clock_cpu_ns();
    for (uint64_t i = 0; i < calls; i++) {
        body(context);
    }
    return nb_clock_cpu_ns() - start_ns;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How many calls make a sample. */
static uint64_t choose_calls(void (*body)(void *context), void *context)
{
    body(context);
    uint64_t calls = 1;
    while (sample(body, context, calls) < min_sample_ns) {
        calls *= 2;
    }
    return calls;
}

/* What is known of one context. */
typedef struct samples {
    uint64_t calls; /* in each */
    double *ns;     /* of one call, MAX_SAMPLES of them */
} samples;

void bench_compare(void (*body)(void *context), void *const *contexts, size_t count,
                   uint64_t budget_ns, bench_time *times)
{
    samples *all = bench_allocate(count * sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        all[i].calls = choose_calls(body, contexts[i]);
        all[i].ns = bench_allocate(MAX_SAMPLES * sizeof(*all[i].ns));
    }
    size_t rounds = 0;
    const uint64_t end_ns = nb_clock_cpu_ns() + count * budget_ns;
    while (rounds < MIN_SAMPLES || (rounds < MAX_SAMPLES && nb_clock_cpu_ns() < end_ns)) {
        for (size_t i = 0; i < count; i++) {
            const uint64_t elapsed_ns = sample(body, contexts[i], all[i].calls);
            all[i].ns[rounds] = (double)elapsed_ns / (double)all[i].calls;
        }
        rounds++;
    }
    for (size_t i = 0; i < count; i++) {
        qsort(all[i].ns, rounds, sizeof(*all[i].ns), compare_doubles);
        times[i] = (bench_time){all[i].ns[0], all[i].ns[rounds / 2]};
        free(all[i].ns);
    }
    free(all);
}

bench_time bench_measure(void (*body)(void *context), void *context, uint64_t budget_ns)
{
    bench_time time;
    bench_compare(body, &context, 1, budget_ns, &time);
    return time;
}

/* ---- numbers ---- */

void *bench_allocate(size_t size)
{
    /* Aligned as work space is, and like that of small pages. */
    const size_t unit = 64;
    size = (size + unit - 1) / unit * unit;
    void *memory = aligned_alloc(unit, size);
    if (memory == NULL) {
        bench_must(NBANG_NO_MEMORY, "allocating memory");
        abort();
    }
    memset(memory, 0, size);
    return memory;
}

nb_decimal bench_random_number(size_t num_digits, uint64_t seed)
{
    nb_decimal number = {
        .digits = bench_allocate(num_digits * sizeof(int32_t)),
        .capacity = num_digits,
        .num_digits = num_digits,
    };
    uint64_t state = seed * 2 + 1;
    for (size_t i = 0; i < num_digits; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        number.digits[i] = (int32_t)((state >> 32) % NB_DIGIT_BASE) - NB_DIGIT_BASE / 2;
    }
    number.digits[num_digits - 1] = 1 + (int32_t)(state >> 33) % (NB_DIGIT_BASE / 2 - 1);
    number.residue = nb_digits_residue(number.digits, num_digits);
    return number;
}

nb_factor bench_factor(const nb_decimal *number)
{
    return (nb_factor){number->digits, number->num_digits, number->residue};
}

void bench_must(nb_status status, const char *what)
{
    if (status != NBANG_OK) {
        fprintf(stderr, "%s failed: %s\n", what,
                status == NBANG_NO_MEMORY ? "out of memory" : "wrong result");
        exit(1);
    }
}

/* ---- the machine ---- */

/* The first "model name" of /proc/cpuinfo, which other systems and architectures may not have. */
static void print_processor(void)
{
    char line[256], *name = NULL;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && name == NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "model name", strlen("model name")) == 0) {
            name = strchr(line, ':');
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    printf("processor  %s", name != NULL ? name + strspn(name, ": ") : "unknown\n");
}

void bench_print_machine(void)
{
    print_processor();
#if defined(__clang__)
    printf("compiler   %s\n", __VERSION__);
#else
    printf("compiler   gcc %s\n", __VERSION__);
#endif
    printf("GMP        %s\nkernels   ", gmp_version);
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        printf(" %s", (*kernel)->name);
    }
    printf("\n\n");
}
