# Lost workers and retries are counted.
code faulty exit:20000 -q -j 1 --summary=summary.json 20000 20
grep -o '"workers_lost":[0-9]*,"retries":[0-9]*,"exit_code":[0-9]*' summary.json
