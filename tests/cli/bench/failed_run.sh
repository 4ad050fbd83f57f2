# A run that fails is an error that names it, and never a sample; where there is none, what was
# measured before stays.
echo before >out.json
code faulty crash:1000000 bench -q --workload=strong-1e6-v1 --workers=1 --runs=1 --export=json=out.json
cat out.json
code faulty flip-both:1000000 bench -q --workload=strong-1e6-v1 --workers=1 --runs=1
