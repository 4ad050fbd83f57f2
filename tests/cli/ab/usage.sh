# What is wrong with the arguments is said in one line, and nothing is run.
for arguments in '' 'true' 'true false true' '--fail-above 5 A B' '--fail-above 1.5.2% A B' \
    '--fail-above -1% A B' '--fail-above % A B' '--time-limit 0 A B' '--time-limit 99999h A B' \
    '--inconclusive 126 A B' '--runs 0 A B' '--seed x A B' '--export csv=F A B' '--export json= A B' \
    '--progress often A B' '--fail-over 5% A B' '--runs 5 A B' '--runs 6 --time-limit 1s A B'; do
    read -ra words <<<"$arguments"
    code nbang ab "${words[@]}"
done
# Nor are commands of which nothing is left, as by a variable that is not set: not even a measured
# nothing, which would pass.
code nbang ab '' ''
code nbang ab 'touch ran' ''
code nbang ab 'touch ran' $' \t\n'
code nbang ab 'touch ran' $' # a\n\t# b\n'
ls
# But a comment may stand before a command.
nbang ab -q --runs 6 $'# a\ntrue' 'true # b' >/dev/null 2>&1 && echo "executed"
