# A wrong bit is found before the first byte leaves, and the number computed another way. If that is
# wrong as well, nothing is written.
faulty flip:5000,flip:80000 -q -j 1 --format=raw 5000 6000 7000 80000 |
    is_golden "5000 6000 7000 80000" raw_sha256
faulty flip:5000 -q --no-verify --format=raw 5000 >wrong
! is_golden 5000 raw_sha256 <wrong 2>/dev/null
faulty flip-both:5000 -q -j 1 --format=raw 5 5000 >out || echo "code $?"
od -An -tx1 out
