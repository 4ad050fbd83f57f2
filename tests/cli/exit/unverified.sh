# 4: digits that do not pass their check on any path are not printed. More than other failures (1).
printf '5000\n-5\n20\n' | code faulty flip-both:5000 -q -j 1
