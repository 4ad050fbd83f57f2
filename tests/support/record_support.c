#include "record_support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char metadata[] =
    "{\"date\": \"2026-11-22T06:18:43Z\", \"version\": \"0.1.0\","
    " \"git_commit\": \"1e0a3a1f6bd1a2f0c3fd1f0e5a1a6e4a7f1b2c3d\", \"git_dirty\": false,"
    " \"compiler\": \"gcc 12.2.0\", \"compiler_flags\": \"-O3 -DNDEBUG\","
    " \"build_type\": \"Release\", \"gmp\": \"6.2.1\", \"hwloc\": \"2.9.0\", \"simd\": \"avx2\","
    " \"kernel\": \"6.18.0\", \"libc\": \"glibc 2.36\", \"cpu_model\": \"A \\\"CPU\\\", 2 GHz\","
    " \"num_packages\": 1, \"num_numa_nodes\": 1, \"num_cores\": 2, \"num_pus\": 4,"
    " \"threads_per_core\": 2, \"cpu_kinds\": [], \"caches\": ["
    "{\"type\": \"Data\", \"level\": 1, \"size_bytes\": 49152, \"num_sharing\": 2},"
    "{\"type\": \"Unified\", \"level\": 2, \"size_bytes\": 2097152, \"num_sharing\": 2}],"
    " \"memory_bytes\": 21260000000, \"affinity\": \"0-3\", \"num_usable_pus\": 4,"
    " \"cpu_quota\": null, \"governor\": null, \"turbo\": null, \"mhz_per_cpu\": 2000.5,"
    " \"frequency_scaling\": null, \"virtualization\": \"kvm\", \"load_avg\": [0.5, 0.25, 0.125],"
    " \"fingerprint\": \"0123456789abcdef\", \"counters\": \"available\"}";

static void add_point(nb_record *record, const char *workload, unsigned workers, double base_ns)
{
    cr_assert_eq(nb_record_add_point(record, workload, workers, NBANG_BIND_CORE, NBANG_ORDER_CLOSE),
                 NBANG_OK);
    nb_point *point = &record->points[record->num_points - 1];
    for (unsigned i = 0; i < RECORD_RUNS; i++) {
        const double wall_ns = base_ns * (100 + 7 * i % RECORD_RUNS) / 100;
        const nb_sample sample = {
            .wall_ns = (uint64_t)(wall_ns + 0.5),
            .cpu_ns = (uint64_t)(wall_ns * workers * 0.75),
            .cycles = 2 * (uint64_t)wall_ns,
            .instructions = workers == 1 ? NB_COUNT_UNKNOWN : 5 * (uint64_t)wall_ns,
            .turn = i * 4 + record->num_points - 1,
        };
        cr_assert_eq(nb_point_add_sample(point, &sample), NBANG_OK);
    }
}

void make_record(nb_record *record, double factor)
{
    cr_assert_eq(nb_record_init(record), NBANG_OK);
    json_decref(record->metadata);
    record->metadata = json_loads(metadata, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(record->metadata);
    record->command = strdup("nbang bench --quick --seed=42");
    record->seed = 42;
    cr_assert_eq(nb_record_warn(record, "The load was 1.5."), NBANG_OK);
    add_point(record, "strong-1e6-v1", 1, 40e6 * factor);
    add_point(record, "strong-1e6-v1", 2, 24e6 * factor);
    add_point(record, "batch-64-v1", 1, 90e6 * factor);
    add_point(record, "batch-64-v1", 2, 50e6 * factor);
}

void copy_record(nb_record *copy, const nb_record *record)
{
    json_t *object = nb_record_to_json(record);
    char error[256];
    cr_assert_not_null(object);
    cr_assert_eq(nb_record_from_json(copy, object, error, sizeof(error)), NBANG_OK, "%s", error);
    json_decref(object);
}

void make_analysis(nb_analysis *analysis, const nb_record *record)
{
    *analysis = (nb_analysis){.num_points = record->num_points, .num_series = 2};
    analysis->points = calloc(record->num_points, sizeof(*analysis->points));
    analysis->series = calloc(2, sizeof(*analysis->series));
    for (size_t i = 0; i < record->num_points; i++) {
        const nb_point *point = &record->points[i];
        const double least = (double)point->samples[0].wall_ns; /* shuffled(0) is 0 */
        const double median = 1.05 * least;
        analysis->points[i] = (nb_point_result){
            .point = point,
            .runs = point->num_samples,
            .min_ns = least,
            .median_ns = {true, median, 0.99 * median, 1.02 * median},
            .spread = 0.025,
        };
        if (point->workers == 2) {
            analysis->points[i].speedup = (nb_interval){true, 2, 1.9, 2.1};
            analysis->points[i].efficiency = (nb_interval){true, 1, 0.95, 1.05};
        }
    }
    analysis->series[0] = (nb_series_result){.first_point = 0, .num_points = 2};
    analysis->series[1] = (nb_series_result){.first_point = 2, .num_points = 2};
}

void clear_analysis(nb_analysis *analysis)
{
    free(analysis->points);
    free(analysis->series);
}
