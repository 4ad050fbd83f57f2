# 0: all jobs good; --help and --version, too.
code nbang -q 5
code nbang --version | sed 's/ [0-9.]*$/ N/'
code nbang --help | tail -n 1
