/* Status codes: how every fallible function of nbang reports. */
#ifndef NBANG_STATUS_H
#define NBANG_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Outcome of a call. Functions that return one leave their outputs untouched unless it is NBANG_OK
 * or their comment says otherwise. */
typedef enum nbang_status {
    NBANG_OK = 0,
    NBANG_END,          /* nothing more will come; not an error */
    NBANG_AGAIN,        /* nothing right now: ask again when the descriptor concerned is ready */
    NBANG_INVALID,      /* an argument or a text does not mean anything */
    NBANG_OUT_OF_RANGE, /* it means something, but too large or too small a thing */
    NBANG_NO_MEMORY,    /* memory could not be had, or would exceed the budget */
    NBANG_SYSTEM,       /* a system call failed */
    NBANG_CORRUPT,      /* bytes from another process break the protocol */
    NBANG_UNVERIFIED,   /* a result does not pass its check */
    NBANG_INTERRUPTED,  /* the caller's cancel descriptor became readable */
    NBANG_NO_WORKERS,   /* no worker process is alive and none can be started */
    NBANG_SINK_FAILED   /* the caller's result callback asked to stop */
} nbang_status;

/* A short English phrase for `status`, without a full stop; static storage, never NULL. */
const char *nbang_status_string(nbang_status status);

#ifdef __cplusplus
}
#endif
#endif
