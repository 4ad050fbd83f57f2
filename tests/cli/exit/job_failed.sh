# 1: some job failed, in whatever way.
for job in -5 1e15; do
    echo "$job" | code nbang -q
done
code nbang -q --max-digits=10 20
code faulty stall:20000 -q --timeout=100ms 20000
code faulty exit:20000 -q 20000
