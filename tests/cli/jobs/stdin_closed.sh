# Without standard input, jobs on the command line work, and "-" is an error.
nbang -q 5 <&-
code nbang <&-
