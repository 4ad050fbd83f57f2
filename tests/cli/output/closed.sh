# Closed standard output: code 6 and a message. What needs none works.
status=0
nbang -q 5 >&- || status=$?
nbang -q -o out.txt 5 >&- || status=$status,$?
echo "$status"
cat out.txt
