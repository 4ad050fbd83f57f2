# A job that ends every worker that takes it is that job's error; all others are printed.
for fault in segv exit memory crash; do
    code faulty "$fault:20000" -q -j 2 20 20000 21 25
done
