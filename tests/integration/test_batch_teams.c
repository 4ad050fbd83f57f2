/* Large jobs computed by teams: who gets the slots that have nothing to do, and when. The machines
 * are made up, so that they have more slots than this one; workers are not bound then. Jobs stall
 * until the test has seen what it waits for. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/lend.h"
#include "run/machine.h"
#include "scratch.h"
#include "trial.h"

TestSuite(batch_teams, .timeout = 120);

enum { MAX_WORKERS = 16 };

/* A number for a team. */
#define LARGE UINT64_C(600000)

/* What the workers are doing: `user` of a trial. */
typedef struct scene {
    unsigned kills;     /* how often to end all workers; then the jobs stall no more */
    int awaited_team;   /* before that: for the largest team to have so many threads ... */
    int awaited_in_all; /* ... and all workers together */

    unsigned ticks;               /* of the progress */
    size_t num_workers;           /* processes */
    int threads[MAX_WORKERS + 1]; /* of each, most first; 0 behind the last */
    int in_all;
    unsigned busy;
} scene;

static int compare_descending(const void *a, const void *b)
{
    return *(const int *)b - *(const int *)a;
}

static void look(trial *self)
{
    scene *seen = self->user;
    pid_t pids[MAX_WORKERS];
    seen->num_workers = trial_workers(pids, MAX_WORKERS);
    seen->busy = self->progress.workers_busy;
    seen->in_all = 0;
    memset(seen->threads, 0, sizeof(seen->threads));
    for (size_t i = 0; i < seen->num_workers; i++) {
        char path[64];
        snprintf(path, sizeof(path), "/proc/%ld/task", (long)pids[i]);
        seen->threads[i] = scratch_count(path);
        seen->in_all += seen->threads[i];
    }
    qsort(seen->threads, seen->num_workers, sizeof(*seen->threads), compare_descending);
}

static void kill_workers(void)
{
    pid_t pids[MAX_WORKERS];
    for (size_t left = trial_workers(pids, MAX_WORKERS); left > 0; left--) {
        cr_assert_eq(kill(pids[left - 1], SIGKILL), 0);
    }
}

/* Ends the workers when they are as awaited, but leaves them half a second to be more than that. */
static void look_and_kill(trial *self)
{
    scene *seen = self->user;
    if (seen->kills == 0 || ++seen->ticks < 5) {
        return;
    }
    look(self);
    if (seen->threads[0] >= seen->awaited_team && seen->in_all >= seen->awaited_in_all) {
        seen->ticks = 0;
        if (--seen->kills == 0) {
            unsetenv("NBANG_FAULT");
        }
        kill_workers();
    }
}

/* A machine of so many cores, for the rest of the test, and jobs that stall. */
static trial *create(const char *machine, unsigned num_workers, const char *faults, scene *seen,
                     int awaited_team)
{
    setenv("HWLOC_SYNTHETIC", machine, 1);
    setenv("NBANG_FAULT", faults, 1);
    trial *self = trial_create(num_workers);
    *seen = (scene){.kills = 1, .awaited_team = awaited_team};
    self->user = seen;
    self->on_progress = look_and_kill;
    return self;
}

static void run_and_expect_all_right(trial *self)
{
    trial_run(self);
    trial_expect_all_right(self);
    trial_destroy(self);
}

/* ---- how many ---- */

/* Computes n! alone on a machine of 8 cores, with a team of this size. */
static void expect_team(uint64_t n, nbang_split split, nbang_content content, int size)
{
    scene seen;
    char faults[64];
    snprintf(faults, sizeof(faults), "stall:%zu", (size_t)n);
    trial *self = create("core:8 pu:1", 8, faults, &seen, size);
    self->options.split = split;
    self->options.content = content;
    trial_add(self, n);
    trial_run(self);
    cr_assert_eq(self->results[0].record.status, NBANG_JOB_OK);
    if (content == NBANG_CONTENT_DIGITS) {
        trial_expect_all_right(self);
    }
    cr_expect_eq(seen.num_workers, 1, "a job is one worker's");
    cr_expect_eq(seen.threads[0], size);
    cr_expect_eq(seen.busy, (unsigned)size);
    cr_expect_eq(self->summary.workers, (unsigned)size);
    trial_destroy(self);
}

