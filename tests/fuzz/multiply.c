/* Fuzz target: products of two numbers, by any kernel, wherever they lie, against GMP's. */
#include "decimal/multiply.h"

#include <string.h>

#include "digits.h"
#include "exact.h"
#include "input.h"

enum { MAX_DIGITS = 500, MAX_LONG_DIGITS = 4000 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Where the factors and the product begin in one array, and what they are. */
typedef struct setting {
    const nb_fft_kernel *kernel;
    bool careful, is_square, is_balanced;
    size_t num_a, num_b, a, b, product;
} setting;

static setting take_setting(input *in)
{
    setting s = {.kernel = take_kernel(in)};
    const uint32_t flags = take_byte(in);
    s.careful = (flags & 1) != 0;
    s.is_square = (flags & 2) != 0;
    s.is_balanced = (flags & 4) != 0;
    s.num_a = 1 + take_below(in, (flags & 8) != 0 ? MAX_LONG_DIGITS : MAX_DIGITS);
    s.num_b = s.is_square ? s.num_a : 1 + take_below(in, (flags & 16) != 0 ? 100 : MAX_DIGITS);
    s.a = (flags & 32) != 0 ? take_below(in, s.num_a + s.num_b) : 0;
    s.b = s.is_square ? s.a : s.a + ((flags & 64) != 0 ? take_below(in, s.num_a) : s.num_a);
    s.product = (flags & 128) != 0 ? take_below(in, s.b + s.num_b) : s.b + s.num_b + s.num_a;
    return s;
}

static size_t room_for(const setting *s)
{
    const size_t ends[] = {s->a + s->num_a, s->b + s->num_b, s->product + s->num_a + s->num_b};
    size_t room = 0;
    for (size_t i = 0; i < 3; i++) {
        room = ends[i] > room ? ends[i] : room;
    }
    return room;
}

static nb_factor factor_of(const int32_t *digits, size_t num_digits)
{
    return (nb_factor){digits, num_digits, nb_digits_residue(digits, num_digits)};
}

static void check(const setting *s, nb_status status, uint64_t num_failed, const int32_t *product,
                  const int32_t *before, uint64_t residue)
{
    const size_t num_digits = s->num_a + s->num_b;
    require(status == NBANG_OK || status == NBANG_UNVERIFIED, "status");
    if (status == NBANG_UNVERIFIED) {
        require(!s->is_balanced && !s->careful && num_failed == 1, "a product that failed");
        require(s->product < s->b + s->num_b, "a factor that was lost");
        return;
    }
    require(num_failed == 0 || (!s->is_balanced && !s->careful), "the first attempt");
    require(is_product(product, before + s->a, s->num_a, before + s->b, s->num_b), "product");
    require(residue == nb_digits_residue(product, num_digits), "residue");
    require(largest_digit(product, num_digits - 1) <= NB_DIGIT_MAX, "digits");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    input in = {bytes, size};
    const setting s = take_setting(&in);
    nb_fft_use_kernel(s.kernel);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    multiplier.careful = s.careful;

    const size_t room = room_for(&s);
    int32_t *digits = need_memory(room * sizeof(*digits));
    int32_t *before = need_memory(room * sizeof(*before));
    take_digits(&in, digits, room, s.is_balanced ? NB_DIGIT_BASE / 2 : NB_DIGIT_MAX);
    memcpy(before, digits, room * sizeof(*before));
    uint64_t residue = 0;
    nb_status status =
        nb_multiply(&multiplier, digits + s.product, factor_of(digits + s.a, s.num_a),
                    factor_of(digits + s.b, s.num_b), &residue);
    check(&s, status, multiplier.num_failed, digits + s.product, before, residue);
    nb_multiplier_release(&multiplier);
    free(before);
    free(digits);
    return 0;
}
