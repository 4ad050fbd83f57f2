# What is wrong with the arguments is said in one line, and nothing is run.
for arguments in '' 'true' 'true false true' '--fail-above 5 A B' '--fail-above 1.5.2% A B' \
    '--fail-above -1% A B' '--fail-above % A B' '--time-limit 0 A B' '--time-limit 99999h A B' \
    '--inconclusive 126 A B' '--runs 0 A B' '--seed x A B' '--export csv=F A B' '--export json= A B' \
    '--progress often A B' '--fail-over 5% A B' '--runs 3 --time-limit 1s A B'; do
    read -ra words <<<"$arguments"
    code nbang ab "${words[@]}"
done