Test(batch_teams, lone_large_job_has_all_slots)
{
    expect_team(LARGE, NBANG_SPLIT_AUTO, NBANG_CONTENT_DIGITS, 8);
    expect_team(LARGE, NBANG_SPLIT_ALWAYS, NBANG_CONTENT_DIGITS, 8);
    expect_team(LARGE, NBANG_SPLIT_NEVER, NBANG_CONTENT_DIGITS, 1);
}

Test(batch_teams, small_job_has_them_only_if_that_is_wanted)
{
    expect_team(5000, NBANG_SPLIT_AUTO, NBANG_CONTENT_DIGITS, 1);
    expect_team(5000, NBANG_SPLIT_ALWAYS, NBANG_CONTENT_DIGITS, 8);
    expect_team(10, NBANG_SPLIT_ALWAYS, NBANG_CONTENT_DIGITS, 8);
}

Test(batch_teams, binary_numbers_have_none)
{
    expect_team(LARGE, NBANG_SPLIT_AUTO, NBANG_CONTENT_RAW, 1);
    expect_team(LARGE, NBANG_SPLIT_ALWAYS, NBANG_CONTENT_RAW, 1);
}

Test(batch_teams, slot_that_places_share_is_lent_once)
{
    scene seen;
    trial *self = create("core:2 pu:1", 7, "stall:600000", &seen, 2);
    trial_add(self, LARGE);
    run_and_expect_all_right(self);
    cr_expect_eq(seen.threads[0], 2);
    cr_expect_eq(seen.busy, 2);
}

Test(batch_teams, only_slots_of_the_pool_are_lent)
{
    scene seen;
    trial *self = create("core:8 pu:1", 3, "stall:600000", &seen, 3);
    trial_add(self, LARGE);
    run_and_expect_all_right(self);
    cr_expect_eq(seen.threads[0], 3);
}

Test(batch_teams, more_than_sixty_four_slots_are_lent)
{
    scene seen;
    trial *self = create("core:200 pu:1", 200, "stall:600000", &seen, 200);
    self->options.split = NBANG_SPLIT_ALWAYS;
    trial_add(self, LARGE);
    run_and_expect_all_right(self);
    cr_expect_eq(seen.threads[0], 200);
    cr_expect_eq(seen.busy, 200);
}

/* The limit that leaves memory for the large job with so many threads that it has been lent. */
static uint64_t memory_for(unsigned num_workers, uint64_t num_lent)
{
    const nbang_placement placement = {.workers = num_workers};
    const uint64_t job_bytes = nbang_estimate_job(LARGE).memory_bytes;
    nbang_machine *machine;
    cr_assert_eq(nbang_machine_create(&machine, &placement, 0, NULL, 0), NBANG_OK);
    uint64_t limit_bytes =
        nb_machine_budget_for(machine, job_bytes + num_lent * NB_LEND_MEMBER_BYTES);
    nbang_machine_destroy(machine);
    return limit_bytes;
}

Test(batch_teams, threads_are_as_many_as_there_is_memory_for)
{
    for (uint64_t num_lent = 0; num_lent <= 3; num_lent++) {
        scene seen;
        trial *self = create("core:8 pu:1", 8, "stall:600000", &seen, (int)num_lent + 1);
        self->max_memory_bytes = memory_for(8, num_lent);
        trial_add(self, LARGE);
        run_and_expect_all_right(self);
        cr_expect_eq(seen.threads[0], (int)num_lent + 1);
    }
}

/* ---- whose ---- */

