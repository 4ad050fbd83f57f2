# A usage error is found before the output is touched.
echo old >out.txt
code nbang -o out.txt 5 12x
code nbang -o new.txt 5 12x
cat out.txt
ls -A
