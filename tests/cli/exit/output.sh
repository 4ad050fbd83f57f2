# 6: output could not be written; more than a wrong result (4) and a failed job (1).
printf '5000\n-5\n20\n' | faulty flip-both:5000 -q -j 1 >/dev/full
