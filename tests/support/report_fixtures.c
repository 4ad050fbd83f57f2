#include "report_fixtures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const report_fixture_names[REPORT_FIXTURES] = {
    "empty", "one-point", "one-run", "two-cores", "eight-cores", "many-workers", "hostile"};

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* ---- points ---- */

/* A series to be: T(N) = serial_ms / S(N). */
typedef struct series {
    const char *workload;
    nbang_bind bind;
    nbang_order order;
    double serial_ms, sigma, kappa;
} series;

/* Adds a point of a series; its turns are filled in later. One run in thirty is far off. */
static void add_point(nb_record *record, const series *of, unsigned workers, unsigned runs)
{
    const double n = workers;
    const double speedup = n / (1 + of->sigma * (n - 1) + of->kappa * n * (n - 1));
    unsigned short state[3] = {(unsigned short)workers, (unsigned short)record->num_points, 7};
    check(nb_record_add_point(record, of->workload, workers, of->bind, of->order) == NBANG_OK);
    for (unsigned i = 0; i < runs; i++) {
        const double noise = 0.04 * erand48(state) * erand48(state) + (i % 30 == 17 ? 0.3 : 0);
        const double wall_ns = of->serial_ms * 1e6 / speedup * (1 + noise + 0.0006 * i);
        const nb_sample sample = {.wall_ns = (uint64_t)wall_ns,
                                  .cpu_ns = (uint64_t)(wall_ns * n * 0.97),
                                  .cycles = NB_COUNT_UNKNOWN,
                                  .instructions = NB_COUNT_UNKNOWN};
        check(nb_point_add_sample(&record->points[record->num_points - 1], &sample) == NBANG_OK);
    }
}

static void add_series(nb_record *record, const series *of, const unsigned *workers, unsigned runs)
{
    for (; *workers > 0; workers++) {
        add_point(record, of, *workers, runs);
    }
}

/* Every round takes a sample of each point. */
static void set_turns(nb_record *record)
{
    uint64_t turn = 0;
    bool is_more = true;
    for (size_t round = 0; is_more; round++) {
        is_more = false;
        for (size_t i = 0; i < record->num_points; i++) {
            if (round < record->points[i].num_samples) {
                record->points[i].samples[round].turn = turn++;
                is_more = true;
            }
        }
    }
}

/* ---- metadata ---- */

/* A machine of so many packages, NUMA nodes in each, cores in each of these and PUs in each of
 * these, with one placement: a worker on each core. */
static json_t *topology(int packages, int nodes, int cores, int pus)
{
    json_t *all = json_array();
    json_t *slots = json_array();
    int core = 0;
    const int num_cores = packages * nodes * cores;
    for (int p = 0; p < packages; p++) {
        json_t *package = json_pack("{s:i, s:[]}", "package", p, "numa_nodes");
        for (int n = 0; n < nodes; n++) {
            json_t *node = json_pack("{s:i, s:I, s:[]}", "numa_node", p * nodes + n, "memory_bytes",
                                     (json_int_t)1 << 34, "cores");
            for (int c = 0; c < cores; c++, core++) {
                json_t *here = json_pack("{s:i, s:n, s:[]}", "core", core, "efficiency", "pus");
                json_t *slot = json_pack("{s:s, s:[]}", "place", "core", "pus");
                for (int t = 0; t < pus; t++) {
                    const int index = core + t * num_cores;
                    json_array_append_new(json_object_get(here, "pus"),
                                          json_pack("{s:i, s:b}", "pu", index, "usable",
                                                    core < num_cores - 1 || core < 2));
                    json_array_append_new(json_object_get(slot, "pus"), json_integer(index));
                }
                json_array_append_new(slots, slot);
                json_array_append_new(json_object_get(node, "cores"), here);
            }
            json_array_append_new(json_object_get(package, "numa_nodes"), node);
        }
        json_array_append_new(all, package);
    }
    return json_pack("{s:o, s:[{s:s, s:s, s:o}]}", "packages", all, "placements", "bind", "core",
                     "order", "close", "slots", slots);
}

