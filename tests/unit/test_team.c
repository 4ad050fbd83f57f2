#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include "base/team.h"
#include "kernels.h"

enum { NUM_PIECES = 1000, MANY_MEMBERS = 70 };

/* What happened in one loop. */
typedef struct tally {
    atomic_uint done[NUM_PIECES];
    atomic_uint by_rank[MANY_MEMBERS];
    unsigned size;
    unsigned slow_rank; /* takes its time over each piece */
} tally;

static void count(void *ctx, size_t piece, unsigned rank)
{
    tally *t = ctx;
    cr_assert(piece < NUM_PIECES);
    cr_assert(rank < t->size);
    atomic_fetch_add(&t->done[piece], 1);
    atomic_fetch_add(&t->by_rank[rank], 1);
    if (rank == t->slow_rank) {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

static nb_team *team_of(unsigned size)
{
    static const nb_team_hooks none;
    nb_team *team;
    cr_assert_eq(nb_team_create(&team, &none), NBANG_OK);
    while (nb_team_size(team) < size) {
        cr_assert_eq(nb_team_add(team, nb_team_size(team)), NBANG_OK);
    }
    return team;
}

static void check_loop(nb_team *team, size_t num_pieces)
{
    tally t = {.size = nb_team_size(team), .slow_rank = MANY_MEMBERS};
    nb_team_for(team, num_pieces, count, &t);
    for (size_t i = 0; i < NUM_PIECES; i++) {
        cr_assert_eq(atomic_load(&t.done[i]), i < num_pieces ? 1 : 0, "piece %zu", i);
    }
}

Test(team, null_is_the_caller_alone)
{
    cr_assert_eq(nb_team_size(NULL), 1);
    check_loop(NULL, NUM_PIECES);
    nb_team_recruit(NULL);
}

Test(team, does_every_piece_once, .timeout = 60)
{
    for (unsigned size = 1; size <= 5; size++) {
        nb_team *team = team_of(size);
        for (size_t num_pieces = 0; num_pieces < 20; num_pieces++) {
            check_loop(team, num_pieces);
        }
        for (int i = 0; i < 200; i++) {
            check_loop(team, NUM_PIECES);
        }
        nb_team_destroy(team);
    }
}

Test(team, has_room_for_more_than_64, .timeout = 60)
{
    nb_team *team = team_of(MANY_MEMBERS);
    for (int i = 0; i < 20; i++) {
        check_loop(team, NUM_PIECES);
    }
    nb_team_destroy(team);
}

Test(team, wakes_those_that_have_gone_to_sleep, .timeout = 60)
{
    nb_team *team = team_of(3);
    for (int i = 0; i < 20; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        check_loop(team, NUM_PIECES);
    }
    nb_team_destroy(team);
}

Test(team, takes_over_what_others_have_not_begun, .timeout = 60)
{
    nb_team *team = team_of(2);
    for (unsigned slow = 0; slow < 2; slow++) {
        tally t = {.size = 2, .slow_rank = slow};
        nb_team_for(team, NUM_PIECES, count, &t);
        /* Alone it would have taken a second for its half. */
        cr_assert_lt(atomic_load(&t.by_rank[slow]), NUM_PIECES / 2);
        cr_assert_eq(atomic_load(&t.by_rank[0]) + atomic_load(&t.by_rank[1]), NUM_PIECES);
    }
    nb_team_destroy(team);
}

Test(team, grows_and_shrinks, .timeout = 60)
{
    nb_team *team = team_of(1);
    for (int round = 0; round < 10; round++) {
        for (unsigned size = 2; size <= 4; size++) {
            cr_assert_eq(nb_team_add(team, size), NBANG_OK);
            cr_assert_eq(nb_team_size(team), size);
            check_loop(team, NUM_PIECES);
        }
        nb_team_dismiss(team);
        cr_assert_eq(nb_team_size(team), 1);
        check_loop(team, NUM_PIECES);
    }
    nb_team_destroy(team);
}

/* ---- hooks ---- */

typedef struct guests {
    nb_team *team;
    atomic_uint places; /* sum of those that were entered */
    pthread_t thread;   /* the last that entered */
    unsigned num_recruited;
    sigset_t blocked;
} guests;

static void enter(void *ctx, unsigned place)
{
    guests *g = ctx;
    atomic_fetch_add(&g->places, place);
    g->thread = pthread_self();
    pthread_sigmask(SIG_SETMASK, NULL, &g->blocked);
}

static void recruit(void *ctx)
{
    guests *g = ctx;
    g->num_recruited++;
    cr_assert_eq(nb_team_add(g->team, 5), NBANG_OK);
}

Test(team, new_members_enter_on_their_own_thread, .timeout = 60)
{
    guests g = {.num_recruited = 0};
    cr_assert_eq(nb_team_create(&g.team, &(nb_team_hooks){.ctx = &g, .enter = enter}), NBANG_OK);
    cr_assert_eq(nb_team_add(g.team, 40), NBANG_OK);
    cr_assert_eq(atomic_load(&g.places), 40);
    cr_assert_not(pthread_equal(g.thread, pthread_self()));
    cr_assert(sigismember(&g.blocked, SIGTERM) == 1 && sigismember(&g.blocked, SIGCHLD) == 1);
    nb_team_recruit(g.team);
    cr_assert_eq(nb_team_size(g.team), 2, "there is nobody to ask");
    nb_team_destroy(g.team);
}

Test(team, recruits_through_its_hook, .timeout = 60)
{
    guests g = {.num_recruited = 0};
    const nb_team_hooks hooks = {.ctx = &g, .enter = enter, .recruit = recruit};
    cr_assert_eq(nb_team_create(&g.team, &hooks), NBANG_OK);
    nb_team_recruit(g.team);
    nb_team_recruit(g.team);
    cr_assert_eq(g.num_recruited, 2);
    cr_assert_eq(nb_team_size(g.team), 3);
    check_loop(g.team, NUM_PIECES);
    nb_team_destroy(g.team);
}

#ifndef ADDRESS_SANITIZER /* which needs address space of its own */
Test(team, stays_as_it_is_if_there_is_no_thread, .timeout = 60)
{
    /* Address space for no further stack. */
    nb_team *team = team_of(2);
    struct rlimit before;
    getrlimit(RLIMIT_AS, &before);
    const struct rlimit none = {.rlim_cur = 1, .rlim_max = before.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_AS, &none), 0);
    nb_status status = nb_team_add(team, 1);
    cr_assert_eq(setrlimit(RLIMIT_AS, &before), 0);
    cr_assert_neq(status, NBANG_OK);
    cr_assert_eq(nb_team_size(team), 2);
    check_loop(team, NUM_PIECES);
    nb_team_destroy(team);
}
#endif

Test(team, null_may_be_destroyed)
{
    nb_team_destroy(NULL);
}
