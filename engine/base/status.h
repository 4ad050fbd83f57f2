/* The engine's own name for the public status codes. */
#ifndef NB_BASE_STATUS_H
#define NB_BASE_STATUS_H

#include "nbang/status.h"

/* The result of a fallible engine function must be looked at. */
#define NB_MUST_CHECK __attribute__((warn_unused_result))

typedef nbang_status nb_status;

#endif
