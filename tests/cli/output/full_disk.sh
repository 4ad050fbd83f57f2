# A real file system of 64 KiB: what fits of a redirected output ends on a whole line, and of a file
# made with -o nothing is left.
# shellcheck disable=SC2016 # for the inner shell
on_disk 64k bash -eu -c '
    nbang -q 0..100 80000 >disk/redirected || echo "code $?"
    cmp "$GOLDEN/first_101.txt" disk/redirected
    rm disk/redirected
    nbang -q -o disk/named 0..100 80000 || echo "code $?"
    ls -A disk'
