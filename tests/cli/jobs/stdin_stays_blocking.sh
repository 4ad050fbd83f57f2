# Who shares standard input, and reads it after or beside nbang, must not find it non-blocking.
mkfifo pipe
exec 3<>pipe
echo 5 >&3
start nbang -q <&3 >out &
master=$!
await has_bytes out 4
# Waiting for the next line now.
flags=$(awk '/^flags:/ { print $2 }' /proc/self/fdinfo/3)
[ $((8#$flags & 8#4000)) -eq 0 ] || fail "O_NONBLOCK is set"
kill "$master"
status_of "$master"
