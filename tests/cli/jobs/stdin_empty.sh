# No jobs are no failure: a list may be empty.
nbang </dev/null
