/* Which transform kernel is used, and who decides. Each test is a process of its own. */
#include <string.h>

#include "decimal/multiply.h"
#include "kernels.h"
#include "nbang/machine.h"

static const kernel_name all_names[] = KERNEL_NAMES;
enum { NUM_NAMES = sizeof(all_names) / sizeof(all_names[0]) };

Test(kernel_choice, kernels_are_listed_widest_first_and_generic_is_always_there)
{
    const nb_fft_kernel *const *kernels = nb_fft_kernels();
    cr_assert_not_null(kernels[0]);
    size_t count = 0;
    for (; kernels[count] != NULL; count++) {
        cr_expect(count == 0 || kernels[count - 1]->lanes > kernels[count]->lanes);
    }
    cr_expect_str_eq(kernels[count - 1]->name, "generic");
}

Test(kernel_choice, every_kernel_has_its_name_and_width)
{
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        size_t i = 0;
        while (i < NUM_NAMES && strcmp(all_names[i].name, (*kernel)->name) != 0) {
            i++;
        }
        cr_assert_lt(i, NUM_NAMES, "%s", (*kernel)->name);
        cr_expect_eq((*kernel)->lanes, all_names[i].lanes, "%s", (*kernel)->name);
        cr_expect_eq(nb_fft_kernel_named((*kernel)->name), *kernel, "%s", (*kernel)->name);
    }
}

#if defined(__x86_64__)
Test(kernel_choice, kernels_are_those_of_the_processor)
{
    __builtin_cpu_init();
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    cr_expect_eq(nb_fft_kernel_named("avx2") != NULL, has_avx2);
    cr_expect_eq(nb_fft_kernel_named("avx512") != NULL,
                 has_avx2 && __builtin_cpu_supports("avx512f") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vl"));
}
#endif

Test(kernel_choice, other_names_have_no_kernel)
{
    static const char *const names[] = {"", "AVX2", "avx", "avx5", "avx5120", "generic ", "sse2"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        cr_expect_null(nb_fft_kernel_named(names[i]), "\"%s\"", names[i]);
    }
}

Test(kernel_choice, widest_is_used_if_nothing_is_said)
{
    cr_expect_eq(nb_fft_kernel_in_use(), nb_fft_kernels()[0]);
    cr_expect_str_eq(nbang_simd_name(), nb_fft_kernels()[0]->name);
}

KERNEL_TEST(kernel_choice, any_kernel_of_this_machine_can_be_chosen)
{
    cr_assert_eq(nbang_simd_choose(kernel->name), NBANG_OK);
    cr_expect_eq(nb_fft_kernel_in_use(), kernel);
    cr_expect_str_eq(nbang_simd_name(), kernel->name);
}

Test(kernel_choice, null_chooses_the_widest_again)
{
    cr_assert_eq(nbang_simd_choose("generic"), NBANG_OK);
    cr_assert_eq(nbang_simd_choose(NULL), NBANG_OK);
    cr_expect_eq(nb_fft_kernel_in_use(), nb_fft_kernels()[0]);
}

Test(kernel_choice, choice_that_cannot_be_had_changes_nothing)
{
    cr_assert_eq(nbang_simd_choose("generic"), NBANG_OK);
    cr_expect_eq(nbang_simd_choose("unknown"), NBANG_INVALID);
    cr_expect_eq(nbang_simd_choose(""), NBANG_INVALID);
    for (size_t i = 0; i < NUM_NAMES; i++) {
        if (nb_fft_kernel_named(all_names[i].name) == NULL) {
            cr_expect_eq(nbang_simd_choose(all_names[i].name), NBANG_OUT_OF_RANGE, "%s",
                         all_names[i].name);
        }
    }
    cr_expect_str_eq(nbang_simd_name(), "generic");
}

KERNEL_TEST(kernel_choice, multiplier_takes_the_kernel_in_use)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    cr_expect_eq(multiplier.kernel, kernel);
    cr_expect_eq(multiplier.num_failed, 0);
    cr_expect_not(multiplier.careful);
    nb_multiplier_release(&multiplier);
}
