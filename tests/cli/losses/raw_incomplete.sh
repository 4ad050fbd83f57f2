# A binary number that never comes whole: what followed would be taken for its rest, so that nothing
# does. A file ends on a whole number, or is not there; files of their own do not mind.
cut="die-sending:$(golden 80000 digits)"
faulty "$cut" -q -j 2 --format=raw 20 80000 30 >out || echo "code $?"
od -An -tx1 out
faulty "$cut" -q -j 2 --format=raw -o file 20 80000 30 || echo "code $?"
ls
faulty "$cut" -q -j 2 --format=raw --output-dir=results 20 80000 30 || echo "code $?"
ls results
