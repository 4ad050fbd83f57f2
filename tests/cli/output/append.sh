# A redirection that appends, appends.
echo 1 >out.txt
nbang -q 5 >>out.txt
nbang -q 6 >>out.txt
cat out.txt
