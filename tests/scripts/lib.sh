# shellcheck shell=bash
# What the tests of the scripts share: expectations, and a directory that goes away in the end.

scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
failures=0

# expect WHAT COMMAND...: the command must succeed.
expect() {
    local what=$1
    shift
    if ! "$@"; then
        printf 'FAILED: %s (%s)\n' "$what" "$*"
        failures=$((failures + 1))
    fi
}

# fails COMMAND...: succeeds if the command fails.
fails() {
    ! "$@"
}

# finish: ends the test.
finish() {
    [ "$failures" -eq 0 ] || printf '%s failed\n' "$failures"
    exit "$((failures > 0))"
}
