# shellcheck shell=bash
# What the cases of the command line share. run_case sources it before the case.

# "At once", in seconds, for a process that should be gone. The contract says one second, and on an
# idle machine it takes a few milliseconds; the rest is for machines with a lot else to do.
readonly soon=5

# ---- ending a case --------------------------------------------------------------------------------

# skip REASON: this machine cannot show what the case is about.
skip() {
    printf '%s\n' "$*" >&2
    exit 77
}

# fail MESSAGE
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# has_sanitizer NAME: whether the program was built with it, as `address`.
has_sanitizer() {
    [[ ,${NBANG_SANITIZE-}, == *,"$1",* ]]
}

# ---- running --------------------------------------------------------------------------------------

# faulty FAULTS ARG...: the program in which FAULTS happen, as "crash:5,flip:20": kinds and the n of
# the job, for the calls of nb_fault() in engine/.
faulty() {
    [ -n "${NBANG_HOOKS-}" ] || skip "no program with test hooks"
    NBANG_FAULT=$1 "$NBANG_HOOKS" "${@:2}"
}

# start COMMAND... &: in the background, but with signals as in the foreground: a shell without job
# control has what it starts with & ignore INT. `$!` is the process of COMMAND itself.
start() {
    exec env --default-signal "$@"
}

# as_user COMMAND...: as an ordinary user who runs nothing else, if we are root; the directory of the
# case is open to reading then.
as_user() {
    local user=(setpriv --reuid=54321 --regid=54321 --clear-groups)
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
        return
    fi
    chmod a+rx .. .
    # The build may stand where only root can see it.
    cp --remove-destination -- "$NBANG" ../bin/nbang
    "${user[@]}" nbang --version >/dev/null 2>&1 || skip "no other user can run anything here"
    "${user[@]}" "$@"
}

# on_disk SIZE COMMAND...: with a new file system of that size in ./disk, which nobody else sees.
on_disk() {
    local size=$1 mounts=(unshare --mount)
    shift
    [ "$(id -u)" -eq 0 ] || mounts+=(--map-root-user)
    mkdir -p disk
    "${mounts[@]}" mount -t tmpfs -o size=1m none disk 2>/dev/null || skip "mounting is not allowed"
    # shellcheck disable=SC2016 # for the inner shell
    "${mounts[@]}" sh -c 'mount -t tmpfs -o "size=$0" none disk && exec "$@"' "$size" "$@"
}

# device NAME MINOR: makes ./NAME stand for this device of memory: null is 3, full is 7. It is a node
# of our own if we are root, since a faulty program could replace the one that all others use.
device() {
    if [ "$(id -u)" -ne 0 ]; then
        ln -s "/dev/$1" "$1"
    elif ! mknod -m 666 "$1" c 1 "$2" 2>/dev/null || ! (: >"$1") 2>/dev/null; then
        skip "devices cannot be made here"
    fi
}

# in_memory_group SIZE COMMAND...: in a control group of its own, with at most SIZE of memory.
in_memory_group() {
    local size=$1 root=/sys/fs/cgroup/memory limit=memory.limit_in_bytes group status=0
    shift
    if [ ! -e "$root/$limit" ]; then
        root=/sys/fs/cgroup limit=memory.max
    fi
    group=$root/nbang-test-$$
    mkdir "$group" 2>/dev/null || skip "control groups cannot be made here"
    if ! echo "$size" 2>/dev/null >"$group/$limit"; then
        rmdir "$group"
        skip "control groups cannot limit memory here"
    fi
    (echo "$BASHPID" >"$group/cgroup.procs" && "$@") || status=$?
    rmdir "$group"
    return "$status"
}

# code COMMAND...: runs it and prints its exit code.
code() {
    local status=0
    "$@" || status=$?
    printf 'code %d\n' "$status"
}

# status_of PID: waits for a process of ours and prints its exit code.
status_of() {
    local status=0
    wait "$1" || status=$?
    printf 'code %d\n' "$status"
}

# await COMMAND...: waits until it succeeds. What never happens runs into the time limit.
await() {
    until "$@"; do
        sleep 0.01
    done
}

# await_soon COMMAND...: false if it does not succeed soon.
await_soon() {
    local end=$((SECONDS + soon))
    until "$@"; do
        [ "$SECONDS" -le "$end" ] || return
        sleep 0.01
    done
}

# has_bytes FILE N: whether there is a file with at least N bytes.
has_bytes() {
    [ -e "$1" ] && [ "$(stat -c %s "$1")" -ge "$2" ]
}

# ---- processes ------------------------------------------------------------------------------------

