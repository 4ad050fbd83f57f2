#include "base/status.h"

const char *nbang_status_string(nbang_status status)
{
    switch (status) {
    case NBANG_OK:
        return "success";
    case NBANG_END:
        return "no more items";
    case NBANG_AGAIN:
        return "nothing available yet";
    case NBANG_INVALID:
        return "invalid argument";
    case NBANG_OUT_OF_RANGE:
        return "out of range";
    case NBANG_NO_MEMORY:
        return "out of memory";
    case NBANG_SYSTEM:
        return "system call failed";
    case NBANG_CORRUPT:
        return "corrupt message";
    case NBANG_UNVERIFIED:
        return "verification failed";
    case NBANG_INTERRUPTED:
        return "interrupted";
    case NBANG_NO_WORKERS:
        return "no worker could be started";
    case NBANG_SINK_FAILED:
        return "result could not be delivered";
    }
    return "unknown status";
}
