# A database that is damaged, of others, or newer: exit code 2, and not a byte of it changes.
small=(-q --runs=3 --workload=strong-1e6-v1 --workers=1)
for _ in 1 2 3; do
    nbang bench "${small[@]}" --db=good.db
done
untouched() {
    local before after
    before=$(sha256sum "$1"; stat -c '%Y %y %i' "$1"; ls)
    code nbang history --db="$1"
    code nbang compare --db="$1" last~1 last
    code nbang bench "${small[@]}" --db="$1"
    after=$(sha256sum "$1"; stat -c '%Y %y %i' "$1"; ls)
    [ "$before" = "$after" ] || fail "$1 was changed"
}
size=$(stat -c %s good.db)
head -c $((size - 1000)) good.db >cut.db
head -c $((size / 2)) good.db >half.db
head -c 50 good.db >start.db
: >empty.db
seq 1000 >text.db
# The header has the format at byte 60 and whose it is at byte 68, four bytes each.
cp good.db newer.db && printf '\0\0\0\2' | dd of=newer.db bs=1 seek=60 conv=notrunc status=none
cp good.db foreign.db && printf '\0\0\0\2' | dd of=foreign.db bs=1 seek=68 conv=notrunc status=none
for file in cut half start empty text newer foreign; do
    untouched "$file.db"
done
