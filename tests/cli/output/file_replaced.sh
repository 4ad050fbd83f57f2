# An existing file is replaced as a whole when all is done, and keeps its permissions. Who has the
# old one open still has it.
echo old >out.txt
chmod 604 out.txt
exec 3<out.txt
nbang -q -o out.txt 5
cat out.txt
cat <&3
stat -c %A out.txt
ls -A
