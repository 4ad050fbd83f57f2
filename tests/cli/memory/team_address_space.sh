# A limit of the address space that the number fits into, but no stack besides: the team is smaller.
has_sanitizer address && skip "AddressSanitizer needs address space of its own"
export HWLOC_SYNTHETIC="core:64 pu:1"
for limit in 60000 80000 120000 200000; do
    (ulimit -v "$limit" && nbang -q --split=always 1000000) | is_golden 1000000
done