static void set_metadata(nb_record *record, const char *model, int packages, int nodes, int cores)
{
    static const char software[] =
        "{\"date\": \"2026-11-22T06:18:43Z\", \"version\": \"0.1.0\","
        " \"git_commit\": \"1e0a3a1f6bd1a2f0c3fd1f0e5a1a6e4a7f1b2c3d\", \"git_dirty\": true,"
        " \"compiler\": \"gcc 12.2.0\", \"compiler_flags\": \"-O3 -DNDEBUG\", \"gmp\": \"6.2.1\","
        " \"simd\": \"avx2\", \"kernel\": \"6.1.0-18-amd64\", \"libc\": \"glibc 2.36\","
        " \"caches\": [{\"type\": \"Data\", \"level\": 1, \"size_bytes\": 49152, \"num_sharing\": "
        "2},"
        " {\"type\": \"Unified\", \"level\": 2, \"size_bytes\": 2097152, \"num_sharing\": 2}],"
        " \"cpu_kinds\": [], \"memory_bytes\": 34359738368, \"affinity\": \"0-7\","
        " \"cpu_quota\": null, \"governor\": null, \"turbo\": true, \"virtualization\": \"kvm\","
        " \"load_avg\": [0.52, 0.25, 0.125], \"fingerprint\": \"0123456789abcdef\","
        " \"clock\": {\"one_core_mhz\": 3100, \"all_cores_mhz\": 2890, \"ratio\": 0.932,"
        " \"sentence\": \"With all cores at work one core runs at 0.93 of its speed alone.\"},"
        " \"noise\": {\"steal_percent\": 0.1}, \"counters\": \"not available here\"}";
    json_decref(record->metadata);
    record->metadata = json_loads(software, JSON_REJECT_DUPLICATES, NULL);
    const int num_cores = packages * nodes * cores;
    json_object_set_new(record->metadata, "cpu_model", json_string(model));
    json_object_set_new(record->metadata, "num_packages", json_integer(packages));
    json_object_set_new(record->metadata, "num_numa_nodes", json_integer(packages * nodes));
    json_object_set_new(record->metadata, "num_cores", json_integer(num_cores));
    json_object_set_new(record->metadata, "num_pus", json_integer(num_cores * 2));
    json_object_set_new(record->metadata, "topology", topology(packages, nodes, cores, 2));
}

/* ---- a trace ---- */

static void add_span(nb_trace_track *track, nbang_phase phase, double start_ms, double end_ms,
                     uint64_t n)
{
    track->spans = realloc(track->spans, (track->num_spans + 1) * sizeof(*track->spans));
    check(track->spans != NULL);
    track->spans[track->num_spans++] = (nbang_span){.worker = track->worker,
                                                    .place = track->place,
                                                    .phase = phase,
                                                    .start_ns = (uint64_t)(start_ms * 1e6),
                                                    .end_ns = (uint64_t)(end_ms * 1e6),
                                                    .n = n};
}

static nb_trace_track *add_track(nb_trace_data *trace, uint32_t worker, uint32_t place)
{
    char name[64] = "master";
    trace->tracks = realloc(trace->tracks, (trace->num_tracks + 1) * sizeof(*trace->tracks));
    check(trace->tracks != NULL);
    nb_trace_track *track = &trace->tracks[trace->num_tracks++];
    if (worker != NBANG_SPAN_MASTER) {
        snprintf(name, sizeof(name), "slot %u: core %u, package 0, CPU %u", place, place, place);
    }
    *track = (nb_trace_track){.worker = worker, .place = place, .name = strdup(name)};
    check(track->name != NULL);
    return track;
}

/* What the spans of the workers add up to, as nb_trace_data.totals wants it. */
static void set_totals(nb_trace_data *trace)
{
    const double all = (double)trace->wall_ns * trace->num_places;
    double busy = 0;
    for (size_t i = 0; i < trace->num_tracks; i++) {
        const nb_trace_track *track = &trace->tracks[i];
        for (size_t j = 0; j < track->num_spans && track->worker != NBANG_SPAN_MASTER; j++) {
            const nbang_span *span = &track->spans[j];
            const double ns = (double)(span->end_ns - span->start_ns);
            nb_trace_total *total = &trace->totals[span->phase];
            total->seconds += ns / 1e9;
            total->share += ns / all;
            busy += ns;
        }
    }
    trace->totals[NBANG_PHASE_IDLE] = (nb_trace_total){(all - busy) / 1e9, 1 - busy / all};
}

/* One factorial on so many places: sub-products on all of them, then one worker with a team. */
static void set_trace(nb_trace_data *trace, unsigned places)
{
    *trace = (nb_trace_data){.wall_ns = 240000000, .num_places = places};
    nb_trace_track *track = add_track(trace, NBANG_SPAN_MASTER, 0);
    add_span(track, NBANG_PHASE_READ, 0.5, 3, NBANG_SPAN_NO_JOB);
    for (int i = 0; i < 12; i++) {
        add_span(track, NBANG_PHASE_READ, 60 + 5 * i, 61 + 5 * i, 1000000);
    }
    add_span(track, NBANG_PHASE_WRITE, 226, 239, 1000000);
    for (unsigned i = 0; i < places; i++) {
        const double end = 110 + 7 * sin(i);
        track = add_track(trace, i, i);
        for (double at = 4; at < end; at += 12) {
            add_span(track, NBANG_PHASE_PRIMES, at, at + 11, 1000000);
            add_span(track, NBANG_PHASE_PIPES, at + 11, at + 11.8, 1000000);
        }
        if (i == 0) {
            add_span(track, NBANG_PHASE_PRODUCTS, 122, 190, 1000000);
            add_span(track, NBANG_PHASE_VERIFICATION, 190, 206, 1000000);
            add_span(track, NBANG_PHASE_TEXT, 206, 225, 1000000);
            add_span(track, NBANG_PHASE_PIPES, 225, 238, 1000000);
        } else {
            track = add_track(trace, 0, i);
            add_span(track, NBANG_PHASE_TEAM, 124, 189, 1000000);
        }
    }
    set_totals(trace);
}

