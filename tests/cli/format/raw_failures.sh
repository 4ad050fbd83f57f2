# A job without a result leaves not a byte; what is too long for the 31 bits that the format has for
# the number of bytes is one.
printf '5\n-5\n618821161\n6\n' >jobs.txt
nbang -q --format=raw @jobs.txt >numbers || echo "code $?"
od -An -tx1 numbers
