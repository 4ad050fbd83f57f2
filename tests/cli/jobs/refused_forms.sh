# What is no job is refused before anything is computed, with the reason.
for job in 12x 1.5 +5 -5 1e-3 1e 1e400 18446744073709551616 _1 1__0 1,000 '1 2' 5!! １２ 1.. ..5 \
    5..1 1..5: 1..5:0 1..5:x 1..1e99 '' '!'; do
    code nbang 5 "$job"
done | sort | uniq -c | tr -s ' '
