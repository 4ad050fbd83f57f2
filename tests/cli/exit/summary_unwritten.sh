# 6, too, if it is the summary that could not be written.
device full 7
nbang -q --summary=full 5
