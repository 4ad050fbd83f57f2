#include "base/team.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* Turns of an empty loop before a waiting thread sleeps: some 20 to 50 microseconds, about what it
 * takes to wake it. */
enum { SPINS = 1000 };

/* Products need some 150 KB of it. */
#define STACK_BYTES ((size_t)1 << 20)

/* The pieces that a member begins with: on a cache line of its own, since all members count here.
 */
typedef struct stretch {
    _Alignas(64) atomic_size_t next;
    size_t end;
} stretch;

/* A thread other than the leader's. It does not move while the team grows. */
typedef struct member {
    nb_team *team;
    pthread_t thread;
    unsigned rank;
    unsigned place;
} member;

struct nb_team {
    nb_team_hooks hooks;
    unsigned size;
    unsigned capacity;  /* of the arrays */
    member **members;   /* [1 .. size) */
    stretch *stretches; /* [0 .. size) */

    /* The present loop: changed between loops only, and published by `loop`. */
    void (*work)(void *ctx, size_t piece, unsigned rank);
    void *ctx;
    bool ends; /* in place of a loop: members are to end */

    atomic_uint_fast64_t loop;   /* odd: open, members may join; it counts openings and closings */
    atomic_uint num_working;     /* members other than the leader that have joined */
    atomic_uint num_sleeping;    /* members that sleep until the next one */
    atomic_bool leader_sleeping; /* until this one is finished */
    pthread_mutex_t lock;        /* for sleeping only */
    pthread_cond_t begun, finished;
};

/* ---- waiting ---- */

static void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Whether there is a loop to join, other than the one numbered `seen`. */
static bool has_begun(nb_team *team, uint_fast64_t seen)
{
    const uint_fast64_t loop = atomic_load(&team->loop);
    return loop % 2 == 1 && loop != seen;
}

/* Whoever sleeps says so before it looks for the last time, and whoever wakes looks for sleepers
 * after what they wait for has happened; both in one order that all threads agree on. So one of the
 * two sees the other. */
static void wait_for_loop(nb_team *team, uint_fast64_t seen)
{
    for (int i = 0; i < SPINS; i++) {
        if (has_begun(team, seen)) {
            return;
        }
        pause_briefly();
    }
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->num_sleeping, 1);
    while (!has_begun(team, seen)) {
        pthread_cond_wait(&team->begun, &team->lock);
    }
    atomic_fetch_sub(&team->num_sleeping, 1);
    pthread_mutex_unlock(&team->lock);
}

static void begin_loop(nb_team *team)
{
    atomic_fetch_add(&team->loop, 1);
    if (atomic_load(&team->num_sleeping) > 0) {
        pthread_mutex_lock(&team->lock);
        pthread_cond_broadcast(&team->begun);
        pthread_mutex_unlock(&team->lock);
    }
}

static void wait_for_members(nb_team *team)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&team->num_working) == 0) {
            return;
        }
        pause_briefly();
    }
    pthread_mutex_lock(&team->lock);
    atomic_store(&team->leader_sleeping, true);
    while (atomic_load(&team->num_working) > 0) {
        pthread_cond_wait(&team->finished, &team->lock);
    }
    atomic_store(&team->leader_sleeping, false);
    pthread_mutex_unlock(&team->lock);
}

static void leave_loop(nb_team *team)
{
    if (atomic_fetch_sub(&team->num_working, 1) == 1 && atomic_load(&team->leader_sleeping)) {
        pthread_mutex_lock(&team->lock);
        pthread_cond_signal(&team->finished);
        pthread_mutex_unlock(&team->lock);
    }
}

/* ---- working ---- */

/* Its own stretch, then what is left of the others'. */
static void work_along(nb_team *team, unsigned rank)
{
    for (unsigned i = 0; i < team->size; i++) {
        stretch *s = &team->stretches[(rank + i) % team->size];
        size_t piece;
        while ((piece = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed)) < s->end) {
            team->work(team->ctx, piece, rank);
        }
    }
}

