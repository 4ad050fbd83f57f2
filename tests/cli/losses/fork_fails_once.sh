# One worker too few at the start: a warning, and all results.
faulty fork:2 -j 3 5000 6000 7000 80000 | is_golden "5000 6000 7000 80000"
