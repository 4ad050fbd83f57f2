# Programs that write to the same file, one after the other, do not overwrite each other.
{ echo before; nbang -q 5 6; echo after; } >out.txt
cat out.txt
