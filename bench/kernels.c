/* Times the decimal arithmetic: each pass of the transform kernels at every length, whole products
 * of each class of size, and what is done to digits before and after. CPU time of calls on memory
 * that has been used before; every figure is minimum/median of repeated samples.
 *
 *     bench_kernels [OPTION...] [passes] [products] [digits]     all three by default: 15 minutes
 *
 *     --kernel=NAME    only this one (generic, avx2, avx512)
 *     --min=DIGITS     decimal digits of the product, 1e3 by default
 *     --max=DIGITS     1e8 by default; that takes 2.5 GB
 *     --time=MS        CPU time for each figure, 50 by default
 *
 * The tables are in the syntax of Markdown. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "decimal/convert.h"
#include "decimal/digits.h"
#include "decimal/fft/twiddles.h"
#include "decimal/format.h"
#include "decimal/multiply_internal.h"
#include "decimal/text.h"
#include "measure.h"

typedef struct options {
    const nb_fft_kernel *kernel; /* NULL: all */
    double min_digits, max_digits;
    uint64_t budget_ns;
    bool passes, products, digits;
} options;

/* One figure, per unit of which a call does `units`. */
static void print_time(bench_time time, double units)
{
    char cell[32];
    snprintf(cell, sizeof(cell), "%.3g/%.3g", time.min_ns / units, time.median_ns / units);
    printf(" %11s |", cell);
    fflush(stdout);
}

static void print_nothing(void)
{
    printf(" %11s |", "");
}

/* The head of a table: `first` for columns that say what a row is about. */
static void print_head(const char *first, const char *const *names, size_t num_names)
{
    printf("%s", first);
    for (size_t i = 0; i < num_names; i++) {
        printf(" %11s |", names[i]);
    }
    printf("\n");
    for (const char *c = first; *c != '\0'; c++) {
        putchar(*c == '|' ? '|' : '-');
    }
    for (size_t i = 0; i < num_names; i++) {
        printf("------------:|");
    }
    printf("\n");
}

/* The least number of the series 1, 2, 5, 10, ... above `digits`. */
static double next_size(double digits)
{
    double power = 1;
    while (power * 10 <= digits) {
        power *= 10;
    }
    const double leading = digits / power;
    return power * (leading < 2 ? 2 : leading < 5 ? 5 : 10);
}

/* ---- passes ---- */

/* Transforms of zeros take the time of any others, and stay zeros however often they are repeated.
 */
typedef struct transform {
    const nb_fft_kernel *kernel;
    nb_fft_shape shape;
    double *x, *y, *scratch;
    int32_t *digits; /* as many as the shape holds */
} transform;

/* The lower half of the digits, the others being absent: the usual factor of a product. */
static void load_half(void *context)
{
    const transform *t = context;
    t->kernel->load(NULL, &t->shape, t->x, t->digits, t->shape.length, t->scratch);
}

static void load_all(void *context)
{
    const transform *t = context;
    t->kernel->load(NULL, &t->shape, t->x, t->digits, 2 * t->shape.length, t->scratch);
}

static void forward(void *context)
{
    const transform *t = context;
    t->kernel->forward(NULL, &t->shape, t->x);
}

static void convolve_square(void *context)
{
    const transform *t = context;
    t->kernel->convolve(NULL, &t->shape, t->x, NULL, false);
}

static void convolve_two(void *context)
{
    const transform *t = context;
    t->kernel->convolve(NULL, &t->shape, t->x, t->y, false);
}

static void convolve_ready(void *context)
{
    const transform *t = context;
    t->kernel->convolve(NULL, &t->shape, t->x, t->y, true);
}

static void store(void *context)
{
    const transform *t = context;
    nb_fft_check check;
    t->kernel->store(NULL, &t->shape, t->x, t->digits, 2 * t->shape.length, t->scratch, &check);
}

