# GMP's mpz_out_raw: 4 bytes that say how many follow, then those of the number, in the order of the
# jobs and with nothing between them.
nbang -q --format=raw 5 0 20 6 | od -An -tx1
nbang -q --format=raw 0..3000 | is_golden 0..3000 raw_sha256
nbang -q --format=raw 1000000 | is_golden 1000000 raw_sha256
nbang --format=raw --time -o file 5000 6000 7000 80000
is_golden "5000 6000 7000 80000" raw_sha256 <file
