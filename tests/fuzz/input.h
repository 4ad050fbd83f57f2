/* What a fuzz target takes its decisions from: the bytes of one input, from front to back, then
 * zeros. */
#ifndef NB_FUZZ_INPUT_H
#define NB_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "decimal/digits.h"
#include "decimal/fft/kernel.h"

typedef struct input {
    const uint8_t *bytes;
    size_t left;
} input;

static inline uint32_t take_byte(input *self)
{
    if (self->left == 0) {
        return 0;
    }
    self->left--;
    return *self->bytes++;
}

static inline uint32_t take_word(input *self)
{
    const uint32_t low = take_byte(self);
    return low | take_byte(self) << 8;
}

/* 0 .. limit - 1, limit <= 65536. */
static inline size_t take_below(input *self, size_t limit)
{
    return take_word(self) % limit;
}

static inline const nb_fft_kernel *take_kernel(input *self)
{
    const nb_fft_kernel *const *kernels = nb_fft_kernels();
    size_t count = 0;
    while (kernels[count] != NULL) {
        count++;
    }
    return kernels[take_byte(self) % count];
}

/* Digits of -max .. max: a few bytes each, taken from the bytes that are left, again and again. */
static inline void take_digits(const input *self, int32_t *digits, size_t num_digits, int32_t max)
{
    size_t at = 0;
    for (size_t i = 0; i < num_digits; i++) {
        uint32_t bits = 0;
        for (unsigned k = 0; k < 3; k++) {
            bits = bits << 8 | (self->left > 0 ? self->bytes[at++ % self->left] : 0);
        }
        digits[i] = (int32_t)(bits % (2 * (uint32_t)max + 1)) - max;
    }
}

/* Ends the program, which makes the input a finding, unless `holds`. */
static inline void require(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "wrong: %s\n", what);
        abort();
    }
}

#endif
