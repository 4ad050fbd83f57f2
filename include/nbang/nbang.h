/* nbang: huge factorials in decimal, exactly, on every core. The whole public interface. */
#ifndef NBANG_NBANG_H
#define NBANG_NBANG_H

#include "nbang/batch.h"
#include "nbang/estimate.h"
#include "nbang/machine.h"
#include "nbang/span.h"
#include "nbang/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library, as "0.1.0". Static storage. */
const char *nbang_version(void);

#ifdef __cplusplus
}
#endif
#endif
