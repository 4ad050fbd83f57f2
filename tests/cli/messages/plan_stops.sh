# The plan is no run: a job that would take an hour is answered at once, and no output is made.
nbang --plan --max-memory=1T -o out.txt 1e9 | grep -c '1000000000!'
ls -A
