# 65,657,060 digits, by Python's decimal module as well.
nbang -q 10000000 | is_golden 10000000
