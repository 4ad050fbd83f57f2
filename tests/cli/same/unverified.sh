# Nor whether they are checked.
nbang -q --no-verify 5000 6000 7000 80000 | is_golden "5000 6000 7000 80000"
