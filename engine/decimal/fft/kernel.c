#include "decimal/fft/kernel.h"

#include <string.h>

/* Built for machines of this architecture, each in a library of its own. */
extern const nb_fft_kernel nb_fft_kernel_2;
#if defined(NB_FFT_X86_KERNELS)
extern const nb_fft_kernel nb_fft_kernel_4, nb_fft_kernel_8;
#endif

static const nb_fft_kernel *in_use;

/* __builtin_cpu_supports asks CPUID, and XGETBV for whether the operating system saves the
 * registers. */
const nb_fft_kernel *const *nb_fft_kernels(void)
{
    static const nb_fft_kernel *usable[4];
    if (usable[0] == NULL) {
        size_t count = 0;
#if defined(NB_FFT_X86_KERNELS)
        __builtin_cpu_init();
        bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
            usable[count++] = &nb_fft_kernel_8;
        }
        if (has_avx2) {
            usable[count++] = &nb_fft_kernel_4;
        }
#endif
        usable[count] = &nb_fft_kernel_2;
    }
    return usable;
}

const nb_fft_kernel *nb_fft_kernel_named(const char *name)
{
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        if (strcmp((*kernel)->name, name) == 0) {
            return *kernel;
        }
    }
    return NULL;
}

bool nb_fft_kernel_exists(const char *name)
{
    static const char *const names[] = {"generic", "avx2", "avx512"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

const nb_fft_kernel *nb_fft_kernel_in_use(void)
{
    return in_use != NULL ? in_use : nb_fft_kernels()[0];
}

void nb_fft_use_kernel(const nb_fft_kernel *kernel)
{
    in_use = kernel;
}