static void (*const pass_bodies[])(void *) = {
    load_half, load_all, forward, convolve_square, convolve_two, convolve_ready, store,
};
static const char *const pass_names[] = {
    "load half", "load all", "forward", "square", "multiply", "by forward", "store",
};
enum { NUM_PASSES = sizeof(pass_bodies) / sizeof(pass_bodies[0]) };

/* One row. What all passes of a square and of a product of two numbers take, per decimal digit that
 * the product may have, is the sum of others. */
static void print_shape(const options *o, const nb_fft_kernel *kernel, const nb_fft_shape *shape)
{
    const size_t bytes = nb_fft_shape_doubles(shape) * sizeof(double);
    transform t = {kernel,
                   *shape,
                   bench_allocate(bytes),
                   bench_allocate(bytes),
                   bench_allocate(kernel->scratch_doubles * sizeof(double)),
                   bench_allocate(2 * shape->length * sizeof(int32_t))};
    bench_must(nb_fft_twiddles_reserve(shape->vectors / 16), "making the table of roots");
    const double digits = 2 * NB_DIGIT_WIDTH * (double)shape->length;
    printf("| %9.0f | %3u | %2u | %2u | %9.3f |", digits, shape->odd, shape->log_vectors,
           shape->log_rows, (double)bytes / (1 << 20));
    bench_time time[NUM_PASSES];
    for (size_t i = 0; i < NUM_PASSES; i++) {
        time[i] = bench_measure(pass_bodies[i], &t, o->budget_ns);
        print_time(time[i], (double)shape->odd * (double)shape->vectors);
    }
    const bench_time square = {time[0].min_ns + time[3].min_ns + time[6].min_ns,
                               time[0].median_ns + time[3].median_ns + time[6].median_ns};
    const bench_time product = {2 * time[0].min_ns + time[4].min_ns + time[6].min_ns,
                                2 * time[0].median_ns + time[4].median_ns + time[6].median_ns};
    print_time(square, digits);
    print_time(product, digits);
    printf("\n");
    free(t.x);
    free(t.y);
    free(t.scratch);
    free(t.digits);
}

static void print_passes(const options *o, const nb_fft_kernel *kernel)
{
    printf("## Passes of %s, ns per complex vector of %u points; all together, ns per digit\n\n",
           kernel->name, kernel->lanes);
    const char *names[NUM_PASSES + 2];
    memcpy(names, pass_names, sizeof(pass_names));
    names[NUM_PASSES] = "all: square";
    names[NUM_PASSES + 1] = "product";
    print_head("|    digits | odd | lv | lr |       MiB |", names, NUM_PASSES + 2);
    nb_fft_shape shape = nb_fft_shape_for(kernel->lanes, (size_t)(o->min_digits / NB_DIGIT_WIDTH));
    while (2 * NB_DIGIT_WIDTH * (double)shape.length <= o->max_digits) {
        print_shape(o, kernel, &shape);
        shape = nb_fft_shape_for(kernel->lanes, 2 * shape.length + 1);
    }
    printf("\n");
}

/* ---- products ---- */

typedef struct multiplication {
    nb_multiplier multiplier;
    nb_factor a, b;
    int32_t *product;
} multiplication;

static void multiply(void *context)
{
    multiplication *m = context;
    uint64_t residue;
    bench_must(nb_multiply(&m->multiplier, m->product, m->a, m->b, &residue), "a product");
}

/* The shorter factor has 1/(ratio + 1) of the digits of the product, or `num_short` if that is not
 * 0; as many as the longer one and the same digits for a square. */
typedef struct product_class {
    const char *name;
    size_t ratio, num_short;
    bool square, careful;
} product_class;

static const product_class product_classes[] = {
    {.name = "x 8 digits", .num_short = 8},
    {.name = "basecase", .num_short = NB_BASECASE_MAX},
    {.name = "square", .ratio = 1, .square = true},
    {.name = "1:1", .ratio = 1},
    {.name = "1:4", .ratio = 4},
    {.name = "1:16", .ratio = 16},
    {.name = "1:100", .ratio = 100},
    {.name = "split", .ratio = 1, .careful = true},
};
enum { NUM_CLASSES = sizeof(product_classes) / sizeof(product_classes[0]) };

