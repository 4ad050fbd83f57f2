# 1000 lines, 17 of them bad in every way: a record for each, in order, and each error with its
# line and its reason. A job that nothing could compute is refused at once.
five_thousand=$(printf '9%.0s' {1..5000})
declare -A bad=([1]=-5 [2]=abc [60]=1e400 [61]=12x [62]=１２ [130]='1\0002' [200]=$(printf '9%.0s' {1..20})
    [201]=$five_thousand [333]=1.. [400]=100000000000000 [401]=1.5 [402]=+5 [500]='5 6' [640]=9..3
    [777]=1..5:0 [999]=@jobs.txt [1000]=7!!)
for ((line = 1; line <= 1000; line++)); do
    # shellcheck disable=SC2059 # a NUL byte can only come out of a format
    printf -- "${bad[$line]-$((line % 101))}\n"
done >jobs.txt

code nbang -q --max-memory=1G @jobs.txt >digits 2>errors
cat errors >&2
tail -n 1 digits
sed -i '$d' digits

# In digits, line k is job k, and empty if there is no result.
mapfile -t first <"$GOLDEN/first_101.txt"
for ((line = 1; line <= 1000; line++)); do
    if [ -n "${bad[$line]-}" ]; then echo; else echo "${first[line % 101]}"; fi
done | cmp - digits

# In json, record k is job k, and tells the line.
code nbang -q --max-memory=1G --format=json @jobs.txt 2>errors.json >records
cmp errors errors.json
tail -n 1 records
sed -i '$d' records
for ((line = 1; line <= 1000; line++)); do
    case $line in
    400) status=refused ;;
    *) if [ -n "${bad[$line]-}" ]; then status=error; else status=ok; fi ;;
    esac
    printf '%d "jobs.txt:%d" "%s"\n' $((line - 1)) "$line" "$status"
done >expected
sed -E 's/^\{"index":([0-9]+),.*"source":([^,]*),.*"status":([^,]*),.*/\1 \2 \3/' records | cmp expected -
sed -n 400p records | grep -o '"attempts":[0-9]*'
