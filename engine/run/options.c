/* Small parts of the public interface. */
#include <string.h>

#include "decimal/fft/kernel.h"
#include "nbang/nbang.h"

const char *nbang_version(void)
{
    return NBANG_VERSION;
}

nbang_status nbang_simd_choose(const char *name)
{
    const nb_fft_kernel *kernel = name == NULL ? nb_fft_kernels()[0] : nb_fft_kernel_named(name);
    if (kernel == NULL) {
        return nb_fft_kernel_exists(name) ? NBANG_OUT_OF_RANGE : NBANG_INVALID;
    }
    nb_fft_use_kernel(kernel);
    return NBANG_OK;
}

const char *nbang_simd_name(void)
{
    return nb_fft_kernel_in_use()->name;
}

void nbang_options_init(nbang_options *options)
{
    *options = (nbang_options){
        .content = NBANG_CONTENT_DIGITS,
        .split = NBANG_SPLIT_AUTO,
        .verify = true,
        .reuse = true,
        .cancel_fd = -1,
    };
}

const char *nbang_job_status_string(nbang_job_status status)
{
    switch (status) {
    case NBANG_JOB_OK:
        return "ok";
    case NBANG_JOB_ERROR:
        return "error";
    case NBANG_JOB_REFUSED:
        return "refused";
    case NBANG_JOB_TIMEOUT:
        return "timeout";
    case NBANG_JOB_INTERRUPTED:
        return "interrupted";
    }
    return "unknown";
}
