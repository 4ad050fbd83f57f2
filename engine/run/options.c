/* Small parts of the public interface. */
#include <string.h>

#include "nbang/nbang.h"

const char *nbang_version(void)
{
    return NBANG_VERSION;
}

void nbang_options_init(nbang_options *options)
{
    *options = (nbang_options){
        .content = NBANG_CONTENT_DIGITS,
        .split = NBANG_SPLIT_AUTO,
        .verify = true,
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
