# The digits are those of a run without a trace, and everybody tells what was done when.
nbang -q -j 1 --trace=large.json 1000000 | is_golden 1000000
nbang -q -j 2 --trace=batch.json 20000..60000:100 | is_golden 20000..60000:100
sed -nE 's/.*"name":"([a-z]+)","cat":"([a-z]+)".*/\2 \1/p' large.json batch.json | sort -u
[ "$(grep -c '"n":1000000}' large.json)" -gt 10 ]

# An event a line: spans of a thread do not overlap, and end before the run does.
for trace in large batch; do
    awk -v trace="$trace" '
        function value(key) {
            if (!match($0, "\"" key "\":[0-9.]+")) return -1
            return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) + 0
        }
        /"wall_ns":/ { wall = value("wall_ns") / 1000 }
        /"ph":"X"/ {
            thread = value("pid") "/" value("tid")
            overlaps += value("ts") < end[thread] - 0.0005
            end[thread] = value("ts") + value("dur")
            busy[thread] += value("dur")
            late += end[thread] > wall
        }
        END {
            for (thread in busy) too_busy += busy[thread] > wall
            print trace ": overlaps " overlaps + 0 ", late " late + 0 ", too busy " too_busy + 0
        }' "$trace.json"
done

# Lent slots are told as such.
HWLOC_SYNTHETIC="core:3 pu:1" nbang -q --split=always --trace=team.json 1000000 | is_golden 1000000
grep -c '"name":"team"' team.json
sed -nE 's/.*"args":(\{"name":".*)\}[,]*$/\1/p' team.json
