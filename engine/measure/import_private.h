/* The formats of import.h that are not nbang's own. */
#ifndef NB_MEASURE_IMPORT_PRIVATE_H
#define NB_MEASURE_IMPORT_PRIVATE_H

#include <jansson.h>
#include <stdbool.h>

#include "measure/record.h"

/* Both leave a record to clear even if they fail. */
NB_MUST_CHECK nb_status nb_import_google(nb_record *record, const json_t *object,
                                         char error[NB_RECORD_ERROR_SIZE]);
NB_MUST_CHECK nb_status nb_import_csv(nb_record *record, const char *text, size_t len,
                                      char error[NB_RECORD_ERROR_SIZE]);
bool nb_import_is_csv(const char *text, size_t len);

#endif
