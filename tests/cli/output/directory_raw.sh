# A file for each binary number; finished in whatever order, they are told apart by their names.
nbang -q -j 2 --format=raw --unordered --output-dir=results 80000 7000 6000 5000
ls results
cat results/{5000,6000,7000,80000}.raw | is_golden "5000 6000 7000 80000" raw_sha256
