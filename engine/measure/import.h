/* Reads a record back from a file that was exported: json, google-benchmark or csv (see export.h).
 * The samples come back whole; metadata as far as the format has it, which for csv is date,
 * fingerprint, version and commit. The other formats keep medians and no samples: a comparison of
 * those could not say how sure it is, so they are refused with a line that says so.
 *
 * Files may come from anywhere. Whatever is wrong with one is an error that names the place. */
#ifndef NB_MEASURE_IMPORT_H
#define NB_MEASURE_IMPORT_H

#include <stddef.h>

#include "base/status.h"
#include "measure/record.h"

/* Longer files are refused. A record of a thousand runs takes 100 to 300 KB. */
#define NB_IMPORT_MAX_BYTES ((size_t)64 << 20)

/* Reads text[0, len), in whichever of the formats it is, into a new record that the caller clears.
 * NBANG_INVALID if it is in none, or NBANG_NO_MEMORY; both with `error` written. */
NB_MUST_CHECK nb_status nb_import_text(nb_record *record, const char *text, size_t len,
                                       char error[NB_RECORD_ERROR_SIZE]);

/* The same for a file, which may be a pipe. Also NBANG_SYSTEM, if it cannot be read, and
 * NBANG_OUT_OF_RANGE, if it is too long; `error` does not name it. */
NB_MUST_CHECK nb_status nb_import_file(nb_record *record, const char *path,
                                       char error[NB_RECORD_ERROR_SIZE]);

#endif
