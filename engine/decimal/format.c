#include "decimal/format.h"

#include "decimal/fft/kernel.h"

void nb_digits_format(char *out, const int32_t *digits, size_t low, size_t count)
{
    nb_fft_kernel_in_use()->format(out, digits + low, count);
}

bool nb_digits_are_spelled(const char *text, const int32_t *digits, size_t low, size_t count)
{
    return nb_fft_kernel_in_use()->spells(text, digits + low, count);
}
