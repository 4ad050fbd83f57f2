# A device is written to, not replaced.
before=$(stat -c '%F %t %T %i' /dev/null)
nbang -q -o /dev/null 5
ln -s /dev/null link
nbang -q -o link 5
after=$(stat -c '%F %t %T %i' /dev/null)
[ "$before" = "$after" ] || fail "/dev/null was $before, is $after"
