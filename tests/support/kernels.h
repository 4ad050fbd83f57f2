/* Tests that run once for every transform kernel. Tests of those that the machine lacks are
 * skipped: test_kernel_choice names them. */
#ifndef NB_TEST_KERNELS_H
#define NB_TEST_KERNELS_H

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "decimal/fft/kernel.h"

/* Everything there is on some machine, widest first. */
typedef struct kernel_name {
    char name[8];
    unsigned lanes;
} kernel_name;

#define KERNEL_NAMES                                                                               \
    {                                                                                              \
        {"avx512", 8}, {"avx2", 4},                                                                \
        {                                                                                          \
            "generic", 2                                                                           \
        }                                                                                          \
    }

/* Under the sanitizers, and only there, which are several times slower. */
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

/* Test(suite, title) with `kernel`, which is the one in use by then. */
#define KERNEL_TEST(suite, title)                                                                  \
    static void suite##_##title##_with(const nb_fft_kernel *kernel);                               \
    ParameterizedTestParameters(suite, title)                                                      \
    {                                                                                              \
        static kernel_name names[] = KERNEL_NAMES;                                                 \
        return cr_make_param_array(kernel_name, names, sizeof(names) / sizeof(names[0]));          \
    }                                                                                              \
    ParameterizedTest(kernel_name *wanted, suite, title)                                           \
    {                                                                                              \
        const nb_fft_kernel *kernel = nb_fft_kernel_named(wanted->name);                           \
        if (kernel == NULL) {                                                                      \
            cr_skip_test("this machine cannot run the kernel %s", wanted->name);                   \
        }                                                                                          \
        nb_fft_use_kernel(kernel);                                                                 \
        suite##_##title##_with(kernel);                                                            \
    }                                                                                              \
    static void suite##_##title##_with(__attribute__((unused)) const nb_fft_kernel *kernel)

#endif
