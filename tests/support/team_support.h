/* Teams for tests. */
#ifndef NB_TEST_TEAM_SUPPORT_H
#define NB_TEST_TEAM_SUPPORT_H

#include <criterion/criterion.h>

#include "base/team.h"

/* For the caller to destroy; NULL for one member alone. */
static inline nb_team *new_team(unsigned members)
{
    static const nb_team_hooks no_hooks;
    nb_team *team = NULL;
    if (members > 1) {
        cr_assert_eq(nb_team_create(&team, &no_hooks), NBANG_OK);
        while (nb_team_size(team) < members) {
            cr_assert_eq(nb_team_add(team, 0), NBANG_OK);
        }
    }
    return team;
}

#endif
