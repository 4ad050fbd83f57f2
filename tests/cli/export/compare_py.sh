# Google Benchmark's own compare.py (Debian: libbenchmark-tools) reads the export and tests it.
compare=/usr/share/benchmark/compare.py
[ -e "$compare" ] || skip "no compare.py"
/usr/bin/python3 -c 'import scipy' 2>/dev/null || skip "no SciPy"
nbang bench -q --runs=9 --workload=strong-1e6-v1 --workers=1,2 --export=google-benchmark=old
nbang bench -q --runs=9 --workload=strong-1e6-v1 --workers=1,2 --export=google-benchmark=new
/usr/bin/python3 "$compare" --no-color benchmarks old new >out
grep -o 'workers:[12]_pvalue' out
grep -o 'U Test, Repetitions: 9 vs 9' out
