/* Passes over long arrays of digits (decimal/digits.h), shared by a team. What they do is what the
 * functions of the same names do there; short arrays are left to the caller alone, as all are if
 * team is NULL. */
#ifndef NB_DECIMAL_DIGITS_TEAM_H
#define NB_DECIMAL_DIGITS_TEAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/team.h"

uint64_t nb_digits_team_residue(nb_team *team, const int32_t *digits, size_t num_digits);

size_t nb_digits_team_canonicalise(nb_team *team, int32_t *digits, size_t num_digits);

void nb_digits_team_add(nb_team *team, int32_t *digits, size_t num_digits, const int32_t *addend,
                        size_t num_addend);

/* to[0 .. num_digits) = from[0 .. num_digits), which do not overlap. */
void nb_digits_team_copy(nb_team *team, int32_t *to, const int32_t *from, size_t num_digits);

#endif
