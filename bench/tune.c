/* Measures what the constants of the arithmetic stand for, and prints what is best on this machine
 * next to what the code has now.
 *
 *     bench_tune [OPTION...] [rows] [shapes] [plans] [basecase] [leaves] [factorials]
 *
 *     --kernel=NAME    only this one (generic, avx2, avx512)
 *     --max=DIGITS     decimal digits of the largest products, 1e7 by default
 *     --time=MS        CPU time for each figure, 20 by default
 *
 * All parts by default: half an hour. What is compared is measured in turns, one sample of each,
 * and minima are compared: other work on the machine then does little harm.
 *
 * NB_FFT_PAST_CACHES_BYTES, NB_FFT_TILE and NB_FFT_LOG_BLOCK are built into the kernels: to tune
 * them, change them and compare bench_kernels of both builds. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "measure.h"
#include "tune.h"

double tune_add_loss(tune_loss *loss, double chosen, double best)
{
    const double lost = chosen / best - 1;
    loss->sum += lost;
    loss->worst = lost > loss->worst ? lost : loss->worst;
    loss->count++;
    return lost;
}

void tune_print_loss(const tune_loss *loss)
{
    if (loss->count > 0) {
        printf("\nLost: %.1f %% on average, %.0f %% at worst.\n\n", 100 * loss->sum / loss->count,
               100 * loss->worst);
    }
}

/* ---- the command line ---- */

typedef struct tune_part {
    const char *name;
    void (*run)(const tune_options *options, const nb_fft_kernel *kernel);
    bool wanted;
} tune_part;

static tune_part parts[] = {
    {"rows", tune_rows, false},     {"shapes", tune_shapes, false},
    {"plans", tune_plans, false},   {"basecase", tune_basecase, false},
    {"leaves", tune_leaves, false}, {"factorials", tune_factorials, false},
};
enum { NUM_PARTS = sizeof(parts) / sizeof(parts[0]) };

static void print_help(void)
{
    printf("bench_tune [--kernel=NAME] [--max=DIGITS] [--time=MS]");
    for (size_t i = 0; i < NUM_PARTS; i++) {
        printf(" [%s]", parts[i].name);
    }
    printf(
        "\n\nMeasures what the constants of the decimal arithmetic stand for, with products of up\n"
        "to 1e7 decimal digits and 20 ms for each figure by default.\n");
}

static void want_part(const char *name)
{
    for (size_t i = 0; i < NUM_PARTS; i++) {
        if (name == NULL || strcmp(parts[i].name, name) == 0) {
            parts[i].wanted = true;
            if (name != NULL) {
                return;
            }
        }
    }
    if (name != NULL) {
        print_help();
        exit(2);
    }
}

/* Returns the one kernel that is wanted, or NULL for all. */
static const nb_fft_kernel *parse_options(tune_options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"kernel", required_argument, NULL, 'k'},
        {"max", required_argument, NULL, 'm'},
        {"time", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    const nb_fft_kernel *kernel = NULL;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'k' && (kernel = nb_fft_kernel_named(optarg)) != NULL) {
            continue;
        } else if (c == 'm') {
            options->max_digits = strtod(optarg, NULL);
        } else if (c == 't') {
            options->budget_ns = (uint64_t)(strtod(optarg, NULL) * NB_NS_PER_MS);
        } else {
            print_help();
            exit(c == 'h' ? 0 : 2);
        }
    }
    for (int i = optind; i < argc; i++) {
        want_part(argv[i]);
    }
    if (optind == argc) {
        want_part(NULL);
    }
    return kernel;
}

int main(int argc, char **argv)
{
    tune_options options = {.max_digits = 1e7, .budget_ns = 20 * NB_NS_PER_MS};
    const nb_fft_kernel *wanted = parse_options(&options, argc, argv);
    bench_print_machine();
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        if (wanted != NULL && wanted != *kernel) {
            continue;
        }
        nb_fft_use_kernel(*kernel);
        for (size_t i = 0; i < NUM_PARTS; i++) {
            if (parts[i].wanted) {
                parts[i].run(&options, *kernel);
            }
        }
    }
    return 0;
}
