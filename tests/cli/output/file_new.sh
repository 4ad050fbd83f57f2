# A new file has the permissions of any other, and nothing else is left beside it.
umask 027
nbang -q -o out.txt 20 25
cat "$GOLDEN"/digits/{20,25}.txt | cmp - out.txt
stat -c %A out.txt
ls -A
