# A FIFO is written to as well, once there is a reader.
mkfifo pipe
start nbang -q -o pipe 20 25 &
master=$!
cat "$GOLDEN"/digits/{20,25}.txt | cmp - pipe
status_of "$master"
stat -c %F pipe
