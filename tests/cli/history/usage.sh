code nbang history x
code nbang history --since=yesterday
code nbang history --plot --format=json
code nbang history --machine=a --all-machines
code nbang history --workers=0
code nbang history --db=none.db
code nbang bench --db=none/h.db --quick
nbang history --help | head -n 1
# A date must be one of the calendar, whole numbers; a record is named or chosen, not both.
for since in 2026-13-01 2026-02-29 2026-04-31 2026-1 2026-11-22T24 2026-11-22T18:60 2026-00; do
    code nbang history --since="$since" --db=none.db
done
for since in 2026 2026-11 2024-02-29 2026-11-22T18 2026-11-22T18:30:59Z; do
    code nbang history --since="$since" --db=none.db 2>&1 | grep -c "no history yet"
done
code nbang history --show=last --workers=2
code nbang history --show=1 --limit=3
