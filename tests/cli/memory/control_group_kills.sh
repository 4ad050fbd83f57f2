# If the limit turns out too small all the same, the system kills the worker that is computing, and
# nobody else.
has_sanitizer address && skip "AddressSanitizer takes memory of its own"
in_memory_group 6M code nbang -q --max-memory=2G -j 1 1000 1000000 1000
