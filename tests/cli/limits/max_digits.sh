# 25! has 26 digits, 1000! has 2568: what is longer is refused, uncomputed, and the rest printed.
code nbang -q --max-digits=26 25 1000 5 --format=text
nbang -q --max-digits=2_568 1000 | cmp - "$GOLDEN/digits/1000.txt"
code nbang -q --max-digits=2567 1000 --format=json | grep -o '"status":"[a-z]*"\|"attempts":.\|"num_digits":[0-9]*\|^code.*'
