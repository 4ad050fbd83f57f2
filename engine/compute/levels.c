#include "compute/levels.h"

#include <assert.h>
#include <math.h>
#include <primesieve.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "compute/cost.h"
#include "compute/product.h"
#include "decimal/digits.h"
#include "decimal/workspace.h"

/* Stretches per member of a team, since not all take equally long, and numbers in the least of
 * them: sieving it takes some microseconds besides the primes. */
enum { MEMBER_STRETCHES = 8, MIN_STRETCH = 16384 };

uint64_t nb_levels_exponent(uint64_t n, uint64_t p)
{
    if (p == 2) {
        return nb_cost_legendre(n, 2) - nb_cost_legendre(n, 5);
    }
    return p == 5 ? 0 : nb_cost_legendre(n, p);
}

/* Exponents fall from prime to prime, but for the 2. */
static size_t count_levels(uint64_t n)
{
    const uint64_t largest = nb_levels_exponent(n, 2) | nb_levels_exponent(n, 3);
    return largest > 0 ? 64 - (size_t)__builtin_clzll(largest) : 1;
}

/* What the members of a team work on together. */
typedef struct work {
    nb_levels *levels;
    nb_multiplier **multipliers; /* by rank; without a team, each of them is one member's */
    uint64_t n;
    const nb_levels_memory *ahead;
    size_t num_ahead;
    unsigned num_touchers; /* pieces of work that consist in touching memory */
    atomic_int status;     /* a failure of any of them */
} work;

static nb_decimal *number_at(const nb_levels *levels, size_t stretch, size_t k)
{
    return &levels->numbers[stretch * levels->count + k];
}

/* ---- one stretch of primes ---- */

static bool is_empty(const nb_product *product)
{
    return product->num_nodes == 0 && product->leaf_limbs == 0 && product->word == 1;
}

/* Multiplies `product` out into `number`, unless it is 1. */
static nb_status finish_product(nb_decimal *number, nb_product *product, nb_multiplier *multiplier)
{
    if (is_empty(product)) {
        return product->status;
    }
    nb_status status = nb_product_finish(product, multiplier);
    if (status == NBANG_OK) {
        *number = (nb_decimal){
            .digits = product->digits,
            .capacity = product->capacity,
            .num_digits = product->nodes[0].num_digits,
            .residue = product->nodes[0].residue,
        };
        product->digits = NULL;
    }
    return status;
}

/* Bit k is in the exponents of primes up to n / 2^k only, about two thirds of them: for all their
 * logarithms are hardly more than the width of the stretch. */
static void reserve_products(nb_product *products, size_t count, uint64_t n, uint64_t lo,
                             uint64_t hi)
{
    for (size_t k = 0; k < count && lo < n >> k; k++) {
        const uint64_t end = hi < n >> k ? hi : n >> k;
        nb_product_reserve(&products[k], (size_t)((double)(end - lo) / log(NB_DIGIT_BASE)));
    }
}

/* Multiplies each prime in [lo, hi) into the products of the levels of its exponent. */
static nb_status distribute_primes(nb_product *products, uint64_t n, uint64_t lo, uint64_t hi)
{
    primesieve_iterator sieve;
    primesieve_init(&sieve);
    primesieve_jump_to(&sieve, lo, hi);
    uint64_t prime;
    while ((prime = primesieve_next_prime(&sieve)) < hi) {
        uint64_t exponent = nb_levels_exponent(n, prime);
        for (size_t k = 0; exponent > 0; exponent /= 2, k++) {
            if (exponent % 2 == 1) {
                nb_product_push(&products[k], prime);
            }
        }
    }
    nb_status status = sieve.is_error ? NBANG_NO_MEMORY : NBANG_OK;
    primesieve_free_iterator(&sieve);
    return status;
}

