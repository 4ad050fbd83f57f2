#include "compute/product.h"

#include <stdlib.h>

#include "base/residue.h"
#include "decimal/convert.h"
#include "decimal/digits.h"

void nb_product_init(nb_product *product)
{
    *product = (nb_product){.word = 1, .residue = 1, .status = NBANG_OK};
}

void nb_product_clear(nb_product *product)
{
    free(product->digits);
    free(product->nodes);
    nb_product_init(product);
}

void nb_product_reserve(nb_product *product, size_t num_digits)
{
    num_digits += nb_convert_max_digits(NB_PRODUCT_LEAF_WORDS);
    if (num_digits <= product->capacity || product->status != NBANG_OK) {
        return;
    }
    int32_t *digits = realloc(product->digits, num_digits * sizeof(*digits));
    if (digits == NULL) {
        product->status = NBANG_NO_MEMORY;
        return;
    }
    product->digits = digits;
    product->capacity = num_digits;
}

/* Makes room for `needed` elements of `size` bytes, and some more. */
static void *grow(void *array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity) {
        return array;
    }
    size_t wanted = needed + needed / 2;
    void *grown = realloc(array, wanted * size);
    if (grown != NULL) {
        *capacity = wanted;
    }
    return grown;
}

static nb_status reserve_leaf(nb_product *p)
{
    int32_t *digits = grow(p->digits, &p->capacity,
                           p->num_digits + nb_convert_max_digits(p->leaf_limbs), sizeof(*digits));
    if (digits == NULL) {
        return NBANG_NO_MEMORY;
    }
    p->digits = digits;
    nb_product_node *nodes = grow(p->nodes, &p->node_capacity, p->num_nodes + 1, sizeof(*nodes));
    if (nodes == NULL) {
        return NBANG_NO_MEMORY;
    }
    p->nodes = nodes;
    return NBANG_OK;
}

/* Turns the leaf into digits, which must have the residue that its words had. */
static void close_leaf(nb_product *p)
{
    unsigned char scratch[NB_PRODUCT_LEAF_WORDS * 20 + 2];
    nb_product_node node = {.start = p->num_digits, .residue = p->residue};
    p->status = reserve_leaf(p);
    if (p->status != NBANG_OK) {
        return;
    }
    node.num_digits = nb_convert_limbs(p->digits + node.start, p->leaf, p->leaf_limbs, scratch);
    if (nb_digits_residue(p->digits + node.start, node.num_digits) != node.residue) {
        p->status = NBANG_UNVERIFIED;
        return;
    }
    p->num_digits += node.num_digits;
    p->nodes[p->num_nodes++] = node;
    p->leaf_limbs = 0;
    p->residue = 1;
}

static void push_word(nb_product *p)
{
    if (p->leaf_limbs == 0) {
        p->leaf[p->leaf_limbs++] = p->word;
    } else {
        mp_limb_t high = mpn_mul_1(p->leaf, p->leaf, (mp_size_t)p->leaf_limbs, p->word);
        if (high != 0) {
            p->leaf[p->leaf_limbs++] = high;
        }
    }
    p->residue = nb_residue_mul(p->residue, nb_residue_reduce(p->word));
    p->word = 1;
    if (p->leaf_limbs == NB_PRODUCT_LEAF_WORDS) {
        close_leaf(p);
    }
}

void nb_product_push(nb_product *product, uint64_t factor)
{
    if (product->status != NBANG_OK) {
        return;
    }
    uint64_t word;
    if (__builtin_mul_overflow(product->word, factor, &word)) {
        push_word(product);
        word = factor;
    }
    product->word = word;
}

/* ---- the tree ---- */

static nb_factor as_factor(const nb_product *p, nb_product_node node)
{
    return (nb_factor){p->digits + node.start, node.num_digits, node.residue};
}

/* nodes[low] = the product of the nodes [low, high). */
static nb_status multiply_range(nb_product *p, nb_multiplier *multiplier, size_t low, size_t high)
{
    if (high - low == 1) {
        return NBANG_OK;
    }
    const size_t middle = low + (high - low) / 2;
    nb_status status = multiply_range(p, multiplier, low, middle);
    if (status == NBANG_OK) {
        status = multiply_range(p, multiplier, middle, high);
    }
    if (status != NBANG_OK) {
        return status;
    }
    nb_product_node *node = &p->nodes[low];
    int32_t *digits = p->digits + node->start;
    const size_t num_digits = node->num_digits + p->nodes[middle].num_digits;
    status = nb_multiply(multiplier, digits, as_factor(p, *node), as_factor(p, p->nodes[middle]),
                         &node->residue);
    node->num_digits = nb_digits_significant(digits, num_digits);
    return status;
}

nb_status nb_product_finish(nb_product *product, nb_multiplier *multiplier)
{
    if (product->status == NBANG_OK && (product->word > 1 || product->num_nodes == 0)) {
        push_word(product);
    }
    if (product->status == NBANG_OK && product->leaf_limbs > 0) {
        close_leaf(product);
    }
    if (product->status == NBANG_OK) {
        product->status = multiply_range(product, multiplier, 0, product->num_nodes);
    }
    return product->status;
}
