#include <criterion/criterion.h>
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "compute/factorial.h"
#include "run/item.h"
#include "run/split.h"

TestSuite(split, .timeout = 10);

static nb_split_job *create(uint64_t n, size_t num_parts)
{
    static nb_item item;
    nb_split_job *split = NULL;
    cr_assert_eq(nb_split_create(&split, &item, n, num_parts), NBANG_OK);
    cr_assert_eq(split->item, &item);
    return split;
}

Test(split, parts_are_the_primes_up_to_n_without_gap_or_overlap)
{
    nb_split_job *split = create(10000, 7);
    cr_assert_eq(split->num_parts, 7);
    cr_expect_eq(split->parts[0].lo, 2);
    for (size_t i = 0; i + 1 < split->num_parts; i++) {
        cr_expect_lt(split->parts[i].lo, split->parts[i].hi);
        cr_expect_eq(split->parts[i].hi, split->parts[i + 1].lo);
    }
    cr_expect_eq(split->parts[6].hi, 10001);
    nb_split_destroy(split);
}

Test(split, number_too_small_to_share_is_not_split)
{
    for (uint64_t n = 0; n < 16; n++) {
        nb_item item;
        nb_split_job *split = NULL;
        cr_expect_eq(nb_split_create(&split, &item, n, 4), NBANG_OUT_OF_RANGE);
        cr_expect_null(split);
    }
}

Test(split, destroying_nothing_does_nothing)
{
    nb_split_destroy(NULL);
}

/* ---- giving out ---- */

Test(split, each_part_is_given_out_once)
{
    nb_split_job *split = create(10000, 5);
    for (size_t i = 0; i < 5; i++) {
        cr_assert(nb_split_has_work(split));
        cr_expect_eq(nb_split_take_work(split), i);
    }
    cr_expect_not(nb_split_has_work(split));
    nb_split_destroy(split);
}

Test(split, lost_parts_are_given_out_again_before_new_ones)
{
    nb_split_job *split = create(10000, 4);
    cr_assert_eq(nb_split_take_work(split), 0);
    cr_assert_eq(nb_split_take_work(split), 1);
    nb_split_lose_part(split, 0);
    cr_expect_eq(nb_split_take_work(split), 0);
    cr_expect_eq(nb_split_take_work(split), 2);
    cr_expect_eq(nb_split_take_work(split), 3);
    cr_expect_not(nb_split_has_work(split));
    /* All of them may be lost, again and again. */
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 4; i++) {
            nb_split_lose_part(split, i);
        }
        bool seen[4] = {false};
        for (size_t i = 0; i < 4; i++) {
            cr_assert(nb_split_has_work(split));
            seen[nb_split_take_work(split)] = true;
        }
        cr_expect(seen[0] && seen[1] && seen[2] && seen[3]);
        cr_expect_not(nb_split_has_work(split));
    }
    nb_split_destroy(split);
}

/* ---- limbs ---- */

/* Keeps `num_limbs` limbs, the first of which is `offset` of `total`. */
static nb_status keep(nb_split_job *split, size_t part, uint64_t total, uint64_t offset,
                      size_t num_limbs, bool *complete)
{
    size_t len = sizeof(nb_limbs_header) + num_limbs * sizeof(uint64_t);
    unsigned char *payload = calloc(1, len);
    cr_assert_not_null(payload);
    /* A worker does not know which part it has computed. */
    const nb_limbs_header header = {.part = 0, .total_limbs = total, .offset_limbs = offset};
    memcpy(payload, &header, sizeof(header));
    for (size_t i = 0; i < num_limbs; i++) {
        uint64_t limb = 1000 * part + offset + i;
        memcpy(payload + sizeof(header) + i * sizeof(limb), &limb, sizeof(limb));
    }
    const nb_frame frame = {.payload = payload, .len = len};
    nb_status status = nb_split_keep(split, part, &frame, complete);
    free(payload); /* what is kept is a copy */
    return status;
}

