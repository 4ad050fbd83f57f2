#include "measure/rounds.h"

#include <stdlib.h>

/* The stream of the seed that orders are drawn from. */
#define ORDER_STREAM 0x6f72646572

nb_status nb_rounds_init(nb_rounds *rounds, size_t num_points, uint64_t seed,
                         const nb_rounds_limits *limits)
{
    size_t *order = calloc(num_points, sizeof(*order));
    if (order == NULL) {
        return NBANG_NO_MEMORY;
    }
    for (size_t i = 0; i < num_points; i++) {
        order[i] = i;
    }
    *rounds = (nb_rounds){
        .limits = *limits,
        .num_points = num_points,
        .order = order,
        .taken = num_points,
    };
    nb_random_init(&rounds->random, seed, ORDER_STREAM);
    return NBANG_OK;
}

void nb_rounds_clear(nb_rounds *rounds)
{
    free(rounds->order);
    *rounds = (nb_rounds){0};
}

/* All orders are equally likely: Fisher and Yates, 1938, as Knuth has it (TAOCP 2, 3.4.2 P). */
static void shuffle(nb_rounds *rounds)
{
    for (size_t i = rounds->num_points - 1; i > 0; i--) {
        const size_t j = nb_random_below(&rounds->random, i + 1);
        const size_t swapped = rounds->order[i];
        rounds->order[i] = rounds->order[j];
        rounds->order[j] = swapped;
    }
}

static bool may_begin(const nb_rounds *rounds, uint64_t now_ns)
{
    const nb_rounds_limits *limits = &rounds->limits;
    if (rounds->completed == 0) {
        return true;
    }
    return (limits->runs == 0 || rounds->completed < limits->runs) &&
           (limits->deadline_ns == 0 || now_ns + rounds->last_round_ns <= limits->deadline_ns);
}

bool nb_rounds_next(nb_rounds *rounds, uint64_t now_ns, size_t *point)
{
    if (rounds->taken == rounds->num_points) {
        rounds->last_round_ns = now_ns - rounds->round_began_ns;
        if (!may_begin(rounds, now_ns)) {
            return false;
        }
        rounds->round_began_ns = now_ns;
        rounds->taken = 0;
        shuffle(rounds);
    } else if (rounds->completed > 0 && rounds->limits.deadline_ns != 0 &&
               now_ns >= rounds->limits.deadline_ns) {
        return false;
    }
    *point = rounds->order[rounds->taken++];
    rounds->completed += rounds->taken == rounds->num_points;
    return true;
}

bool nb_rounds_at_end(const nb_rounds *rounds)
{
    return rounds->taken == rounds->num_points;
}