/* Ten times as slow as others, with memory to match. */
static const double max_split_digits = 1e7;

static void print_product(const options *o, const nb_fft_kernel *kernel, const product_class *class,
                          double digits)
{
    const size_t total = (size_t)(digits / NB_DIGIT_WIDTH);
    const size_t num_short = class->ratio > 0 ? total / (class->ratio + 1) : class->num_short;
    if (num_short < 1 || 2 * num_short > total || (class->careful && digits > max_split_digits)) {
        print_nothing();
        return;
    }
    nb_decimal b = bench_random_number(num_short, 1);
    nb_decimal a = bench_random_number(class->square ? num_short : total - num_short, 2);
    multiplication m = {.a = bench_factor(&a)};
    m.b = class->square ? m.a : bench_factor(&b);
    m.product = bench_allocate(total * sizeof(*m.product));
    nb_multiplier_init(&m.multiplier);
    m.multiplier.kernel = kernel;
    m.multiplier.careful = class->careful;
    print_time(bench_measure(multiply, &m, o->budget_ns), digits);
    nb_multiplier_release(&m.multiplier);
    free(m.product);
    nb_decimal_clear(&a);
    nb_decimal_clear(&b);
}

static void print_products(const options *o, const nb_fft_kernel *kernel)
{
    printf("## Products by %s, ns per digit of the product, checks included\n\n", kernel->name);
    const char *names[NUM_CLASSES];
    for (size_t i = 0; i < NUM_CLASSES; i++) {
        names[i] = product_classes[i].name;
    }
    print_head("|    digits |", names, NUM_CLASSES);
    for (double digits = o->min_digits; digits <= o->max_digits; digits = next_size(digits)) {
        printf("| %9.0f |", digits);
        for (size_t i = 0; i < NUM_CLASSES; i++) {
            print_product(o, kernel, &product_classes[i], digits);
        }
        printf("\n");
    }
    printf("\n");
}

/* ---- digits ---- */

typedef struct passage {
    nb_decimal number;
    nb_decimal_text text;
    char *characters;
    uint64_t sum; /* of residues, so that they are used */
} passage;

static void residue(void *context)
{
    passage *p = context;
    p->sum += nb_digits_residue(p->number.digits, p->number.num_digits);
}

static void canonicalise(void *context)
{
    passage *p = context;
    p->sum += nb_digits_canonicalise(p->number.digits, p->number.num_digits);
}

static void format(void *context)
{
    const passage *p = context;
    nb_digits_format(p->characters, p->text.digits, 0, p->text.num_digits);
}

static void read_text(void *context)
{
    const passage *p = context;
    bench_must(nb_decimal_text_read(&p->text, 0, p->characters, (size_t)p->text.num_significant),
               "reading a text");
}

static void print_digits(const options *o)
{
    static const char *const names[] = {"residue", "canonical", "format", "text read"};
    printf("## Digits, ns per decimal digit; a text that is read is formatted and checked\n\n");
    print_head("|    digits |", names, sizeof(names) / sizeof(names[0]));
    for (double digits = o->min_digits; digits <= o->max_digits; digits = next_size(digits)) {
        const size_t count = (size_t)(digits / NB_DIGIT_WIDTH);
        passage p = {.number = bench_random_number(count, 3)};
        p.characters = bench_allocate(count * NB_DIGIT_WIDTH + NB_FORMAT_SLACK);
        printf("| %9.0f |", digits);
        print_time(bench_measure(residue, &p, o->budget_ns), digits);
        print_time(bench_measure(canonicalise, &p, o->budget_ns), digits);
        nb_decimal_text_init(&p.text);
        nb_decimal_text_take(&p.text, &p.number, 0, NULL);
        print_time(bench_measure(format, &p, o->budget_ns), digits);
        print_time(bench_measure(read_text, &p, o->budget_ns), digits);
        printf("\n");
        nb_decimal_text_clear(&p.text);
        free(p.characters);
    }
    printf("\n");
}

