# A job that stalls has three attempts, and is then reported; the others go on.
code faulty stall:80000 -j 2 --timeout=300ms 20000 80000 20000 --digest 2>errors |
    sed -E 's/^[0-9a-f]{64}$/digest/'
tail -n 2 errors >&2
[ "$(grep -c 'warning: worker . (process [0-9]*) exceeded the time limit; ' errors)" -ge 3 ]
