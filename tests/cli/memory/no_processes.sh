# No process at all for a worker: code 7, never a hang.
has_sanitizer address && skip "LeakSanitizer needs a process of its own"
as_user bash -c 'ulimit -u 1; exec nbang -j 40 5'
