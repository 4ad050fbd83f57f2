/* Taking jobs in: copying what the source says, and refusing what can be refused at once. */
#ifndef NB_RUN_INTAKE_H
#define NB_RUN_INTAKE_H

#include "base/status.h"
#include "run/batch.h"

/* Takes jobs from the source as long as it has some and there is room. What the source answered
 * last is in batch->source_status. NBANG_NO_MEMORY only. */
NB_MUST_CHECK nb_status nb_intake_take_jobs(nb_batch *batch);

#endif
