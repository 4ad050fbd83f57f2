/* The number of rows of a transform, which of several lengths, and how to cut a longer factor into
 * blocks: what is chosen, next to everything else that could be. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "decimal/digits.h"
#include "decimal/fft/twiddles.h"
#include "decimal/multiply_internal.h"
#include "measure.h"
#include "tune.h"

/* ---- all passes of a product ---- */

/* Of zeros, which take the time of any other digits. */
typedef struct passes {
    const nb_fft_kernel *kernel;
    nb_fft_shape shape;
    bool square;
    double *x, *y, *scratch;
    int32_t *digits;
} passes;

static void run_passes(void *context)
{
    const passes *p = context;
    nb_fft_check check;
    p->kernel->load(NULL, &p->shape, p->x, p->digits, p->shape.length, p->scratch);
    if (!p->square) {
        p->kernel->load(NULL, &p->shape, p->y, p->digits, p->shape.length, p->scratch);
    }
    p->kernel->convolve(NULL, &p->shape, p->x, p->square ? NULL : p->y, false);
    p->kernel->store(NULL, &p->shape, p->x, p->digits, 2 * p->shape.length, p->scratch, &check);
}

/* With memory for `shape`. */
static passes new_passes(const nb_fft_kernel *kernel, const nb_fft_shape *shape)
{
    const size_t bytes = nb_fft_shape_doubles(shape) * sizeof(double);
    passes p = {.kernel = kernel, .shape = *shape};
    p.x = bench_allocate(bytes);
    p.y = bench_allocate(bytes);
    p.scratch = bench_allocate(kernel->scratch_doubles * sizeof(double));
    p.digits = bench_allocate(2 * shape->length * sizeof(*p.digits));
    bench_must(nb_fft_twiddles_reserve(shape->vectors / 16), "making the table of roots");
    return p;
}

static void free_passes(passes *p)
{
    free(p->x);
    free(p->y);
    free(p->scratch);
    free(p->digits);
}

static double digits_of(const nb_fft_shape *shape)
{
    return 2 * NB_DIGIT_WIDTH * (double)shape->length;
}

static double vectors_of(const nb_fft_shape *shape)
{
    return (double)shape->odd * (double)shape->vectors;
}

static double mebibytes_of(const nb_fft_shape *shape)
{
    return (double)(nb_fft_shape_doubles(shape) * sizeof(double)) / (1 << 20);
}

/* ---- rows ---- */

/* One row of the table: every number of rows. */
static void compare_rows(const tune_options *o, passes *p, bool square, tune_loss *loss)
{
    const nb_fft_shape shape = p->shape;
    passes variant[NB_FFT_MAX_LOG_ROWS + 1];
    void *context[NB_FFT_MAX_LOG_ROWS + 1];
    bench_time time[NB_FFT_MAX_LOG_ROWS + 1];
    size_t count = 0;
    for (unsigned r = 0; r <= nb_fft_max_log_rows(shape.odd); r++) {
        if (r + NB_FFT_LOG_BLOCK <= shape.log_vectors) {
            variant[count] = *p;
            variant[count].square = square;
            variant[count].shape = nb_fft_shape_with_rows(shape, r);
            context[count] = &variant[count];
            count++;
        }
    }
    bench_compare(run_passes, context, count, o->budget_ns, time);
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        best = time[i].min_ns < time[best].min_ns ? i : best;
    }
    printf("| %u | %2u | %7.2f | %-7s | %u | %zu | %4.0f %% |", shape.odd, shape.log_vectors,
           mebibytes_of(&shape), square ? "square" : "product", shape.log_rows, best,
           100 * tune_add_loss(loss, time[shape.log_rows].min_ns, time[best].min_ns));
    for (size_t i = 0; i <= NB_FFT_MAX_LOG_ROWS; i++) {
        if (i < count) {
            printf(" %6.1f |", time[i].min_ns / vectors_of(&shape));
        } else {
            printf("        |");
        }
    }
    printf("\n");
    fflush(stdout);
}

