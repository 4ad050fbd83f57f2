#include "measure/clock_speed.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/io.h"
#include "measure/statistics.h"
#include "topo/slots.h"

/* Clocks take some milliseconds to follow the load; what comes later counts. */
#define SETTLE_NS (15 * NB_NS_PER_MS)
#define MEASURE_NS (25 * NB_NS_PER_MS)

/* Additions of a piece, a fifth of a millisecond or so: short enough that most pieces are not
 * interrupted, so that their median knows nothing of what else the core does. */
enum { PIECE_STEPS = 1 << 19, MAX_PIECES = 4096 };

/* What the threads wait for. */
enum { GATE_SHUT, GATE_OPEN, GATE_NEVER };

typedef struct probe {
    const nb_slots *slots;
    unsigned slot;
    const atomic_int *gate;
    pthread_t thread;
    bool bound;
    double mhz;
    double reported_mhz; /* 0: unknown */
} probe;

/* ---- one core ---- */

/* Takes `steps` additions, each of which waits for the one before: x and y by turns. The empty
 * statements keep the compiler from doing several at once. */
static uint64_t add_in_a_chain(uint64_t x, unsigned steps)
{
    uint64_t y = 1;
    for (unsigned i = 0; i < steps; i += 8) {
        for (int unrolled = 0; unrolled < 4; unrolled++) {
            x += y;
            __asm__ volatile("" : "+r"(x));
            y += x;
            __asm__ volatile("" : "+r"(y));
        }
    }
    return y;
}

/* Steps a microsecond: the clock in MHz. */
static double measure_mhz(void)
{
    double pieces[MAX_PIECES];
    size_t count = 0;
    uint64_t x = 1;
    const uint64_t began_ns = nb_clock_wall_ns();
    uint64_t now_ns = began_ns;
    while (count < MAX_PIECES && now_ns - began_ns < SETTLE_NS + MEASURE_NS) {
        const uint64_t piece_began_ns = now_ns;
        x = add_in_a_chain(x, PIECE_STEPS);
        now_ns = nb_clock_wall_ns();
        if (count == 0 || piece_began_ns - began_ns >= SETTLE_NS) {
            pieces[count++] = (double)(now_ns - piece_began_ns);
        }
    }
    nb_stat_sort(pieces, count);
    return PIECE_STEPS * 1000.0 / nb_stat_median(pieces, count);
}

/* What the system says of the clock of a slot's first CPU; 0 if nothing. */
static double read_reported_mhz(const nb_slots *slots, unsigned slot)
{
    char path[128];
    char text[64];
    snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq",
             nb_slots_next_pu(slots, slot, -1));
    return nb_io_read_text(path, text, sizeof(text)) == NBANG_OK ? strtod(text, NULL) / 1000 : 0;
}

static void *run_probe(void *ctx)
{
    probe *self = ctx;
    self->bound = nb_slots_bind(self->slots, self->slot) == NBANG_OK;
    int gate;
    while ((gate = atomic_load(self->gate)) == GATE_SHUT) {
        sched_yield();
    }
    if (gate == GATE_NEVER) {
        return NULL;
    }
    self->mhz = measure_mhz();
    self->reported_mhz = read_reported_mhz(self->slots, self->slot);
    return NULL;
}

/* ---- several ---- */

static double mean(const probe *probes, unsigned count, bool reported)
{
    double sum = 0;
    for (unsigned i = 0; i < count; i++) {
        sum += reported ? probes[i].reported_mhz : probes[i].mhz;
    }
    return sum / count;
}

/* Lets the first `count` cores work at the same time. */
static nb_status run_probes(probe *probes, unsigned count)
{
    atomic_int gate = GATE_SHUT;
    unsigned started = 0;
    for (; started < count; started++) {
        probes[started].gate = &gate;
        if (pthread_create(&probes[started].thread, NULL, run_probe, &probes[started]) != 0) {
            break;
        }
    }
    bool good = started == count;
    atomic_store(&gate, good ? GATE_OPEN : GATE_NEVER);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(probes[i].thread, NULL);
        good = good && probes[i].bound;
    }
    return good ? NBANG_OK : NBANG_SYSTEM;
}

nb_status nb_clock_speed_measure(nb_clock_speed *speed)
{
    const nbang_placement placement = {.bind = NBANG_BIND_CORE};
    nb_slots *slots;
    nb_status status = nb_slots_create(&slots, &placement, NULL, 0);
    if (status != NBANG_OK) {
        return status;
    }
    const unsigned count = nb_slots_count(slots);
    probe *probes = calloc(count, sizeof(*probes));
    for (unsigned i = 0; probes != NULL && i < count; i++) {
        probes[i] = (probe){.slots = slots, .slot = i};
    }
    nb_clock_speed measured = {.num_cores = count};
    status = probes != NULL ? run_probes(probes, 1) : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        measured.one_core_mhz = probes[0].mhz;
        measured.one_core_reported_mhz = probes[0].reported_mhz;
        status = run_probes(probes, count);
    }
    if (status == NBANG_OK) {
        measured.all_cores_mhz = mean(probes, count, false);
        measured.all_cores_reported_mhz = mean(probes, count, true);
        *speed = measured;
    }
    free(probes);
    nb_slots_destroy(slots);
    return status;
}

/* ---- in words ---- */

static json_t *mhz_or_null(double mhz)
{
    return mhz > 0 ? json_real(mhz) : json_null();
}

/* From this ratio on two decimals show none that is lower. */
#define FULL_SPEED 0.995

static json_t *make_sentence(const nb_clock_speed *speed, double ratio)
{
    if (speed->num_cores < 2) {
        return json_null();
    }
    char who[32] = "both cores";
    char text[256];
    const double ghz = speed->one_core_mhz / 1000;
    if (speed->num_cores > 2) {
        snprintf(who, sizeof(who), "all %u cores", speed->num_cores);
    }
    if (ratio >= FULL_SPEED) {
        snprintf(text, sizeof(text),
                 "With %s at work each runs as fast as one alone (%.2f GHz), so the clock does not "
                 "limit the speed-up.",
                 who, ghz);
    } else {
        snprintf(text, sizeof(text),
                 "With %s at work each runs at %.2f of the speed of one alone (%.2f GHz), so no "
                 "speed-up above %.2f can be expected of %u cores.",
                 who, ratio, ghz, ratio * speed->num_cores, speed->num_cores);
    }
    return json_string(text);
}

json_t *nb_clock_speed_to_json(const nb_clock_speed *speed)
{
    const double ratio = speed->all_cores_mhz / speed->one_core_mhz;
    return json_pack("{s:i, s:f, s:f, s:f, s:o, s:o, s:o}", "num_cores", (int)speed->num_cores,
                     "one_core_mhz", speed->one_core_mhz, "all_cores_mhz", speed->all_cores_mhz,
                     "ratio", ratio, "one_core_reported_mhz",
                     mhz_or_null(speed->one_core_reported_mhz), "all_cores_reported_mhz",
                     mhz_or_null(speed->all_cores_reported_mhz), "sentence",
                     make_sentence(speed, ratio));
}