/* ---- conversion ---- */

enum { MAX_LIMBS = 2048 };

typedef struct conversion {
    size_t num_limbs, num_digits;
    mp_limb_t limbs[MAX_LIMBS], work[MAX_LIMBS];
    unsigned char *scratch;
    int32_t *digits;
} conversion;

static void convert(void *context)
{
    conversion *c = context;
    memcpy(c->work, c->limbs, c->num_limbs * sizeof(*c->work));
    c->num_digits = nb_convert_limbs(c->digits, c->work, c->num_limbs, c->scratch);
}

static void print_conversion(const options *o)
{
    static const char *const names[] = {"conversion"};
    static conversion c;
    printf("## Conversion of GMP's limbs, ns per decimal digit\n\n");
    print_head("| limbs | digits |", names, 1);
    c.scratch = bench_allocate(nb_convert_scratch_size(MAX_LIMBS));
    c.digits = bench_allocate(nb_convert_max_digits(MAX_LIMBS) * sizeof(*c.digits));
    for (size_t i = 0; i < MAX_LIMBS; i++) {
        c.limbs[i] = UINT64_C(0x9e3779b97f4a7c15) * (i + 1) | 1;
    }
    for (c.num_limbs = 4; c.num_limbs <= MAX_LIMBS; c.num_limbs *= 2) {
        const bench_time time = bench_measure(convert, &c, o->budget_ns);
        printf("| %5zu | %6zu |", c.num_limbs, c.num_digits * NB_DIGIT_WIDTH);
        print_time(time, (double)(c.num_digits * NB_DIGIT_WIDTH));
        printf("\n");
    }
    printf("\n");
    free(c.scratch);
    free(c.digits);
}

/* ---- the command line ---- */

static void print_help(void)
{
    printf("bench_kernels [--kernel=NAME] [--min=DIGITS] [--max=DIGITS] [--time=MS]\n"
           "              [passes] [products] [digits]\n\n"
           "Times the decimal arithmetic for products of 1e3 to 1e8 digits, 50 ms for each figure\n"
           "by default. Figures are minimum/median. lv: log2 of the vectors of each of the `odd`\n"
           "parts of a transform; lr: log2 of its rows; MiB: its work space.\n");
}

static options parse_options(int argc, char **argv)
{
    static const struct option known[] = {
        {"kernel", required_argument, NULL, 'k'}, {"min", required_argument, NULL, 'a'},
        {"max", required_argument, NULL, 'z'},    {"time", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},         {0},
    };
    options o = {.min_digits = 1e3, .max_digits = 1e8, .budget_ns = 50 * NB_NS_PER_MS};
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'k' && (o.kernel = nb_fft_kernel_named(optarg)) != NULL) {
            continue;
        } else if (c == 'a') {
            o.min_digits = strtod(optarg, NULL);
        } else if (c == 'z') {
            o.max_digits = strtod(optarg, NULL);
        } else if (c == 't') {
            o.budget_ns = (uint64_t)(strtod(optarg, NULL) * NB_NS_PER_MS);
        } else {
            print_help();
            exit(c == 'h' ? 0 : 2);
        }
    }
    for (int i = optind; i < argc; i++) {
        o.passes |= strcmp(argv[i], "passes") == 0;
        o.products |= strcmp(argv[i], "products") == 0;
        o.digits |= strcmp(argv[i], "digits") == 0;
    }
    if (optind == argc) {
        o.passes = o.products = o.digits = true;
    }
    return o;
}

int main(int argc, char **argv)
{
    const options o = parse_options(argc, argv);
    bench_print_machine();
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        if (o.kernel != NULL && o.kernel != *kernel) {
            continue;
        }
        if (o.passes) {
            print_passes(&o, *kernel);
        }
        if (o.products) {
            print_products(&o, *kernel);
        }
    }
    if (o.digits) {
        print_digits(&o);
        print_conversion(&o);
    }
    return 0;
}