void tune_rows(const tune_options *options, const nb_fft_kernel *kernel)
{
    tune_loss loss = {0};
    printf("## Rows with %s (row_levels and rows_min_length in fft/shape.c)\n\n"
           "log2 of the rows now and at best, what is lost, and ns per complex vector for each.\n\n"
           "| odd | log2 vectors | MiB | passes of | now | best | lost |"
           " 0 | 1 | 2 | 3 | 4 | 5 | 6 |\n"
           "|----:|----:|----:|----|--:|--:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
           kernel->name);
    nb_fft_shape shape = nb_fft_shape_for(kernel->lanes, (size_t)4 * kernel->lanes * NB_FFT_BLOCK);
    while (digits_of(&shape) <= options->max_digits) {
        if (shape.log_vectors > NB_FFT_LOG_BLOCK) {
            passes p = new_passes(kernel, &shape);
            compare_rows(options, &p, true, &loss);
            compare_rows(options, &p, false, &loss);
            free_passes(&p);
        }
        shape = nb_fft_shape_for(kernel->lanes, 2 * shape.length + 1);
    }
    tune_print_loss(&loss);
}

/* ---- lengths ---- */

void tune_shapes(const tune_options *options, const nb_fft_kernel *kernel)
{
    printf("## Lengths with %s (transform_cost in multiply_plan.c)\n\n"
           "Minimum over all passes, in ns per complex vector and relative to what is predicted,\n"
           "whose unit is arbitrary. A length is of no use if a longer one takes less time.\n\n"
           "| odd | log2 vectors | MiB | square | product | square / cost | product / cost | |\n"
           "|----:|----:|----:|---:|---:|---:|---:|----|\n",
           kernel->name);
    double least = 0;
    nb_fft_shape shape = nb_fft_shape_for(kernel->lanes, 1);
    while (digits_of(&shape) <= options->max_digits) {
        passes square = new_passes(kernel, &shape), product = square;
        square.square = true;
        void *const context[] = {&square, &product};
        bench_time time[2];
        bench_compare(run_passes, context, 2, options->budget_ns, time);
        const double cost = nb_multiply_plan_at_once(&shape, 2, false).cost;
        printf("| %u | %2u | %8.3f | %6.1f | %6.1f | %6.3f | %6.3f |", shape.odd, shape.log_vectors,
               mebibytes_of(&shape), time[0].min_ns / vectors_of(&shape),
               time[1].min_ns / vectors_of(&shape), time[0].min_ns / cost, time[1].min_ns / cost);
        printf(" %s |\n", time[1].min_ns < least ? "faster than the last" : "");
        fflush(stdout);
        least = time[1].min_ns;
        free_passes(&square);
        shape = nb_fft_shape_for(kernel->lanes, 2 * shape.length + 1);
    }
    printf("\n");
}

/* ---- plans ---- */

typedef struct planned {
    nb_multiplier *multiplier;
    nb_multiply_plan plan;
    nb_factor a, b;
    int32_t *product;
} planned;

static void run_plan(void *context)
{
    const planned *p = context;
    uint64_t residue;
    bool good;
    bench_must(
        nb_multiply_planned(p->multiplier, &p->plan, p->product, p->a, p->b, &residue, &good),
        "a product");
    bench_must(good ? NBANG_OK : NBANG_UNVERIFIED, "a product");
}

enum { MAX_PLANS = 64 };

typedef struct plan_list {
    nb_multiply_plan plan[MAX_PLANS];
    size_t count;
} plan_list;

static void add_plan(plan_list *list, nb_multiply_plan plan)
{
    if (list->count < MAX_PLANS) {
        list->plan[list->count++] = plan;
    }
}

/* The one that is chosen, and everything else within reason. */
static plan_list list_plans(unsigned lanes, nb_factor a, nb_factor b, bool square)
{
    plan_list list = {.count = 0};
    const size_t total = a.num_digits + b.num_digits;
    const size_t any_room = SIZE_MAX; /* every plan is tried in the same work space */
    add_plan(&list, nb_multiply_plan_best(lanes, a.num_digits, b.num_digits, square, any_room));
    nb_fft_shape shape = nb_fft_shape_for(lanes, total);
    for (size_t least = shape.length; 2 * shape.length < 3 * least;) {
        add_plan(&list, nb_multiply_plan_at_once(&shape, a.num_digits, square));
        shape = nb_fft_shape_for(lanes, 2 * shape.length + 1);
    }
    shape = nb_fft_shape_below(lanes, total);
    while (shape.length > 0 && total - 2 * shape.length + 2 < b.num_digits / 2) {
        add_plan(&list, nb_multiply_plan_folded(&shape, a.num_digits, b.num_digits, square));
        shape = nb_fft_shape_below(lanes, 2 * shape.length);
    }
    if (a.num_digits >= 2 * b.num_digits) {
        shape = nb_fft_shape_for(lanes, b.num_digits + b.num_digits / 2 + 16);
        while (2 * shape.length < total) {
            add_plan(&list, nb_multiply_plan_blocks(&shape, a.num_digits, b.num_digits));
            shape = nb_fft_shape_for(lanes, 2 * shape.length + 1);
        }
    }
    return list;
}

