# What was measured before a signal is kept, marked as interrupted, and the run that is under way
# ends with the benchmark. KILL leaves what there was after the last round.
has_samples() {
    [ -e out.json ] && [ "$(grep -c wall_ns out.json)" -ge 3 ]
}
for signal in INT TERM KILL; do
    start nbang bench -q --workload=strong-1e6-v1 --workers=1 --runs=100000 --export=json=out.json &
    bench=$!
    await has_samples
    run=$(workers "$bench")
    kill -"$signal" "$bench"
    status_of "$bench"
    python3 -m json.tool out.json >/dev/null || fail "out.json is no JSON"
    grep '"interrupted"' out.json
    # shellcheck disable=SC2086 # a list of processes
    await_soon are_gone "$bench" $run || fail "processes are left"
    [ "$signal" = KILL ] || ls -A
    rm out.json
done
