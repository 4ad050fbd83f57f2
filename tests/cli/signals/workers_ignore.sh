# Ctrl-C and a hang-up reach the workers as well as the master, and only the master acts on them:
# sent to workers alone they do nothing.
coproc nbang -j 2 2>errors
master=$COPROC_PID to=${COPROC[1]} from=${COPROC[0]}
for n in 20 21; do
    # The second job comes after the signals.
    echo "$n" >&"$to"
    read -r line <&"$from"
    printf '%s\n' "$line" | cmp - "$GOLDEN/digits/$n.txt"
    for worker in $(workers "$master"); do
        kill -INT "$worker"
        kill -HUP "$worker"
    done
done
exec {to}>&-
status_of "$master"
cat errors >&2
