# A job without a result: an empty line in digits, its reason in text, a null value in json.
for format in digits text json; do
    printf '5\n-5\n' | code nbang -q --format="$format" 2>>errors | sed -E 's/.*"value"/"value"/'
done
sort -u errors >&2
