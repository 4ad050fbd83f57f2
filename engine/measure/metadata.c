#define OPENSSL_SUPPRESS_DEPRECATED /* see run/digest.c */
#include "measure/metadata.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compute/integer.h"
#include "measure/build.h"
#include "measure/metadata_parts.h"
#include "nbang/nbang.h"
#include "topo/slots.h"

/* ---- software ---- */

static json_t *date_now(void)
{
    const time_t now = time(NULL);
    struct tm utc;
    char text[32];
    if (gmtime_r(&now, &utc) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        return json_null();
    }
    return json_string(text);
}

static nb_status add_software(json_t *metadata)
{
    char hwloc[NB_HARDWARE_VERSION_SIZE];
    json_t *software = json_pack(
        "{s:o, s:s, s:o, s:o, s:s, s:o, s:o, s:s, s:s, s:s}", "date", date_now(), "version",
        nbang_version(), "git_commit", nb_metadata_text(nb_build_commit), "git_dirty",
        nb_build_is_dirty < 0 ? json_null() : json_boolean(nb_build_is_dirty), "compiler",
        nb_build_compiler(), "compiler_flags", nb_metadata_text(nb_build_flags()), "build_type",
        nb_metadata_text(nb_build_type()), "gmp", nb_integer_gmp_version(), "hwloc",
        nb_hardware_hwloc_version(hwloc), "simd", nbang_simd_name());
    const int failed = software == NULL || json_object_update(metadata, software) != 0;
    json_decref(software);
    return failed ? NBANG_NO_MEMORY : NBANG_OK;
}

/* ---- fingerprint ---- */

nb_status nb_metadata_fingerprint(char out[NB_FINGERPRINT_SIZE], const json_t *metadata)
{
    static const char *const keys[] = {"cpu_model", "num_packages", "num_numa_nodes",
                                       "num_cores", "num_pus",      "threads_per_core",
                                       "caches"};
    json_t *hardware = json_object();
    int failed = hardware == NULL;
    for (size_t i = 0; !failed && i < sizeof(keys) / sizeof(*keys); i++) {
        failed = json_object_set(hardware, keys[i], json_object_get(metadata, keys[i])) != 0;
    }
    char *text = failed ? NULL : json_dumps(hardware, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(hardware);
    if (text == NULL) {
        return NBANG_NO_MEMORY;
    }
    unsigned char sha256[SHA256_DIGEST_LENGTH];
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, text, strlen(text));
    SHA256_Final(sha256, &context);
    free(text);
    for (int i = 0; i < 8; i++) {
        snprintf(out + 2 * (ptrdiff_t)i, 3, "%02x", sha256[i]);
    }
    return NBANG_OK;
}

/* ---- placements ---- */

/* The slots of a placement: an array; NULL without memory. */
static json_t *slots_to_json(const nb_slots *slots)
{
    json_t *array = json_array();
    for (unsigned i = 0; array != NULL && i < nb_slots_count(slots); i++) {
        json_t *pus = json_array();
        int failed = pus == NULL;
        for (int pu = -1; !failed && (pu = nb_slots_next_pu(slots, i, pu)) >= 0;) {
            failed = json_array_append_new(pus, json_integer(pu)) != 0;
        }
        json_t *slot = json_pack("{s:s, s:o}", "place", nb_slots_string(slots, i), "pus", pus);
        if (json_array_append_new(array, slot) != 0 || failed) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static nb_status add_placement(json_t *placements, const nb_point *point)
{
    const nbang_placement placement = {.bind = point->bind, .order = point->order};
    nb_slots *slots;
    nb_status status = nb_slots_create(&slots, &placement, NULL, 0);
    if (status != NBANG_OK) {
        return status;
    }
    json_t *object = json_pack("{s:s, s:s, s:o}", "bind", nb_point_bind_name(point), "order",
                               nb_point_order_name(point), "slots", slots_to_json(slots));
    nb_slots_destroy(slots);
    return json_array_append_new(placements, object) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}

/* Whether a point before this one is placed in the same way. */
static int is_known_placement(const nb_record *record, size_t index)
{
    const nb_point *points = record->points;
    for (size_t i = 0; i < index; i++) {
        if (points[i].bind == points[index].bind && points[i].order == points[index].order) {
            return 1;
        }
    }
    return 0;
}

static nb_status add_placements(const nb_record *record)
{
    json_t *placements = json_array();
    nb_status status = placements != NULL ? NBANG_OK : NBANG_NO_MEMORY;
    for (size_t i = 0; status == NBANG_OK && i < record->num_points; i++) {
        if (!is_known_placement(record, i)) {
            status = add_placement(placements, &record->points[i]);
        }
    }
    json_t *topology = json_object_get(record->metadata, "topology");
    if (json_object_set_new(topology, "placements", placements) != 0 && status == NBANG_OK) {
        status = NBANG_NO_MEMORY;
    }
    return status;
}

/* ---- all of it ---- */

static nb_status add_hardware(json_t *metadata)
{
    nb_hardware hardware;
    nb_status status = nb_hardware_read(&hardware);
    if (status != NBANG_OK) {
        return status;
    }
    status = nb_metadata_add_hardware(metadata, &hardware);
    nb_hardware_clear(&hardware);
    char fingerprint[NB_FINGERPRINT_SIZE];
    if (status == NBANG_OK) {
        status = nb_metadata_fingerprint(fingerprint, metadata);
    }
    if (status == NBANG_OK &&
        json_object_set_new(metadata, "fingerprint", json_string(fingerprint)) != 0) {
        status = NBANG_NO_MEMORY;
    }
    return status;
}

nb_status nb_metadata_fill(nb_record *record)
{
    nb_status status = add_software(record->metadata);
    if (status == NBANG_OK) {
        status = nb_metadata_add_system(record->metadata, "");
    }
    if (status == NBANG_OK) {
        status = add_hardware(record->metadata);
    }
    if (status == NBANG_OK) {
        status = add_placements(record);
    }
    static const char *const later[] = {"clock", "counters", "noise"};
    for (size_t i = 0; status == NBANG_OK && i < sizeof(later) / sizeof(*later); i++) {
        if (json_object_set_new(record->metadata, later[i], json_null()) != 0) {
            status = NBANG_NO_MEMORY;
        }
    }
    return status;
}
