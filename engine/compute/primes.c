/* With e(p) the exponent of p in n!, let P_k be the product of the primes for which bit k of e(p)
 * is set. Then
 *
 *     product of p^e(p) = product over k of P_k^(2^k) = (...((P_K)^2 * P_(K-1))^2 ...)^2 * P_0,
 *
 * so that nearly all of the work is squaring (P. B. Borwein, "On the complexity of calculating
 * factorials", Journal of Algorithms 6, 1985). The P_k together are short: for all primes up to n
 * their logarithms add up to about 1.4 n, against n log n for n!. They therefore all grow at once,
 * while the primes go by a single time. */
#include "compute/primes.h"

#include <assert.h>
#include <primesieve.h>
#include <stdbool.h>

#include "compute/cost.h"

/* Limbs of a leaf of a product tree. Below this size GMP gains nothing from balanced factors. */
enum { LEAF_LIMBS = 96 };

/* Room for 2^32 leaves. */
enum { MAX_TREE_DEPTH = 32 };

/* The largest exponent is v_3(n!) < n / 2 < 2^32. */
enum { MAX_EXPONENT_BITS = 32 };

/* ---- a product of many small factors ---- */

/* Factors are packed into words, words are multiplied into leaves, and leaves are joined as a
 * binary counter carries: the finished subtrees have the sizes of the one bits of num_leaves, the
 * largest first. */
struct tree {
    uint64_t word;               /* factors not yet in the leaf */
    mpz_t nodes[MAX_TREE_DEPTH]; /* the subtrees, then the leaf that is being filled */
    size_t num_subtrees;
    bool has_leaf;
    uint64_t num_leaves; /* in the subtrees */
};

static void tree_init(struct tree *tree)
{
    tree->word = 1;
    tree->num_subtrees = 0;
    tree->has_leaf = false;
    tree->num_leaves = 0;
}

static void tree_clear(struct tree *tree)
{
    for (size_t i = 0; i < tree->num_subtrees + tree->has_leaf; i++) {
        mpz_clear(tree->nodes[i]);
    }
    tree_init(tree);
}

/* Replaces the last two of `num_nodes` nodes by their product. */
static void join_last_two(mpz_t *nodes, size_t num_nodes)
{
    mpz_mul(nodes[num_nodes - 2], nodes[num_nodes - 2], nodes[num_nodes - 1]);
    mpz_clear(nodes[num_nodes - 1]);
}

static void close_leaf(struct tree *tree)
{
    tree->has_leaf = false;
    tree->num_subtrees++;
    tree->num_leaves++;
    for (uint64_t carry = tree->num_leaves; carry % 2 == 0; carry /= 2) {
        join_last_two(tree->nodes, tree->num_subtrees--);
    }
}

static void multiply_word(struct tree *tree)
{
    assert(tree->num_subtrees < MAX_TREE_DEPTH);
    mpz_ptr leaf = tree->nodes[tree->num_subtrees];
    if (!tree->has_leaf) {
        mpz_init2(leaf, LEAF_LIMBS * GMP_NUMB_BITS);
        mpz_set_ui(leaf, tree->word);
        tree->has_leaf = true;
    } else {
        mpz_mul_ui(leaf, leaf, tree->word);
        if (mpz_size(leaf) == LEAF_LIMBS) {
            close_leaf(tree);
        }
    }
    tree->word = 1;
}

static inline void tree_multiply(struct tree *tree, uint64_t factor)
{
    uint64_t word;
    if (__builtin_mul_overflow(tree->word, factor, &word)) {
        multiply_word(tree);
        word = factor;
    }
    tree->word = word;
}

/* Multiplies `result` by the whole tree, which is empty afterwards. */
static void tree_flush(struct tree *tree, mpz_t result)
{
    multiply_word(tree);
    size_t num_nodes = tree->num_subtrees + tree->has_leaf;
    for (; num_nodes > 1; num_nodes--) {
        join_last_two(tree->nodes, num_nodes);
    }
    mpz_mul(result, result, tree->nodes[0]);
    mpz_clear(tree->nodes[0]);
    tree_init(tree);
}

/* ---- prime powers ---- */

/* Multiplies every prime in [lo, hi) but 2 and 5 into the trees of its exponent's bits. */
static nb_status distribute_primes(struct tree *trees, uint64_t n, uint64_t lo, uint64_t hi)
{
    primesieve_iterator sieve;
    primesieve_init(&sieve);
    primesieve_jump_to(&sieve, lo, hi);
    uint64_t prime;
    while ((prime = primesieve_next_prime(&sieve)) < hi) {
        if (prime == 2 || prime == 5) {
            continue;
        }
        uint64_t exponent = nb_cost_legendre(n, prime);
        for (struct tree *tree = trees; exponent > 0; exponent /= 2, tree++) {
            if (exponent % 2) {
                tree_multiply(tree, prime);
            }
        }
    }
    nb_status status = sieve.is_error ? NBANG_NO_MEMORY : NBANG_OK;
    primesieve_free_iterator(&sieve);
    return status;
}

nb_status nb_primes_factorial_part(mpz_t product, uint64_t n, uint64_t lo, uint64_t hi)
{
    if (lo < 3) {
        lo = 3;
    }
    if (hi > n) {
        hi = n + 1;
    }
    if (lo >= hi) {
        mpz_set_ui(product, 1);
        return NBANG_OK;
    }

    /* Exponents do not grow with the prime: none has more bits than lo's would have. */
    size_t num_trees = (size_t)(64 - __builtin_clzll(nb_cost_legendre(n, lo)));
    struct tree trees[MAX_EXPONENT_BITS];
    assert(num_trees <= MAX_EXPONENT_BITS);
    for (size_t k = 0; k < num_trees; k++) {
        tree_init(&trees[k]);
    }

    nb_status status = distribute_primes(trees, n, lo, hi);
    if (status != NBANG_OK) {
        goto out;
    }
    mpz_set_ui(product, 1);
    for (size_t k = num_trees; k-- > 0;) {
        mpz_mul(product, product, product);
        tree_flush(&trees[k], product);
    }
out:
    for (size_t k = 0; k < num_trees; k++) {
        tree_clear(&trees[k]);
    }
    return status;
}
