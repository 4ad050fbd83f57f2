# Every format that is JSON is read by a strict parser, with the members that its readers look for.
command -v python3 >/dev/null || skip "no python3"
nbang bench -q --runs=9 --workload=strong-1e6-v1 --workers=1,2 --export=json=j \
    --export=google-benchmark=g --export=github-action=a --export=bencher=b
python3 - <<'END'
import json, math
def refuse(name): raise ValueError(name)
def pairs(items):
    assert len(dict(items)) == len(items)
    return dict(items)
def load(path):
    return json.load(open(path), parse_constant=refuse, object_pairs_hook=pairs)
def number(value): return type(value) in (int, float) and math.isfinite(value)
names = ["strong-1e6-v1/workers:1", "strong-1e6-v1/workers:2"]

record = load("j")
assert record["schema"] == "nbang-bench-1" and not record["interrupted"]
assert [len(point["samples"]) for point in record["points"]] == [9, 9]

google = load("g")
context = google["context"]
assert {"date", "num_cpus", "mhz_per_cpu", "cpu_scaling_enabled", "caches", "load_avg",
        "library_build_type", "json_schema_version"} <= set(context)
assert type(context["num_cpus"]) is int and type(context["cpu_scaling_enabled"]) is bool
for row in google["benchmarks"]:
    assert {"name", "run_name", "run_type", "repetitions", "threads", "iterations", "real_time",
            "cpu_time", "time_unit"} <= set(row)
    assert number(row["real_time"]) and number(row["cpu_time"])
    assert row["repetitions"] == 9
runs = [row for row in google["benchmarks"] if row["run_type"] == "iteration"]
assert [row["repetition_index"] for row in runs] == 2 * list(range(9))
assert [row["real_time"] for row in runs] == [
    sample["wall_ns"] for point in record["points"] for sample in point["samples"]]

action = load("a")
assert [row["name"] for row in action] == names
for row in action:
    assert row["unit"] == "ms" and number(row["value"]) and row["range"].startswith("± ")
    assert float(row["range"][2:]) >= 0 and row["extra"]

bencher = load("b")
assert list(bencher) == names
for name, row in zip(names, action):
    latency = bencher[name]["latency"]
    assert latency["lower_value"] <= latency["value"] <= latency["upper_value"]
    assert abs(latency["value"] / 1e6 - row["value"]) < 1e-6
print("good")
END