Test(batch_teams, slots_go_to_the_longer_job)
{
    scene seen;
    trial *self = create("core:8 pu:1", 8, "stall:1200000,stall:600000", &seen, 0);
    seen.awaited_in_all = 8;
    trial_add(self, LARGE);
    trial_add(self, 2 * LARGE);
    run_and_expect_all_right(self);
    cr_expect_eq(seen.num_workers, 2);
    cr_expect_eq(seen.in_all, 8);
    cr_expect_gt(seen.threads[0], seen.threads[1]);
    cr_expect_geq(seen.threads[1], 1);
}

Test(batch_teams, slots_are_not_lent_while_work_waits)
{
    /* Every worker has a job that stalls. */
    scene seen;
    trial *self = create("core:4 pu:1", 4, "stall:600000,stall:20000", &seen, 0);
    self->options.reuse = false; /* or equal jobs would wait for one worker */
    seen.awaited_in_all = 4;
    trial_add(self, LARGE);
    for (size_t i = 0; i < 10; i++) {
        trial_add(self, 20000);
    }
    run_and_expect_all_right(self);
    cr_expect_eq(seen.num_workers, 4);
    cr_expect_eq(seen.threads[0], 1);
    cr_expect_eq(seen.busy, 4);
}

Test(batch_teams, slots_are_lent_when_no_more_work_waits)
{
    scene seen;
    trial *self = create("core:4 pu:1", 4, "stall:600000", &seen, 4);
    for (uint64_t n = 0; n < 2000; n++) {
        trial_add(self, n == 1000 ? LARGE : n);
    }
    run_and_expect_all_right(self);
    cr_expect_eq(seen.threads[0], 4);
    cr_expect_eq(seen.busy, 4);
}

/* Of three jobs on three places, which share two slots, the first goes on without its stall. */
static void finish_first_job(trial *self)
{
    scene *seen = self->user;
    look(self);
    if (self->num_taken == 1 && seen->busy == 1) {
        trial_provide(self, 2);
    } else if (self->num_ended == 0 && seen->busy == 3) {
        pid_t pids[MAX_WORKERS];
        size_t num_workers = trial_workers(pids, MAX_WORKERS);
        pid_t first = pids[0];
        for (size_t i = 1; i < num_workers; i++) {
            first = pids[i] < first ? pids[i] : first;
        }
        unsetenv("NBANG_FAULT");
        kill(first, SIGKILL);
    } else if (self->num_ended == 1 && ++seen->ticks == 5) {
        kill_workers();
        seen->kills = 0;
        self->on_progress = NULL;
    }
}

Test(batch_teams, slot_is_not_lent_as_long_as_one_of_its_places_has_work)
{
    /* The first place is free then, but the third is on the same slot. */
    scene seen;
    trial *self = create("core:2 pu:1", 3, "stall:600000,stall:5000,stall:5001", &seen, 1);
    self->on_progress = finish_first_job;
    self->options.unordered = true;
    self->available = 1;
    trial_add(self, 5000);
    trial_add(self, LARGE);
    trial_add(self, 5001);
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(seen.kills, 0);
    cr_expect_eq(seen.threads[0], 1);
    cr_expect_eq(seen.busy, 2);
    trial_destroy(self);
}

/* ---- how long ---- */

Test(batch_teams, slots_come_back_when_the_worker_is_lost)
{
    scene seen;
    trial *self = create("core:8 pu:1", 8, "stall:600000", &seen, 8);
    seen.kills = 3;
    trial_add(self, LARGE);
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->results[0].record.attempts, 4);
    cr_expect_eq(seen.threads[0], 8, "and are lent again");
    cr_expect_eq(seen.busy, 8);
    cr_expect_eq(self->summary.workers, 8);
    trial_destroy(self);
}

/* Lets the first job, whose text the sink does not take, hold its worker until all slots are the
 * other job's. */
static void look_when_the_slot_has_moved(trial *self)
{
    scene *seen = self->user;
    look(self);
    if (seen->threads[0] == 3 && self->results[0].len > 0 && !self->results[0].ended) {
        unsetenv("NBANG_FAULT");
        kill_workers();
        trial_unblock(self, SIZE_MAX);
        self->on_progress = NULL;
        seen->kills = 0;
    }
}

