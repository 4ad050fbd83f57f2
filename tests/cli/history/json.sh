# The list for scripts is strict JSON, with everything that can be filtered by.
command -v python3 >/dev/null || skip "no python3"
nbang bench -q --runs=6 --workload=strong-1e6-v1 --workers=1 --db=h.db
nbang bench -q --runs=6 --workload=strong-1e6-v1 --workers=1 --db=h.db
nbang history --db=h.db --format=json | python3 -c '
import json, sys
def refuse(name): raise ValueError(name)
runs = json.load(sys.stdin, parse_constant=refuse)
print([run["id"] for run in runs])
for run in runs:
    assert len(run["fingerprint"]) == 16 and run["interrupted"] is False
    assert {"date", "version", "git_commit", "git_dirty", "kernel", "libc", "compiler", "simd"} < set(run)
    (point,) = run["points"]
    assert 0 < point["low_ns"] <= point["median_ns"] <= point["high_ns"]
    print(point["workload"], point["workers"], point["bind"], point["order"], point["runs"])
'
nbang history --db=h.db --format=json --workers=7