/* ---- the fixtures ---- */

static const series strong = {"strong-1e6-v1", NBANG_BIND_CORE, NBANG_ORDER_CLOSE, 412, 0.04,
                              0.0008};
static const series large = {"strong-1e7-v1", NBANG_BIND_CORE, NBANG_ORDER_CLOSE, 6120, 0.02,
                             0.0001};
static const series batch = {"batch-64-v1", NBANG_BIND_CORE, NBANG_ORDER_CLOSE, 518, 0.005, 0};
static const series spread = {"strong-1e6-v1", NBANG_BIND_PU, NBANG_ORDER_SPREAD, 415, 0.06, 0.002};

static void fill_record(report_fixture *fixture, size_t index)
{
    static const unsigned one[] = {1, 0};
    static const unsigned two[] = {1, 2, 0};
    static const unsigned eight[] = {1, 2, 3, 4, 5, 6, 7, 8, 0};
    static const unsigned many[] = {1, 2, 4, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 0};
    const series hostile = {"<b>&amp;\"'</script>", NBANG_BIND_NONE, NBANG_ORDER_SPREAD, 1, 0, 0};
    nb_record *record = &fixture->record;
    if (index == 1) {
        add_series(record, &strong, one, 9);
    } else if (index == 2) {
        set_metadata(record, "Two-core processor", 1, 1, 2);
        add_series(record, &strong, two, 1);
        record->interrupted = true;
    } else if (index == 3) {
        set_metadata(record, "Two-core processor @ 2.20 GHz", 1, 1, 2);
        add_series(record, &strong, two, 20);
        add_series(record, &batch, two, 20);
        set_trace(&fixture->trace, 2);
    } else if (index == 4) {
        set_metadata(record, "Eight-core processor", 1, 1, 8);
        add_series(record, &strong, eight, 40);
        add_series(record, &spread, eight, 40);
        set_trace(&fixture->trace, 8);
    } else if (index == 5) {
        set_metadata(record, "64-core processor", 2, 4, 16);
        add_series(record, &strong, many, 12);
        add_series(record, &large, many, 12);
        add_series(record, &batch, many, 12);
        set_trace(&fixture->trace, 128);
    } else if (index == 6) {
        set_metadata(record, "</title><script>alert(1)</script>", 1, 1, 1);
        json_object_set_new(record->metadata, "<i>", json_string("<img src=x onerror=alert(2)>"));
        add_series(record, &hostile, two, 3);
        set_trace(&fixture->trace, 1);
        free(fixture->trace.tracks[1].name);
        fixture->trace.tracks[1].name = strdup("<u>\x01 & \"slot\"");
    }
}

void make_report_fixture(report_fixture *fixture, size_t index)
{
    *fixture = (report_fixture){.trace = {0}};
    nb_record *record = &fixture->record;
    check(nb_record_init(record) == NBANG_OK);
    fill_record(fixture, index);
    set_turns(record);
    record->seed = 42;
    record->command = strdup(index == 6 ? "nbang bench --db='<\xff>'" : "nbang bench --seed=42");
    check(record->command != NULL);
    if (index == 3 || index == 6) {
        check(nb_record_warn(record, "Others used 12 % of the CPUs & <some> \"memory\".") ==
              NBANG_OK);
        check(nb_record_warn(record, "Another nbang is running (process 4711).") == NBANG_OK);
    }
    check(nb_analysis_create(&fixture->analysis, record) == NBANG_OK);
    fixture->report =
        (nb_bench_report){.record = record,
                          .analysis = &fixture->analysis,
                          .trace = fixture->trace.num_tracks > 0 ? &fixture->trace : NULL,
                          .trace_point = record->points};
}

void clear_report_fixture(report_fixture *fixture)
{
    for (size_t i = 0; i < fixture->trace.num_tracks; i++) {
        free(fixture->trace.tracks[i].name);
        free(fixture->trace.tracks[i].spans);
    }
    free(fixture->trace.tracks);
    nb_analysis_clear(&fixture->analysis);
    nb_record_clear(&fixture->record);
}