static nb_status gather_stretch(const work *w, size_t stretch, nb_multiplier *multiplier)
{
    nb_levels *levels = w->levels;
    nb_product *products = malloc(levels->count * sizeof(*products));
    if (products == NULL) {
        return NBANG_NO_MEMORY;
    }
    for (size_t k = 0; k < levels->count; k++) {
        nb_product_init(&products[k]);
    }
    const uint64_t width = w->n / levels->num_stretches + 1;
    const uint64_t lo = stretch * width > 2 ? stretch * width : 2;
    const uint64_t hi = (stretch + 1) * width < w->n + 1 ? (stretch + 1) * width : w->n + 1;
    nb_status status = NBANG_OK;
    if (lo < hi) {
        reserve_products(products, levels->count, w->n, lo, hi);
        status = distribute_primes(products, w->n, lo, hi);
    }
    for (size_t k = 0; k < levels->count; k++) {
        if (status == NBANG_OK) {
            status = finish_product(number_at(levels, stretch, k), &products[k], multiplier);
        }
        nb_product_clear(&products[k]);
    }
    free(products);
    return status;
}

static void touch_ahead(const work *w, unsigned part)
{
    for (size_t i = 0; i < w->num_ahead; i++) {
        nb_workspace_touch(w->ahead[i].start, w->ahead[i].size, part, w->num_touchers);
    }
}

/* Each member begins with an equal share of the pieces, one of which is to touch its part of the
 * memory. The later it stands in the team the later that comes, lest they do it all at once. */
static void gather_piece(void *ctx, size_t piece, unsigned rank)
{
    work *w = ctx;
    size_t stretch = piece;
    if (w->num_touchers > 0) {
        const size_t share = w->levels->num_stretches / w->num_touchers + 1;
        const size_t owner = piece / share, turn = owner * share / w->num_touchers;
        if (piece % share == turn) {
            touch_ahead(w, (unsigned)owner);
            return;
        }
        stretch -= owner + (piece % share > turn);
    }
    nb_status status = gather_stretch(w, stretch, w->multipliers[rank]);
    if (status != NBANG_OK) {
        atomic_store(&w->status, (int)status);
    }
}

/* ---- stretches together ---- */

/* Multiplies the number of a level that is `stride` stretches above into that of `stretch`. */
static nb_status multiply_pair(nb_levels *levels, size_t stretch, size_t k,
                               nb_multiplier *multiplier)
{
    nb_decimal *low = number_at(levels, stretch, k);
    if (stretch + levels->stride >= levels->num_stretches) {
        return NBANG_OK;
    }
    nb_decimal *high = number_at(levels, stretch + levels->stride, k);
    nb_status status = NBANG_OK;
    if (low->digits == NULL) {
        *low = *high;
        nb_decimal_init(high);
    } else if (high->digits != NULL) {
        status = nb_decimal_multiply(low, high, multiplier);
    }
    nb_decimal_clear(high);
    return status;
}

static void multiply_piece(void *ctx, size_t piece, unsigned rank)
{
    work *w = ctx;
    const size_t k = piece % w->levels->count, pair = piece / w->levels->count;
    nb_status status =
        multiply_pair(w->levels, 2 * pair * w->levels->stride, k, w->multipliers[rank]);
    if (status != NBANG_OK) {
        atomic_store(&w->status, (int)status);
    }
}

static size_t num_pairs(const nb_levels *levels)
{
    return (levels->num_stretches + 2 * levels->stride - 1) / (2 * levels->stride);
}

/* The stretches, and their products pair by pair as long as there are enough for all members. */
static nb_status gather(work *w, nb_team *team)
{
    nb_levels *levels = w->levels;
    nb_team_for(team, levels->num_stretches + w->num_touchers, gather_piece, w);
    while (atomic_load(&w->status) == NBANG_OK && num_pairs(levels) > nb_team_size(team)) {
        nb_team_for(team, num_pairs(levels) * levels->count, multiply_piece, w);
        levels->stride *= 2;
    }
    return (nb_status)atomic_load(&w->status);
}

/* ---- members' multipliers ---- */

static void free_members(work *w, nb_multiplier *leader, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        nb_multiplier *multiplier = w->multipliers[i];
        if (multiplier != NULL && multiplier != leader) {
            leader->max_error = fmax(leader->max_error, multiplier->max_error);
            leader->num_failed += multiplier->num_failed;
            nb_multiplier_release(multiplier);
            free(multiplier);
        }
    }
    free(w->multipliers);
}

