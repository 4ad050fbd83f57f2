/* A team: threads of one process that share the pieces of one loop after the other.
 *
 * The thread that creates a team leads it and works along. Between two loops the others wait: they
 * spin briefly, since the next loop mostly follows within microseconds, and then sleep. A team may
 * grow from loop to loop. All functions are for the leader only; where a team may be NULL, that is
 * the leader alone. */
#ifndef NB_BASE_TEAM_H
#define NB_BASE_TEAM_H

#include <stddef.h>

#include "base/status.h"

typedef struct nb_team nb_team;

typedef struct nb_team_hooks {
    void *ctx;

    /* Called on the thread of a new member before it works, to bind it to its `place`, which means
     * something to the caller only. May be NULL. */
    void (*enter)(void *ctx, unsigned place);

    /* Called by nb_team_recruit, to add the members that have become available. May be NULL. */
    void (*recruit)(void *ctx);
} nb_team_hooks;

/* A team of one. NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_team_create(nb_team **team, const nb_team_hooks *hooks);
/* Dismisses the members; NULL is allowed. */
void nb_team_destroy(nb_team *team);

/* Starts a member; about 50 microseconds. NBANG_SYSTEM if the system has no thread for it, or
 * NBANG_NO_MEMORY: the team is as it was. Not while a loop runs. The member receives no signals. */
NB_MUST_CHECK nb_status nb_team_add(nb_team *team, unsigned place);

/* Ends all members but the leader. */
void nb_team_dismiss(nb_team *team);

/* Says that this is a moment at which the team may grow. Team may be NULL. */
void nb_team_recruit(nb_team *team);

/* Members, the leader included: at least 1. Team may be NULL. */
unsigned nb_team_size(const nb_team *team);

/* Does work(ctx, piece, rank) once for every piece in [0, num_pieces), on all members, rank being
 * that of the member in [0, size); 0 is the leader. Returns when all of it is done. Each member
 * begins with its own equal stretch of consecutive pieces, the same in every loop of so many
 * pieces, so that it finds in its caches, and on its NUMA node, what it has left there; then it
 * takes over what others have not begun. A few microseconds more than the work. Loops do not nest.
 * Team may be NULL. */
void nb_team_for(nb_team *team, size_t num_pieces,
                 void (*work)(void *ctx, size_t piece, unsigned rank), void *ctx);

#endif
