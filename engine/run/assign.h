/* Giving work to workers. */
#ifndef NB_RUN_ASSIGN_H
#define NB_RUN_ASSIGN_H

#include "base/status.h"
#include "run/batch.h"

/* Gives work to workers as long as there are both, starting workers where places are empty, and
 * lends the slots of those that are left. */
NB_MUST_CHECK nb_status nb_assign_work(nb_batch *batch);

#endif