static void *member_main(void *arg)
{
    const member *self = arg;
    nb_team *team = self->team;
    if (team->hooks.enter != NULL) {
        team->hooks.enter(team->hooks.ctx, self->place);
    }
    leave_loop(team); /* ready */
    uint_fast64_t seen = 0;
    bool ends = false;
    while (!ends) {
        wait_for_loop(team, seen);
        /* First joining, then looking: either the leader waits for this member, or it has closed
         * the loop and this member sees that. */
        atomic_fetch_add(&team->num_working, 1);
        seen = atomic_load(&team->loop);
        ends = seen % 2 == 1 && team->ends;
        if (seen % 2 == 1 && !ends) {
            work_along(team, self->rank);
        }
        leave_loop(team);
    }
    return NULL;
}

void nb_team_for(nb_team *team, size_t num_pieces,
                 void (*work)(void *ctx, size_t piece, unsigned rank), void *ctx)
{
    const unsigned size = nb_team_size(team);
    if (size == 1 || num_pieces <= 1) {
        for (size_t i = 0; i < num_pieces; i++) {
            work(ctx, i, 0);
        }
        return;
    }
    team->work = work;
    team->ctx = ctx;
    size_t start = 0;
    for (unsigned i = 0; i < size; i++) {
        atomic_store_explicit(&team->stretches[i].next, start, memory_order_relaxed);
        start += num_pieces / size + (i < num_pieces % size);
        team->stretches[i].end = start;
    }
    begin_loop(team);
    work_along(team, 0);
    /* Every piece has been begun. Who has not joined by now need not: on a core that is shared with
     * others that may take milliseconds. */
    atomic_fetch_add(&team->loop, 1);
    wait_for_members(team);
}

/* ---- coming and going ---- */

nb_status nb_team_create(nb_team **team, const nb_team_hooks *hooks)
{
    nb_team *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NBANG_NO_MEMORY;
    }
    self->hooks = *hooks;
    self->size = 1;
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->begun, NULL);
    pthread_cond_init(&self->finished, NULL);
    *team = self;
    return NBANG_OK;
}

void nb_team_destroy(nb_team *team)
{
    if (team == NULL) {
        return;
    }
    nb_team_dismiss(team);
    pthread_cond_destroy(&team->finished);
    pthread_cond_destroy(&team->begun);
    pthread_mutex_destroy(&team->lock);
    free(team->members);
    free(team->stretches);
    free(team);
}

/* Room for one more member. */
static nb_status reserve(nb_team *team)
{
    if (team->size < team->capacity) {
        return NBANG_OK;
    }
    const unsigned capacity = 2 * team->size;
    stretch *stretches = aligned_alloc(_Alignof(stretch), capacity * sizeof(*stretches));
    member **members = realloc(team->members, capacity * sizeof(member *));
    team->members = members != NULL ? members : team->members;
    if (stretches == NULL || members == NULL) {
        free(stretches);
        return NBANG_NO_MEMORY;
    }
    free(team->stretches);
    team->stretches = stretches;
    team->capacity = capacity;
    return NBANG_OK;
}

/* A thread that all signals pass by: they are for the thread that waits for them. */
static bool start_thread(member *self)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
                   pthread_create(&self->thread, &attributes, member_main, self) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

nb_status nb_team_add(nb_team *team, unsigned place)
{
    nb_status status = reserve(team);
    if (status != NBANG_OK) {
        return status;
    }
    member *new_member = malloc(sizeof(*new_member));
    if (new_member == NULL) {
        return NBANG_NO_MEMORY;
    }
    *new_member = (member){.team = team, .rank = team->size, .place = place};
    atomic_fetch_add(&team->num_working, 1);
    if (!start_thread(new_member)) {
        atomic_fetch_sub(&team->num_working, 1);
        free(new_member);
        return NBANG_SYSTEM;
    }
    /* What `enter` has done is done. */
    wait_for_members(team);
    team->members[team->size++] = new_member;
    return NBANG_OK;
}

void nb_team_dismiss(nb_team *team)
{
    if (team->size == 1) {
        return;
    }
    team->ends = true;
    begin_loop(team);
    for (unsigned i = 1; i < team->size; i++) {
        pthread_join(team->members[i]->thread, NULL);
        free(team->members[i]);
    }
    atomic_fetch_add(&team->loop, 1);
    team->ends = false;
    team->size = 1;
}

void nb_team_recruit(nb_team *team)
{
    if (team != NULL && team->hooks.recruit != NULL) {
        team->hooks.recruit(team->hooks.ctx);
    }
}

unsigned nb_team_size(const nb_team *team)
{
    return team != NULL ? team->size : 1;
}
