# One worker too few at the start: a warning, and all results.
faulty fork:2 -j 3 20000..60000:100 | is_golden "20000..60000:100"
