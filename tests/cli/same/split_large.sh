# A number that is split without being asked for: it alone is more than its fair share.
nbang -q -j 3 10000000 | is_golden 10000000
nbang -q -j 3 --split=always 1000000 | is_golden 1000000
