# --plan tells jobs, digits and trailing zeros, and computes nothing.
nbang --plan -j 3 --max-digits=10_000_000 5 1000000 6000..8000:1000 1e9 >plan && code=0 || code=$?
echo "code $code"
awk '/^workers/ { print $1, $2 } /^jobs/ { sub(/ +/, " "); print } $1 ~ /!$/ { print $1, $2, $3 }' plan
grep -c 'refused' plan
[ "$(golden 1000000 digits)" = 5565709 ] && [ "$(golden 1000000 zeros)" = 249998 ]