Test(split, pieces_come_back_part_by_part_in_order)
{
    nb_split_job *split = create(10000, 3);
    bool complete = true;
    /* Parts end in any order, and their pieces mix. */
    cr_assert_eq(keep(split, 2, 5, 0, 5, &complete), NBANG_OK);
    cr_expect(complete);
    cr_assert_eq(keep(split, 0, 7, 0, 3, &complete), NBANG_OK);
    cr_expect_not(complete);
    cr_assert_eq(keep(split, 1, 4, 0, 2, &complete), NBANG_OK);
    cr_assert_eq(keep(split, 0, 7, 3, 4, &complete), NBANG_OK);
    cr_expect(complete);
    cr_assert_eq(split->num_done, 2);
    cr_assert_eq(keep(split, 1, 4, 2, 2, &complete), NBANG_OK);
    cr_expect(complete);
    cr_assert_eq(split->num_done, 3);

    static const struct {
        uint64_t part, total, offset;
        size_t num_limbs;
    } expected[] = {{0, 7, 0, 3}, {0, 7, 3, 4}, {1, 4, 0, 2}, {1, 4, 2, 2}, {2, 5, 0, 5}};
    nb_split_cursor cursor = {0};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const nb_limb_piece *piece = nb_split_next(split, &cursor);
        cr_assert_not_null(piece);
        nb_limbs_header header;
        memcpy(&header, piece->payload, sizeof(header));
        cr_expect_eq(header.part, expected[i].part);
        cr_expect_eq(header.total_limbs, expected[i].total);
        cr_expect_eq(header.offset_limbs, expected[i].offset);
        cr_assert_eq(piece->len, sizeof(header) + 8 * expected[i].num_limbs);
        uint64_t limb;
        memcpy(&limb, piece->payload + sizeof(header), sizeof(limb));
        cr_expect_eq(limb, 1000 * expected[i].part + expected[i].offset);
    }
    cr_expect_null(nb_split_next(split, &cursor));
    cr_expect_null(nb_split_next(split, &cursor));
    nb_split_destroy(split);
}

Test(split, pieces_out_of_sequence_are_corrupt)
{
    nb_split_job *split = create(10000, 2);
    bool complete = false;
    cr_expect_eq(keep(split, 0, 10, 1, 3, &complete), NBANG_CORRUPT, "does not start at 0");
    cr_expect_eq(keep(split, 0, 10, 0, 3, &complete), NBANG_OK);
    cr_expect_eq(keep(split, 0, 10, 0, 3, &complete), NBANG_CORRUPT, "again");
    cr_expect_eq(keep(split, 0, 10, 4, 3, &complete), NBANG_CORRUPT, "leaves one out");
    cr_expect_eq(keep(split, 0, 10, 2, 3, &complete), NBANG_CORRUPT, "overlaps");
    cr_expect_eq(keep(split, 0, 10, 3, 8, &complete), NBANG_CORRUPT, "too long");
    cr_expect_eq(keep(split, 0, 6, 3, 3, &complete), NBANG_CORRUPT, "the total changes");
    cr_expect_eq(keep(split, 0, 10, 3, 7, &complete), NBANG_OK);
    cr_expect(complete);
    cr_expect_eq(split->num_done, 1);
    nb_split_destroy(split);
}

Test(split, lost_part_starts_from_its_first_limb)
{
    nb_split_job *split = create(10000, 2);
    bool complete = false;
    cr_assert_eq(nb_split_take_work(split), 0);
    cr_assert_eq(keep(split, 0, 10, 0, 6, &complete), NBANG_OK);
    nb_split_lose_part(split, 0);
    cr_assert_eq(nb_split_take_work(split), 0);
    cr_expect_eq(keep(split, 0, 10, 6, 4, &complete), NBANG_CORRUPT);
    cr_expect_eq(keep(split, 0, 10, 0, 10, &complete), NBANG_OK);
    cr_expect(complete);
    cr_expect_eq(split->num_done, 1);
    nb_split_destroy(split);
}
