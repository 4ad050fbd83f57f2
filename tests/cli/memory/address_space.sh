# A limit of the address space: the job that cannot fit is refused for want of memory, the others
# are computed.
has_sanitizer address && skip "AddressSanitizer needs address space of its own"
ulimit -v 300000
code nbang -q 1000 50000000 1000
