# Signals that are ignored from the start stay ignored, as under nohup.
coproc env --ignore-signal=INT,HUP nbang -q
master=$COPROC_PID to=${COPROC[1]} from=${COPROC[0]}
for n in 20 21; do
    # The second job comes after the signals.
    echo "$n" >&"$to"
    read -r line <&"$from"
    printf '%s\n' "$line" | cmp - "$GOLDEN/digits/$n.txt"
    kill -INT "$master"
    kill -HUP "$master"
done
exec {to}>&-
status_of "$master"
