# A number whose parts fit into a process, but not their product, is not shared.
has_sanitizer address && skip "AddressSanitizer needs address space of its own"
ulimit -v 260000
nbang -q --split=always -j 2 1e7 | is_golden 10000000
