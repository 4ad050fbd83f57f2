# So do the errors of early lines.
coproc nbang -q --format=text 2>errors
master=$COPROC_PID to=${COPROC[1]} from=${COPROC[0]}
echo 12x >&"$to"
read -r line <&"$from"
printf '%s\n' "$line"
cat errors >&2
exec {to}>&-
status_of "$master"