# processes: "PID STATE PARENT GROUP NAME" of each process that has not ended.
processes() {
    # A process may go while we look. What the kernel puts around the name ends with the last ")".
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk '
        match($0, /\(.*\)/) {
            name = substr($0, RSTART + 1, RLENGTH - 2)
            split(substr($0, RSTART + RLENGTH + 1), field, " ")
            if (field[1] != "Z" && field[1] != "X")
                print $1, field[1], field[2], field[3], name
        }'
}

# workers PID [STATE]: the workers of a master, or those in STATE, as R: running.
workers() {
    processes | awk -v parent="$1" -v state="${2-}" '$3 == parent && index($2, state) { print $1 }'
}

# has_workers PID [N]: whether it has at least N, or one.
has_workers() {
    [ "$(workers "$1" | wc -l)" -ge "${2-1}" ]
}

# busy_worker PID: waits for a worker that is computing and prints which.
busy_worker() {
    local busy=()
    while [ ${#busy[@]} -eq 0 ]; do
        kill -0 "$1" 2>/dev/null || return
        mapfile -t busy < <(workers "$1" R)
    done
    printf '%s\n' "${busy[RANDOM % ${#busy[@]}]}"
}

# are_gone PID...: whether all of them have ended, reaped or not.
are_gone() {
    [ -z "$(processes | awk '{ print $1 }' | grep -xF -- "$(printf '%s\n' "$@")")" ]
}

# leftovers: prints the processes of nbang that are left of this case.
leftovers() {
    local group
    group=$(processes | awk -v pid="$$" '$1 == pid { print $4 }')
    processes | awk -v group="$group" '$4 == group && $5 ~ /^nbang/'
}

# memory_kib FIELD PID...: the sum of a field of /proc/PID/status over these processes, in KiB.
memory_kib() {
    local field=$1 pid
    shift
    for pid; do
        cat "/proc/$pid/status" 2>/dev/null || true
    done | awk -v field="$field:" '$1 == field { sum += $2 } END { print sum + 0 }'
}

# ---- expectations ---------------------------------------------------------------------------------

# golden JOBS COLUMN: what tests/golden/sums.tsv has on a list of jobs.
golden() {
    awk -F '\t' -v jobs="$1" -v column="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) index_of[$i] = i }
        $1 == jobs { print $index_of[column]; found = 1 }
        END { exit !found }' "$GOLDEN/sums.tsv" || fail "no golden for $1"
}

# is_golden JOBS [COLUMN] <OUTPUT: whether the output is, to the byte, that of these jobs; COLUMN is
# raw_sha256 for output with --format=raw.
is_golden() {
    local want got
    want=$(golden "$1" "${2-sha256}")
    read -r got _ < <(sha256sum)
    [ "$got" = "$want" ] || {
        printf 'the output of %s has SHA-256 %s, expected %s\n' "$1" "$got" "$want" >&2
        return 1
    }
}

# is_golden_times N JOBS <OUTPUT: the same of N times these jobs, one time after the other.
is_golden_times() {
    local sums
    sums=$(split --lines="$(golden "$2" lines)" --filter=sha256sum | uniq -c)
    [ "$(tr -s ' ' <<<"$sums")" = " $1 $(golden "$2" sha256) -" ] || {
        printf 'not %d times the digits of %s:\n%s\n' "$1" "$2" "$sums" >&2
        return 1
    }
}

# csv_record FACTOR [FINGERPRINT [WORKLOAD]]: a record as `nbang bench --export csv` writes it, of two
# points with eleven runs each: 40 ms and 24 ms times FACTOR times 1.00 to 1.10, in no order.
csv_record() {
    LC_ALL=C awk -v factor="$1" -v machine="${2-0123456789abcdef}" -v workload="${3-strong-1e6-v1}" '
        BEGIN {
            printf "date,fingerprint,version,git_commit,workload,workers,bind,order,run,turn,"
            printf "wall_ns,cpu_ns,cycles,instructions\n"
            for (workers = 1; workers <= 2; workers++)
                for (run = 0; run < 11; run++) {
                    ns = (workers == 1 ? 40e6 : 24e6) * factor * (100 + 7 * run % 11) / 100
                    printf "2026-11-22T00:00:00Z,%s,0.1.0,,%s,%d,core,close,%d,%d,%.0f,%.0f,,\n",
                        machine, workload, workers, run, 2 * run + workers - 1, ns, ns
                }
        }'
}

# without_times: JSON with T in place of every time, and of a time too short to be known.
without_times() {
    sed -E 's/"(wall|cpu)_ns":([0-9]+|null)/"\1_ns":T/g'
}
