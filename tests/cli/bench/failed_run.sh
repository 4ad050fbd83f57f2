# A run that fails is an error that names it, and never a sample.
code faulty crash:1000000 bench -q --workload=strong-1e6-v1 --workers=1 --runs=1 --export=json=out.json
grep -c wall_ns out.json || true
grep '"interrupted"' out.json
code faulty flip-both:1000000 bench -q --workload=strong-1e6-v1 --workers=1 --runs=1
