# On machines of 64 and of 256 cores: one large number has all that are of use to it, none of which
# slows it down or gains more than its share; of as many as there are cores, each has one.
for machine in 'pack:2 numa:2 core:16 pu:2' 'pack:4 core:64 pu:1'; do
    export HWLOC_SYNTHETIC="$machine"
    for n in 1e7 1e8 1e9; do
        nbang --plan --max-memory=1T "$n" >plan
        awk '
            $1 ~ /!$/ { print $1, ($(NF - 2) < 60 ? $(NF - 2) : "60 or more") " cores" }
            $1 == "workers" && $2 == "time" { table = 1; next }
            table && NF > 3 {
                if ($(NF - 2) < last) { print "slower with " $1 }
                if ($(NF - 1) > 100) { print "more than there is with " $1 }
                last = $(NF - 2)
                workers = $1
            }
            END { print "up to " workers " workers" }
        ' plan
    done
    yes 1e6 | head -n 64 | nbang --plan --max-memory=1T --full |
        awk '$1 ~ /!$/ { count[$(NF - 2)]++ } END { for (c in count) print count[c] " with " c }'
done
