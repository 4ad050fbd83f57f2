# With -o nothing is left of an interrupted run, and what was there before still is; nor is there a
# summary or a trace.
for signal in INT TERM HUP; do
    echo old >out.txt
    start nbang -j 2 -o out.txt --summary=s.json --trace=t.json 20000..60000 &
    master=$!
    await has_workers "$master" 2
    kill -"$signal" "$master"
    status_of "$master"
    ls -A
    cat out.txt
done