static void print_plan(const nb_multiply_plan *plan, size_t num_long)
{
    char text[32];
    if (plan->num_low > 0) {
        snprintf(text, sizeof(text), "folded, %u << %u", plan->shape.odd, plan->shape.log_vectors);
    } else if (plan->block >= num_long) {
        snprintf(text, sizeof(text), "once, %u << %u", plan->shape.odd, plan->shape.log_vectors);
    } else {
        snprintf(text, sizeof(text), "%zu x %u << %u", (num_long + plan->block - 1) / plan->block,
                 plan->shape.odd, plan->shape.log_vectors);
    }
    printf(" %-15s |", text);
}

static void compare_plans(const tune_options *o, nb_multiplier *multiplier, size_t num_long,
                          size_t num_short, bool square, tune_loss *loss)
{
    nb_decimal a = bench_random_number(num_long, 1), b = bench_random_number(num_short, 2);
    const nb_factor factor = bench_factor(&a), other = square ? factor : bench_factor(&b);
    const plan_list list = list_plans(multiplier->kernel->lanes, factor, other, square);
    int32_t *product = bench_allocate((num_long + num_short) * sizeof(*product));
    planned variant[MAX_PLANS];
    void *context[MAX_PLANS];
    bench_time time[MAX_PLANS];
    for (size_t i = 0; i < list.count; i++) {
        variant[i] = (planned){multiplier, list.plan[i], factor, other, product};
        context[i] = &variant[i];
    }
    bench_compare(run_plan, context, list.count, o->budget_ns, time);
    size_t best = 0;
    for (size_t i = 0; i < list.count; i++) {
        best = time[i].min_ns < time[best].min_ns ? i : best;
    }
    const double digits = NB_DIGIT_WIDTH * (double)(num_long + num_short);
    printf("| %9.0f | %9zu |", digits, square ? 0 : NB_DIGIT_WIDTH * num_short);
    print_plan(&list.plan[0], num_long);
    print_plan(&list.plan[best], num_long);
    printf(" %6.3f | %6.3f | %4.0f %% |\n", time[0].min_ns / digits, time[best].min_ns / digits,
           100 * tune_add_loss(loss, time[0].min_ns, time[best].min_ns));
    fflush(stdout);
    free(product);
    nb_decimal_clear(&a);
    nb_decimal_clear(&b);
}

void tune_plans(const tune_options *options, const nb_fft_kernel *kernel)
{
    static const double ratios[] = {0, 1, 1.7, 3.3, 7, 15, 40, 120};
    printf("## Plans with %s (nb_multiply_plan_best)\n\n"
           "Decimal digits of the product and of the shorter factor (0: a square), what is chosen\n"
           "and what is best: blocks x odd << log2 vectors; ns per digit of the product.\n\n"
           "|    digits |   shorter | now             | best            |    now |   best |  lost "
           "|\n|----------:|----------:|---|---|---:|---:|---:|\n",
           kernel->name);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    multiplier.kernel = kernel;
    for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
        tune_loss loss = {0};
        const bool square = ratios[i] < 1;
        for (double digits = 1e3; digits <= options->max_digits; digits *= 1.37) {
            const size_t total = (size_t)(digits / NB_DIGIT_WIDTH);
            const size_t num_short = (size_t)((double)total / (square ? 2 : 1 + ratios[i]));
            if (num_short > NB_BASECASE_MAX) {
                compare_plans(options, &multiplier, square ? num_short : total - num_short,
                              num_short, square, &loss);
            }
        }
        tune_print_loss(&loss);
    }
    nb_multiplier_release(&multiplier);
}
