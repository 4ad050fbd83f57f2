# The sum of "120" in place of it.
nbang -q --format=json --digest 5 | without_times
