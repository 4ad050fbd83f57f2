# The flipped bit is real: unchecked, it is printed.
faulty flip:5000 -q --no-verify 5000 >out
wc -lc <out | tr -s ' '
! is_golden 5000 <out 2>/dev/null
