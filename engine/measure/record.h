/* One run of `nbang bench`: what was measured, where, and how. The data that every other part of
 * measure fills in (bench), keeps (history), reads (analysis) or shows (exports, report). */
#ifndef NB_MEASURE_RECORD_H
#define NB_MEASURE_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "nbang/machine.h"

/* A count that the machine does not give. */
#define NB_COUNT_UNKNOWN UINT64_MAX

/* One run of a fresh process, from before it is started until it has been waited for. */
typedef struct nb_sample {
    uint64_t wall_ns;
    uint64_t cpu_ns;       /* user and system time of the process and of all its workers */
    uint64_t cycles;       /* of the same, or NB_COUNT_UNKNOWN */
    uint64_t instructions; /* likewise */
    uint64_t turn;         /* its place among all samples of the record, from 0 */
} nb_sample;

/* Sanity limits of what is read back; the points of a record are searched one by one. */
#define NB_RECORD_MAX_POINTS 1024
#define NB_POINT_MAX_WORKERS 99999

/* Large enough for every name below, with its terminator. */
#define NB_WORKLOAD_NAME_SIZE 48
#define NB_POINT_NAME_SIZE 128

/* A workload on so many workers, placed so: what several samples are taken of. */
typedef struct nb_point {
    char workload[NB_WORKLOAD_NAME_SIZE]; /* as "strong-1e6-v1" */
    unsigned workers;
    nbang_bind bind;
    nbang_order order;
    nb_sample *samples; /* owned; in the order in which they were taken */
    size_t num_samples;
} nb_point;

typedef struct nb_record {
    json_t *metadata; /* an object; see measure/metadata.h */
    json_t *warnings; /* an array of strings: what may have disturbed the measurement */
    char *command;    /* the command line that measures this again, as "nbang bench --quick" */
    uint64_t seed;    /* of the order of the samples, and of every bootstrap over them */
    bool interrupted; /* it ended before its time */
    nb_point *points; /* owned; those of one workload and placement together, workers ascending */
    size_t num_points;
} nb_record;

/* An empty record, which the caller clears. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_record_init(nb_record *record);
/* Releases everything; a record that has been cleared may be cleared again. */
void nb_record_clear(nb_record *record);

/* Adds a point without samples, and a sample to a point: pointers to points, or samples, from
 * before are no longer valid. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_record_add_point(nb_record *record, const char *workload,
                                            unsigned workers, nbang_bind bind, nbang_order order);
NB_MUST_CHECK nb_status nb_point_add_sample(nb_point *point, const nb_sample *sample);

/* Puts the points of one workload and placement together, in the order in which they first come,
 * with workers ascending, for records that were put together elsewhere. */
void nb_record_sort_points(nb_record *record);
/* The point of the record that measures the same as `like`, or NULL. */
nb_point *nb_record_find_point(const nb_record *record, const nb_point *like);
/* Adds a sample to the point that measures the same as `like`, which is added if need be.
 * NBANG_OUT_OF_RANGE if the record has as many points as it may have, or NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_record_add_sample(nb_record *record, const nb_point *like,
                                             const nb_sample *sample);
/* A member of the metadata that is a string; `unknown` if it is not there or something else. */
const char *nb_record_text(const nb_record *record, const char *key, const char *unknown);
/* The slots of a point's placement, of which each takes a worker at a time, as the metadata have
 * it; 0 if they do not. */
size_t nb_record_slots(const nb_record *record, const nb_point *point);
/* Whether anything has been measured. */
bool nb_record_has_samples(const nb_record *record);

/* Adds a sentence to the warnings unless it is there already. */
NB_MUST_CHECK nb_status nb_record_warn(nb_record *record, const char *sentence);

/* Whether two points measure the same: all but the samples agree. */
bool nb_point_same(const nb_point *a, const nb_point *b);
/* The same but for the number of workers: both belong to one curve. */
bool nb_point_same_series(const nb_point *a, const nb_point *b);

/* How it is placed, as on the command line: "core", "close". Static storage. */
const char *nb_point_bind_name(const nb_point *point);
const char *nb_point_order_name(const nb_point *point);

/* Sets the workload: NBANG_INVALID unless the name is of letters, digits, dots and dashes, and
 * fits.
 */
NB_MUST_CHECK nb_status nb_point_set_workload(nb_point *point, const char *name);
/* Sets the placement by these names; NBANG_INVALID if one of them is none. */
NB_MUST_CHECK nb_status nb_point_place(nb_point *point, const char *bind, const char *order);

/* Its name in exports, as "strong-1e6-v1/workers:2", with "/bind:pu" and "/order:spread" where
 * they are not core and close. Returns `out`. And the point without samples that a name names:
 * NBANG_INVALID if it is none. */
const char *nb_point_name(char out[NB_POINT_NAME_SIZE], const nb_point *point);
NB_MUST_CHECK nb_status nb_point_parse_name(nb_point *point, const char *name);

/* ---- as JSON: the format of the history and of `--export json` ---- */

/* The record as an object with the member "schema", NB_RECORD_SCHEMA; what can be computed from the
 * samples is not in it. NULL without memory. */
#define NB_RECORD_SCHEMA "nbang-bench-1"
json_t *nb_record_to_json(const nb_record *record);

/* Enough for every error text of this and of import.h, with its terminator. It is one line, but
 * pieces of a file may be in it: make it printable before it is shown. */
#define NB_RECORD_ERROR_SIZE 512

/* The record that such an object describes. NBANG_INVALID with one line in `error` (at most
 * error_size bytes) if it is none, or one of a newer schema; members that are not known are
 * passed over. */
NB_MUST_CHECK nb_status nb_record_from_json(nb_record *record, const json_t *object, char *error,
                                            size_t error_size);

#endif
