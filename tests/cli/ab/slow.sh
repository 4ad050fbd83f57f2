# The program with test hooks can be made slower by so many percent, which shows; ten times is
# more than any noise.
[ -n "${NBANG_HOOKS-}" ] || skip "no program with test hooks"
nbang ab --fail-above 100% "$NBANG_HOOKS -q --fixed 200000 >/dev/null" \
    "NBANG_FAULT=slow:900 $NBANG_HOOKS -q --fixed 200000 >/dev/null" | tail -n 1
