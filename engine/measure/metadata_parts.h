/* The parts of metadata.h, a file each. Internal to it. */
#ifndef NB_MEASURE_METADATA_PARTS_H
#define NB_MEASURE_METADATA_PARTS_H

#include <jansson.h>
#include <stddef.h>

#include "base/status.h"
#include "measure/record.h"
#include "topo/hardware.h"

/* The hardware without its fingerprint, affinity and num_usable_pus, and packages in topology. */
NB_MUST_CHECK nb_status nb_metadata_add_hardware(json_t *metadata, const nb_hardware *hardware);

/* The state of the system: kernel, libc, cpu_quota, governor, turbo, mhz_per_cpu,
 * frequency_scaling, virtualization, load_avg. `root` is put before the paths of files in /proc and
 * /sys, "" for this machine. */
NB_MUST_CHECK nb_status nb_metadata_add_system(json_t *metadata, const char *root);

/* A string, or null for NULL and "". NULL without memory. */
static inline json_t *nb_metadata_text(const char *text)
{
    return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

#endif
