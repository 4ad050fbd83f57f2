# Where nothing can be told that is said aloud, and is not a failure unless asked for. Here every
# second run is a slow one: of A, of B, of A and so on.
# shellcheck disable=SC2120 # `code` passes arguments
unclear() {
    : >n
    # shellcheck disable=SC2016 # for the shell that nbang starts
    local command='echo >>n; [ "$(($(wc -l <n) % 2))" = 0 ] || sleep 0.05'
    nbang ab --runs 6 "$@" "$command" "$command"
}
unclear | tail -n 1 | sed -E 's/: .*(, 6 are there)/: ...\1/; s/: the ratio.*/: ..., 6 are there/'
code unclear --inconclusive=9 >text
tail -n 1 text
code unclear -q --inconclusive=9
# A time limit that leaves time for one block only ends in the same way, and it is said which limit
# would do.
slow() {
    nbang ab --time-limit 20ms "$@" 'sleep 0.02' 'sleep 0.02' | tail -n 1
}
slow | sed -E 's/--time-limit [0-9]+[sm]/--time-limit T/'
# A threshold may be written in two ways.
slow --fail-above 0.075 | grep -o '^CANNOT TELL .* A:'
slow --fail-above 7.5% | grep -o '^CANNOT TELL .* A:'