Test(batch_teams, slots_come_back_when_the_result_begins)
{
    /* Three slots, and two jobs, the longer of which has the third slot. When it sends its text,
     * which nobody takes, the other one has it, and its own as well. */
    scene seen;
    trial *self = create("core:3 pu:1", 3, "hold:1000,stall:500000", &seen, 3);
    self->on_progress = look_when_the_slot_has_moved;
    self->credit = 1000;
    trial_add(self, LARGE);
    trial_add(self, 500000);
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(seen.kills, 0, "it was seen");
    cr_expect_eq(seen.busy, 3);
    trial_destroy(self);
}

/* Jobs come when the first one has all slots. */
static void provide_when_all_are_lent(trial *self)
{
    scene *seen = self->user;
    look(self);
    if (self->num_taken == 1 && seen->threads[0] == 4) {
        trial_provide(self, 100);
    } else if (self->num_ended == 100) {
        cr_expect_eq(seen->threads[0], 4, "still");
        cr_expect_eq(seen->busy, 4);
        unsetenv("NBANG_FAULT");
        kill_workers();
        seen->kills = 0;
        self->on_progress = NULL;
    }
}

Test(batch_teams, new_jobs_do_not_wait_for_lent_slots)
{
    scene seen;
    trial *self = create("core:4 pu:1", 4, "stall:600000", &seen, 4);
    self->on_progress = provide_when_all_are_lent;
    self->options.unordered = true;
    self->available = 1;
    trial_add(self, LARGE);
    for (uint64_t n = 0; n < 100; n++) {
        trial_add(self, 100 * n);
    }
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(seen.kills, 0, "all others came first");
    trial_destroy(self);
}

/* Another job comes when the first one has the only slot that there is memory for. */
static void provide_when_one_is_lent(trial *self)
{
    scene *seen = self->user;
    look(self);
    if (self->num_taken == 1 && seen->threads[0] == 2) {
        trial_provide(self, 1);
    } else if (self->num_taken == 2 && ++seen->ticks == 5) {
        unsetenv("NBANG_FAULT");
        kill_workers();
        seen->kills = 0;
        self->on_progress = NULL;
    }
}

Test(batch_teams, new_job_has_a_core_to_itself_if_there_is_one)
{
    scene seen;
    trial *self = create("core:4 pu:1", 4, "stall:600000,stall:5000", &seen, 2);
    self->on_progress = provide_when_one_is_lent;
    self->max_memory_bytes = memory_for(4, 1);
    self->available = 1;
    trial_add(self, LARGE);
    trial_add(self, 5000);
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(seen.kills, 0);
    cr_expect_eq(seen.busy, 3, "two workers, and a thread on a core that neither has");
    trial_destroy(self);
}

/* ---- the same digits ---- */

/* Ends all workers at the beginning of every third result. */
static void kill_now_and_then(trial *self)
{
    scene *seen = self->user;
    if (seen->kills > 0 && ++seen->ticks % 3 == 0) {
        seen->kills--;
        kill_workers();
    }
}

Test(batch_teams, deaths_of_teams_change_nothing)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        scene seen;
        trial *self = create("core:5 pu:1", 5, "", &seen, 0);
        self->options.split = NBANG_SPLIT_ALWAYS;
        self->options.unordered = unordered;
        seen.kills = 10;
        self->on_progress = NULL;
        self->on_begin = kill_now_and_then;
        for (uint64_t i = 0; i < 60; i++) {
            trial_add(self, 60000 + 1000 * (i % 30));
        }
        trial_run(self);
        trial_expect_all_right(self);
        cr_expect_eq(seen.kills, 0);
        cr_expect_geq(self->summary.workers_lost, 10);
        trial_destroy(self);
    }
}

Test(batch_teams, many_threads_on_few_cores_change_nothing)
{
    setenv("HWLOC_SYNTHETIC", "core:40 pu:1", 1);
    trial *self = trial_create(40);
    trial_add(self, 500000);
    trial_add(self, 1);
    trial_add(self, 400000);
    trial_add(self, 1500000);
    run_and_expect_all_right(self);
}
