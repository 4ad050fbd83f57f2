# A soft limit for file descriptors that is too low for the pool is raised: all workers start.
ulimit -S -n 32
nbang -j 40 --no-reuse --digest 5000..5600 2>err | wc -l
sed 's/.*, //' err
