# A file, or a directory, that may not be written to is left as it is.
mkdir directory
echo old >directory/old.txt
chmod 444 directory/old.txt
code as_user nbang -o directory/old.txt 5
chmod 666 directory/old.txt
chmod 555 directory
code as_user nbang -o directory/new.txt 5
chmod 755 directory
cat directory/old.txt
ls -A directory
