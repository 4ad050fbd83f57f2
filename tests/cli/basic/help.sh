# The text may change, its shape may not: it starts with the usage, shows examples, and fits a
# terminal of 80 columns and 50 rows.
nbang --help >help.txt
for command in ab bench compare history; do
    nbang $command --help | awk 'length > 80 { print "too wide: " $0 }'
done
head -n 1 help.txt | grep -ci '^usage: nbang'
grep -ci '^examples' help.txt
awk 'length > 80 { print "too wide: " $0 }  END { if (NR > 50) print "too long: " NR " lines" }' \
    help.txt
