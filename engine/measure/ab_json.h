/* The result of a comparison as JSON, for other programs. */
#ifndef NB_MEASURE_AB_JSON_H
#define NB_MEASURE_AB_JSON_H

#include <jansson.h>

#include "measure/ab_run.h"

/* {schema: "nbang-ab-1", version, commands: [A, B], fail_above, verdict ("pass", "regression",
 *  "inconclusive"; null if it was interrupted), interrupted, elapsed_ns, looks, needed_pairs (null
 *  if none are needed or too many to tell), ratio and ratio_this_look (B over A, the first with the
 *  interval that decides), a and b: {median_ns, low_ns, high_ns, spread}, pairs: [[A, B]...]
 *  (nanoseconds), warnings: [sentence...]}
 * Intervals are {value, low, high}; low and high are null below so many runs that there is none.
 * NULL without memory. Both commands must be UTF-8. */
json_t *nb_ab_to_json(const nb_ab_state *state, const nb_ab_options *options);

#endif
