# A flipped bit is found before the first digit leaves, and the number computed on another path.
faulty flip:5000,flip:80000 -q -j 1 5000 6000 7000 80000 | is_golden "5000 6000 7000 80000"
