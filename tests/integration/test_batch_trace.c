/* The account that a batch gives of itself, through nbang_hooks.span. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

#include "trial.h"

TestSuite(batch_trace, .timeout = 120);

enum { MAX_TRACKS = 64 };

/* A thread: a worker at a place. */
typedef struct track {
    uint32_t worker, place;
    uint64_t last_ns; /* the end of its last span */
    uint64_t busy_ns;
} track;

/* `user` of a trial. */
typedef struct account {
    track tracks[MAX_TRACKS];
    size_t num_tracks;
    uint64_t phase_ns[NBANG_NUM_PHASES];
    uint64_t end_ns;   /* of the last span of all */
    size_t num_wrong;  /* spans that do not belong where they are */
    size_t num_teams;  /* spans of threads on lent places */
    uint64_t large_ns; /* in the job 600000! */
    unsigned kills;
} account;

static track *track_of(account *heard, const nbang_span *span)
{
    for (size_t i = 0; i < heard->num_tracks; i++) {
        track *found = &heard->tracks[i];
        if (found->worker == span->worker && found->place == span->place) {
            return found;
        }
    }
    cr_assert_lt(heard->num_tracks, MAX_TRACKS);
    track *added = &heard->tracks[heard->num_tracks++];
    *added = (track){.worker = span->worker, .place = span->place};
    return added;
}

static void listen(trial *self, const nbang_span *span)
{
    account *heard = self->user;
    track *t = track_of(heard, span);
    const bool is_master = span->worker == NBANG_SPAN_MASTER;
    const bool is_masters = span->phase == NBANG_PHASE_READ || span->phase == NBANG_PHASE_WRITE;
    heard->num_wrong += is_master != is_masters || span->phase == NBANG_PHASE_IDLE;
    heard->num_wrong += span->start_ns < t->last_ns || span->end_ns < span->start_ns;
    t->last_ns = span->end_ns;
    const uint64_t length_ns = span->end_ns - span->start_ns;
    t->busy_ns += length_ns;
    heard->phase_ns[span->phase] += length_ns;
    heard->num_teams += span->phase == NBANG_PHASE_TEAM;
    heard->large_ns += span->n == 600000 ? length_ns : 0;
    heard->end_ns = span->end_ns > heard->end_ns ? span->end_ns : heard->end_ns;
}

static trial *create(unsigned num_workers, account *heard)
{
    setenv("HWLOC_SYNTHETIC", "core:4 pu:1", 1);
    trial *self = trial_create(num_workers);
    *heard = (account){.num_tracks = 0};
    self->user = heard;
    self->on_span = listen;
    return self;
}

static void run_and_expect_order(trial *self)
{
    const account *heard = self->user;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(heard->num_wrong, 0);
    cr_expect_leq(heard->end_ns, self->summary.wall_ns);
    for (size_t i = 0; i < heard->num_tracks; i++) {
        cr_expect_leq(heard->tracks[i].busy_ns, self->summary.wall_ns);
    }
}

Test(batch_trace, workers_and_master_account_for_what_they_did)
{
    account heard;
    trial *self = create(2, &heard);
    self->options.split = NBANG_SPLIT_NEVER;
    trial_add(self, 600000);
    for (uint64_t n = 0; n < 3000; n++) {
        trial_add(self, n * 7 % 3000);
    }
    run_and_expect_order(self);
    cr_expect_eq(heard.num_tracks, 3);
    for (unsigned phase = NBANG_PHASE_PRIMES; phase < NBANG_NUM_PHASES; phase++) {
        cr_expect_eq(heard.phase_ns[phase] > 0, phase != NBANG_PHASE_TEAM, "%s",
                     nbang_phase_name((nbang_phase)phase));
    }
    /* The large job's own time is known from its record; its text was sent later. */
    cr_expect_gt(heard.large_ns, self->results[0].record.wall_ns * 9 / 10);
    trial_destroy(self);
}

Test(batch_trace, threads_on_lent_places_are_told)
{
    account heard;
    trial *self = create(4, &heard);
    self->options.split = NBANG_SPLIT_ALWAYS;
    trial_add(self, 600000);
    run_and_expect_order(self);
    cr_expect_eq(heard.num_teams, 3);
    cr_expect_eq(heard.num_tracks, 5, "a worker, its team of three, and the master");
    trial_destroy(self);
}

static void kill_a_worker(trial *self)
{
    account *heard = self->user;
    pid_t pid;
    if (heard->kills < 5 && trial_workers(&pid, 1) > 0) {
        heard->kills++;
        cr_assert_eq(kill(pid, SIGKILL), 0);
    }
}

Test(batch_trace, lost_workers_take_nothing_of_others_with_them)
{
    account heard;
    trial *self = create(3, &heard);
    for (size_t i = 0; i < 60; i++) {
        trial_add(self, 90000 - i);
    }
    self->on_begin = kill_a_worker;
    run_and_expect_order(self);
    cr_expect_gt(self->num_lost, 0);
    cr_expect_gt(heard.phase_ns[NBANG_PHASE_PRODUCTS], 0);
    trial_destroy(self);
}

Test(batch_trace, many_small_jobs_are_told_in_order)
{
    account heard;
    trial *self = create(2, &heard);
    for (uint64_t i = 0; i < 30000; i++) {
        trial_add(self, i % 100);
    }
    run_and_expect_order(self);
    cr_expect_gt(heard.phase_ns[NBANG_PHASE_VERIFICATION], 0);
    cr_expect_gt(heard.phase_ns[NBANG_PHASE_TEXT], 0);
    trial_destroy(self);
}
