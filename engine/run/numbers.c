#include "run/numbers.h"

#include "base/fault.h"
#include "base/heap.h"
#include "compute/cost.h"
#include "compute/factorial.h"
#include "compute/residue.h"
#include "nbang/estimate.h"

void nb_numbers_init(nb_numbers *numbers, bool verify, bool reuse)
{
    *numbers = (nb_numbers){.verify = verify, .reuse = reuse};
    nb_multiplier_init(&numbers->multiplier);
    nb_kept_init(&numbers->near);
    nb_kept_init(&numbers->large);
    nb_decimal_text_init(&numbers->text);
}

void nb_numbers_clear(nb_numbers *numbers)
{
    for (size_t n = 0; n < NB_NUMBERS_TEXTS; n++) {
        nb_decimal_text_clear(&numbers->texts[n].text);
    }
    nb_kept_clear(&numbers->near);
    nb_kept_clear(&numbers->large);
    nb_decimal_text_clear(&numbers->text);
    nb_multiplier_release(&numbers->multiplier);
}

/* ---- from nothing ---- */

/* For tests of what happens to a wrong result. */
static void flip_digit(const nb_decimal_text *text)
{
    if (text->characters != NULL) {
        text->characters[text->num_significant / 2] ^= 1;
    } else {
        text->digits[text->num_digits / 2] ^= 1;
    }
}

static bool is_to_be_flipped(uint64_t n)
{
    return nb_fault("flip", n) || nb_fault("flip-both", n);
}

static bool has_residue(const nb_numbers *self, const nb_decimal_text *text, uint64_t residue)
{
    nb_trace_enter(self->multiplier.trace, NBANG_PHASE_VERIFICATION);
    return nb_decimal_text_residue(text, self->multiplier.team) == residue;
}

/* The text and, if verification is on, the proof that it is right: its residue is that of n!. A
 * text that fails is computed again on the other path. NBANG_UNVERIFIED if that fails as well. */
static nb_status compute(nb_numbers *self, nb_decimal_text *text, uint64_t n, uint64_t *residue)
{
    *residue = 0;
    nb_status status = nb_factorial_text(text, &self->multiplier, n, NB_FACTORIAL_PRIMES);
    if (status == NBANG_OK && is_to_be_flipped(n)) {
        flip_digit(text);
    }
    if (status == NBANG_OK && !self->verify) {
        return NBANG_OK;
    }
    if (status != NBANG_OK && status != NBANG_UNVERIFIED) {
        return status;
    }
    nb_trace_enter(self->multiplier.trace, NBANG_PHASE_VERIFICATION);
    *residue = nb_factorial_residue(n, self->multiplier.team);
    if (status == NBANG_OK && has_residue(self, text, *residue)) {
        return NBANG_OK;
    }
    nb_decimal_text_clear(text);
    status = nb_factorial_text(text, &self->multiplier, n, NB_FACTORIAL_GMP);
    if (status == NBANG_OK && nb_fault("flip-both", n)) {
        flip_digit(text);
    }
    if (status == NBANG_OK && !has_residue(self, text, *residue)) {
        status = NBANG_UNVERIFIED;
    }
    return status;
}

/* ---- from what is kept ---- */

/* Looks up or computes the text of a small factorial. What was kept is checked again. */
static nb_status get_small(nb_numbers *self, const nb_decimal_text **text, uint64_t n)
{
    nb_numbers_text *kept = &self->texts[n];
    if (kept->text.characters != NULL && self->verify &&
        !has_residue(self, &kept->text, kept->residue)) {
        nb_decimal_text_clear(&kept->text);
    }
    if (kept->text.characters == NULL) {
        nb_status status = compute(self, &kept->text, n, &kept->residue);
        if (status != NBANG_OK) {
            nb_decimal_text_clear(&kept->text);
            return status;
        }
    }
    *text = &kept->text;
    return NBANG_OK;
}

/* Makes n! of what is kept, if that is faster than from nothing; false if it is not, or failed. */
static bool advance(nb_numbers *self, nb_kept *kept, uint64_t n)
{
    if (!nb_kept_is_there(kept) || kept->n > n ||
        nb_cost_of_steps(kept->n, n).time_ns >= nbang_estimate_job(n).time_ns) {
        return false;
    }
    nb_trace_enter(self->multiplier.trace, NBANG_PHASE_REUSE);
    self->view = nb_kept_text(kept);
    if (nb_fault("flip-kept", kept->n)) {
        flip_digit(&self->view);
    }
    if (nb_kept_advance(kept, &self->multiplier, n) != NBANG_OK) {
        return false;
    }
    self->view = nb_kept_text(kept);
    if (is_to_be_flipped(n)) {
        flip_digit(&self->view);
    }
    return !self->verify || has_residue(self, &self->view, kept->residue);
}

/* Gets n! from `kept` or from nothing, and keeps it there. */
static nb_status get_kept(nb_numbers *self, nb_kept *kept, const nb_decimal_text **text, uint64_t n,
                          bool use)
{
    if (!use || !advance(self, kept, n)) {
        uint64_t residue;
        nb_kept_clear(kept);
        nb_status status = compute(self, &self->text, n, &residue);
        if (status == NBANG_OK) {
            status = nb_kept_set(kept, n, &self->text, residue);
        }
        if (status != NBANG_OK) {
            return status;
        }
        self->view = nb_kept_text(kept);
    }
    *text = &self->view;
    return NBANG_OK;
}

nb_status nb_numbers_get(nb_numbers *numbers, const nb_decimal_text **text, uint64_t n,
                         nb_reuse reuse)
{
    if (numbers->reuse && n < NB_NUMBERS_TEXTS) {
        return get_small(numbers, text, n);
    }
    if (numbers->reuse && n <= NB_NUMBERS_NEAR_MAX) {
        return get_kept(numbers, &numbers->near, text, n, true);
    }
    if (numbers->reuse && reuse != NB_REUSE_NONE) {
        numbers->drops_large = (reuse & NB_REUSE_KEEP) == 0;
        return get_kept(numbers, &numbers->large, text, n, (reuse & NB_REUSE_USE) != 0);
    }
    uint64_t residue;
    *text = &numbers->text;
    return compute(numbers, &numbers->text, n, &residue);
}

/* What a text of so many digits leaves in the heap, with what it was made of, counts. */
enum { MIN_TRIMMED_DIGITS = 1 << 16 };

void nb_numbers_release(nb_numbers *numbers)
{
    const bool was_large = numbers->text.num_digits >= MIN_TRIMMED_DIGITS;
    nb_decimal_text_clear(&numbers->text);
    if (numbers->drops_large) {
        nb_numbers_forget(numbers);
    }
    if (was_large && numbers->multiplier.kept_bytes < NB_MULTIPLIER_KEPT_BYTES) {
        nb_heap_trim();
    }
}

void nb_numbers_forget(nb_numbers *numbers)
{
    nb_kept_clear(&numbers->large);
    numbers->drops_large = false;
}
