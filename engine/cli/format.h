/* The forms of a result: records and digits in, bytes on a target out. One line per job, except
 * `raw`.
 *
 *   digits  The digits of n!, nothing else. The line of a job that has no result is empty, so that
 *           line k of ordered output is always job k.
 *   text    5000! = 4228…          with the digest asked for: 5000! sha256 = 1f0c…
 *           12x: error: "12x" is not a number
 *           A job without a result is called by what was asked for, with control characters and
 *           bytes that are not UTF-8 as \xNN, followed by its status and the reason.
 *   json    One object a line, with the members index, input, source, n, status, error, num_digits,
 *           trailing_zeros, verified, sha256 (only with the digest), wall_ns, cpu_ns, attempts,
 *           value (only without), in that order; the value comes last because it is streamed, as a
 *           string. What is not known or does not apply is null; so is an integer above 2^63 - 1,
 *           which many readers refuse, and `input` still has it. Bytes that are not UTF-8 are
 *           written as \xNN; everything is valid JSON whatever the input was.
 *   raw     The binary number as GMP's mpz_out_raw writes it (NBANG_CONTENT_RAW), nothing before,
 *           between or behind: repeated mpz_inp_raw reads one after the other. A job that has no
 *           result leaves nothing.
 *
 * A result that breaks off has "!incomplete" after its last digit (in JSON inside the string), so
 * that it cannot be taken for a number. In `raw` there is no such mark, and what came next would be
 * taken for the rest: nothing may follow. A value for people's eyes may be abbreviated to its ends:
 * 2824229407…(5,565,709 digits)…00000000. */
#ifndef NB_CLI_FORMAT_H
#define NB_CLI_FORMAT_H

#include <stdbool.h>

#include "base/status.h"
#include "cli/ends.h"
#include "cli/target.h"
#include "nbang/batch.h"

/* Longest result that is shown whole where results are abbreviated. */
#define NB_FORMAT_SHOWN_DIGITS 100000

/* One of the forms. */
typedef struct nb_format {
    const char *suffix; /* of file names, with the point */
    bool for_people;    /* abbreviate on a terminal */
    bool explains;      /* a job without a result leaves more than an empty line */
    bool binary;        /* not for terminals, and nothing may follow a result that breaks off */

    /* Writes everything before the digits, or the whole line but for its end if none are to come.
     * `open` tells whether a value has been begun that can be continued. */
    nb_status (*head)(nb_target *target, const nbang_record *record, bool digest, bool *open);

    const char *tail_open, *tail_closed; /* the end of the line in either case */
} nb_format;

/* Static storage. */
const nb_format *nb_format_digits(void);
const nb_format *nb_format_text(void);
const nb_format *nb_format_json(void);
const nb_format *nb_format_raw(void);

/* Writes records in one form. */
typedef struct nb_formatter {
    const nb_format *format;
    nb_target *target;
    bool digest;     /* the batch computes digests in place of digits */
    bool abbreviate; /* show long results by their ends */
    /* The current record: */
    bool open;    /* its value has been begun … */
    bool by_ends; /* … and is kept in `ends` instead of written */
    nb_ends ends;
} nb_formatter;

/* The calls of an nbang_sink, for one formatter (its first four members set, the rest zero). They
 * return what nb_target_write returned, or NBANG_NO_MEMORY. After `end` the target is marked if the
 * line is worth keeping when the batch is interrupted: if it is whole, and not merely the empty
 * line of a job that the interruption took. Per record: under 100 ns for digits and text, about
 * 3 µs for JSON. */
NB_MUST_CHECK nb_status nb_formatter_begin(nb_formatter *formatter, const nbang_record *record);
NB_MUST_CHECK nb_status nb_formatter_text(nb_formatter *formatter, const char *digits, size_t len);
NB_MUST_CHECK nb_status nb_formatter_end(nb_formatter *formatter, const nbang_record *record,
                                         bool complete);

#endif
