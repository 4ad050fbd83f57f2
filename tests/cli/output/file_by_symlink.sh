# A symbolic link stays one, and what it points to is replaced; if that is not there yet, it is made.
mkdir there
echo old >there/old.txt
ln -s there/old.txt link_to_old
ln -s there/new.txt link_to_new
nbang -q -o link_to_old 5
nbang -q -o link_to_new 6
cat there/old.txt there/new.txt
stat -c %F link_to_old link_to_new
ls -A there
