# After "--" nothing is an option, so a negative number is a bad job there as well.
nbang -q -- 5 6
code nbang -- -5
