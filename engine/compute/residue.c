/* Separating the even numbers up to n, and halving them, gives
 *
 *     n! = 2^floor(n/2) * floor(n/2)! * (product of the odd numbers up to n),
 *
 * and, applied again and again, with s the sum of the binary digits of n,
 *
 *     n! = 2^(n-s) * product over i >= 0 of odd(floor(n / 2^i)),
 *
 * where odd(m) is the product of the odd numbers up to m. From the largest i down to 0 each odd(m)
 * extends the one before, so that every odd number up to n is visited once: n / 2 of them. */
#include "compute/residue.h"

#include "base/residue.h"

/* Independent products that hide the latency of a modular multiplication: 0.95 ns a factor with 8
 * of them, 4.5 ns with one (gcc 12, 2.3 GHz Xeon, n = 10^6). */
enum { LANES = 8 };

/* The product of the odd numbers from `first` (odd) to `last`, times `product`. */
static uint64_t multiply_odd(uint64_t product, uint64_t first, uint64_t last)
{
    const uint64_t stride = 2 * LANES;
    if (first + 2 * stride <= last) {
        uint64_t lane[LANES];
        for (uint64_t i = 0; i < LANES; i++) {
            lane[i] = first + 2 * i;
        }
        for (first += stride; first + stride <= last; first += stride) {
            for (uint64_t i = 0; i < LANES; i++) {
                lane[i] = nb_residue_mul(lane[i], first + 2 * i);
            }
        }
        for (int i = 0; i < LANES; i++) {
            product = nb_residue_mul(product, lane[i]);
        }
    }
    for (; first <= last; first += 2) {
        product = nb_residue_mul(product, first);
    }
    return product;
}

uint64_t nb_factorial_residue(uint64_t n)
{
    if (n >= NB_RESIDUE_MODULUS) {
        return 0;
    }
    uint64_t residue = 1;
    uint64_t odd_product = 1, next_odd = 3; /* the product of the odd numbers below next_odd */
    int halvings = 63 - __builtin_clzll(n | 1);
    for (int i = halvings; i >= 0; i--) {
        uint64_t m = n >> i;
        odd_product = multiply_odd(odd_product, next_odd, m);
        residue = nb_residue_mul(residue, odd_product);
        next_odd = (m + 1) | 1;
    }
    uint64_t twos = n - (uint64_t)__builtin_popcountll(n);
    return nb_residue_mul(residue, nb_residue_pow(2, twos));
}
