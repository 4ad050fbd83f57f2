# A device is written to, not replaced, by a symbolic link as well.
device null 3
ln -s null link
for name in null link; do
    before=$(stat -L -c '%F %t %T %i' null)
    nbang -q -o "$name" 5
    after=$(stat -L -c '%F %t %T %i' null)
    [ "$before" = "$after" ] || fail "it was $before, is $after"
done
stat -L -c %F null