/* The leader has its own, too, if its work space is touched meanwhile. */
static nb_status create_members(work *w, nb_multiplier *leader, unsigned size)
{
    w->multipliers = calloc(size, sizeof(nb_multiplier *));
    if (w->multipliers == NULL) {
        return NBANG_NO_MEMORY;
    }
    if (w->num_touchers == 0) {
        w->multipliers[0] = leader;
    }
    for (unsigned i = 0; i < size; i++) {
        if (w->multipliers[i] != NULL) {
            continue;
        }
        w->multipliers[i] = malloc(sizeof(*w->multipliers[i]));
        if (w->multipliers[i] == NULL) {
            free_members(w, leader, size);
            return NBANG_NO_MEMORY;
        }
        nb_multiplier_init(w->multipliers[i]);
        w->multipliers[i]->kernel = leader->kernel;
        w->multipliers[i]->careful = leader->careful;
    }
    return NBANG_OK;
}

/* ---- all of it ---- */

/* The same number for each member. */
static size_t choose_stretches(uint64_t n, unsigned team_size)
{
    uint64_t each = n / MIN_STRETCH / team_size;
    each = each < MEMBER_STRETCHES ? each : MEMBER_STRETCHES;
    return team_size == 1 || each == 0 ? team_size : (size_t)each * team_size;
}

nb_status nb_levels_init(nb_levels *levels, nb_multiplier *multiplier, uint64_t n,
                         const nb_levels_memory *ahead, size_t num_ahead)
{
    nb_team *team = multiplier->team;
    const unsigned size = nb_team_size(team);
    const nbang_phase before = nb_trace_enter(multiplier->trace, NBANG_PHASE_PRIMES);
    *levels = (nb_levels){
        .count = count_levels(n), .num_stretches = choose_stretches(n, size), .stride = 1};
    levels->numbers = calloc(levels->num_stretches * levels->count, sizeof(*levels->numbers));
    if (levels->numbers == NULL) {
        return NBANG_NO_MEMORY;
    }
    work w = {.levels = levels,
              .n = n,
              .ahead = ahead,
              .num_ahead = num_ahead,
              .num_touchers = num_ahead > 0 ? size : 0,
              .status = NBANG_OK};
    nb_status status = create_members(&w, multiplier, size);
    if (status == NBANG_OK) {
        multiplier->team = NULL; /* the leader, too, multiplies alone */
        status = gather(&w, team);
        multiplier->team = team;
        free_members(&w, multiplier, size);
    }
    nb_trace_enter(multiplier->trace, before);
    return status;
}

void nb_levels_clear(nb_levels *levels)
{
    for (size_t i = 0; levels->numbers != NULL && i < levels->num_stretches * levels->count; i++) {
        nb_decimal_clear(&levels->numbers[i]);
    }
    free(levels->numbers);
    *levels = (nb_levels){0};
}

/* A level without primes, which there is for the least n only. */
static nb_status set_to_one(nb_decimal *number)
{
    nb_status status = nb_decimal_reserve(number, 1);
    if (status == NBANG_OK) {
        number->digits[0] = 1;
        number->num_digits = 1;
        number->residue = 1;
    }
    return status;
}

nb_status nb_levels_take(nb_levels *levels, size_t k, nb_decimal *product,
                         nb_multiplier *multiplier)
{
    assert(k < levels->count && product->digits == NULL);
    const nbang_phase before = nb_trace_enter(multiplier->trace, NBANG_PHASE_PRIMES);
    nb_levels view = *levels; /* one level's stride is none of the others' business */
    nb_status status = NBANG_OK;
    for (; view.stride < view.num_stretches; view.stride *= 2) {
        for (size_t i = 0; status == NBANG_OK && i < view.num_stretches; i += 2 * view.stride) {
            status = multiply_pair(&view, i, k, multiplier);
        }
    }
    *product = *number_at(levels, 0, k);
    nb_decimal_init(number_at(levels, 0, k));
    if (status == NBANG_OK && product->digits == NULL) {
        status = set_to_one(product);
    }
    nb_trace_enter(multiplier->trace, before);
    return status;
}
