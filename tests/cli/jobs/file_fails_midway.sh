# A file that opens but cannot be read: what came before it is printed, and the code is 2.
[ -r /proc/self/mem ] || skip "no file that fails on reading"
code nbang -q 5 @/proc/self/mem
