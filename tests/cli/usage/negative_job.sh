# A negative number is a bad job, not an unknown option.
nbang 5 -5
