# 6, too, if it is the trace that could not be written: the summary knows.
device full 7
code nbang -q --trace=full --summary=summary.json 5
grep -o '"exit_code":[0-9]*' summary.json
# Before anything is computed, if it cannot even be opened.
nbang -q --trace=none/trace.json 5
