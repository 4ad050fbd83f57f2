# So it does when half a line has been written already: its worker dies while it sends, again and
# again.
digits=$(golden 200000 digits)
start env NBANG_FAULT="die-sending:$digits" "$NBANG_HOOKS" -q 20 200000 >out.txt &
master=$!
await has_bytes out.txt 100000
kill -INT "$master"
status_of "$master"
cmp "$GOLDEN/digits/20.txt" out.txt
