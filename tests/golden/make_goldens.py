#!/usr/bin/env python3
"""Makes the golden files of this directory with Python's own factorial and its own conversion to
decimal, which share no code with nbang or with GMP:

    digits/N.txt   the digits of N! and a line feed
    first_101.txt  the same for 0 to 100, a line each
    sums.tsv       for a list of jobs as nbang takes it: SHA-256 and MD5 of all output, and how many
                   lines, digits and trailing zeros there are in it; SHA-256 of all output with
                   --format=raw

The tests read what is committed and need no Python. To make it again (some twenty minutes: the
conversion takes quadratic time, and is the better oracle for being simple; only where that would
take days, numbers are decimal from the start, in Python's decimal module):

    tests/golden/make_goldens.py
"""

import decimal
import hashlib
import math
import pathlib
import sys

WHOLE = [0, 1, 2, 20, 21, 25, 100, 1000]

BATCHES = [
    "5000",
    "6000",
    "7000",
    "80000",
    "200000",
    "1000000",
    "10000000",
    "5000 6000 7000 80000",
    "0..3000",
    # Short and long ones, in no order, some of them twice.
    "30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2",
    # For a batch that lasts: about 66 million digits.
    "20000..60000:100",
]


def numbers(batch):
    """Every n of a list of numbers and ranges A..B or A..B:STEP, both ends included."""
    for job in batch.split():
        ends, _, step = job.partition(":")
        first, _, last = ends.partition("..")
        yield from range(int(first), int(last or first) + 1, int(step or 1))


def raw(value):
    """`value` > 0 in GMP's raw format."""
    length = (value.bit_length() + 7) // 8
    return length.to_bytes(4, "big") + value.to_bytes(length, "big")


# The largest n whose factorial is converted, and the factors of a leaf of the others.
CONVERTED = 1_000_000
LEAF = 200


def product(first, last):
    """first * (first + 1) * ... * last, as a decimal number."""
    if last - first < LEAF:
        return decimal.Decimal(math.prod(range(first, last + 1)))
    middle = (first + last) // 2
    return product(first, middle) * product(middle + 1, last)


def digits_of(n, value):
    """The digits of n!, which is `value`."""
    if n <= CONVERTED:
        return str(value)
    with decimal.localcontext() as context:
        context.prec, context.Emax = decimal.MAX_PREC, decimal.MAX_EMAX
        context.traps[decimal.Inexact] = True
        return format(product(1, n), "f")


def describe(batch):
    """The line of sums.tsv for `batch`."""
    sha256, md5, raw_sha256 = hashlib.sha256(), hashlib.md5(), hashlib.sha256()
    lines = digits = zeros = 0
    for n in numbers(batch):
        value = math.factorial(n)
        raw_sha256.update(raw(value))
        text = digits_of(n, value)
        for sum_ in (sha256, md5):
            sum_.update(text.encode() + b"\n")
        lines += 1
        digits += len(text)
        zeros += len(text) - len(text.rstrip("0"))
    sums = f"{sha256.hexdigest()}\t{md5.hexdigest()}\t{lines}\t{digits}\t{zeros}"
    return f"{batch}\t{sums}\t{raw_sha256.hexdigest()}\n"


def main():
    sys.set_int_max_str_digits(0)
    here = pathlib.Path(__file__).parent
    (here / "digits").mkdir(exist_ok=True)
    for n in WHOLE:
        (here / "digits" / f"{n}.txt").write_text(f"{math.factorial(n)}\n")
    (here / "first_101.txt").write_text("".join(f"{math.factorial(n)}\n" for n in range(101)))
    table = "jobs\tsha256\tmd5\tlines\tdigits\tzeros\traw_sha256\n" + "".join(map(describe, BATCHES))
    (here / "sums.tsv").write_text(table)


main()
