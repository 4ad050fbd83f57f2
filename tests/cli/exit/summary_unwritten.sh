# 6, too, if it is the summary that could not be written.
nbang -q --summary=/dev/full 5
