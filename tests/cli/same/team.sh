# Nor by how many, for a number that has a team without being asked for one, and where they run.
for arguments in -j{1,2,7}' '{--bind={core,none},--split={always,never}}; do
    # shellcheck disable=SC2086 # lists of arguments
    nbang -q $arguments 1000000 | is_golden 1000000
done
HWLOC_SYNTHETIC="core:70 pu:1" nbang -q --split=always 1000000 | is_golden 1000000
