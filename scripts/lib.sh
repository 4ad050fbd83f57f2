# shellcheck shell=bash
# What scripts/run, scripts/test and .ci/run share: bringing the machine and build/ up to date.
# Sourced by bash with $root set to the top of the tree.
#
# Standard input and output belong to the program that is run in the end: nothing here reads the
# one or writes to the other. What is worth saying goes to standard error, and the output of tools
# to a log that is shown only when they fail.

# Set-up or build failed. Not an exit code of nbang, and the one that `git bisect run` skips.
readonly setup_failed=125

build=${root:?}/build
log= # the output of the last tool; none before it is certain that we may write there

say() {
    printf 'nbang: %s\n' "$*" >&2
}

# give_up MESSAGE: shows the log of the step that failed, and ends the script.
give_up() {
    [ -z "$log" ] || cat "$log" >&2
    say "$1"
    exit "$setup_failed"
}

# quietly COMMAND...: with its output in the log.
quietly() {
    "$@" </dev/null >"$log" 2>&1
}

# ---- packages -----------------------------------------------------------------------------------

# present PROBE: whether what the third column of scripts/packages names is there.
present() {
    local command IFS='|'
    case $1 in
    pkg:*)
        pkg-config --exists "${1#pkg:}" >/dev/null 2>&1
        ;;
    /*)
        [ -e "$1" ]
        ;;
    *)
        for command in $1; do
            command -v "$command" >/dev/null && return
        done
        return 1
        ;;
    esac
}

# missing_packages USE...: prints the packages for these uses that are not there, on one line.
missing_packages() {
    local use package probe missing=()
    while read -r use package probe; do
        case " $* " in
        *" $use "*) present "$probe" || missing+=("$package") ;;
        esac
    done < <(grep -v '^#' "$root/scripts/packages")
    printf '%s' "${missing[*]}"
}

# install_packages PACKAGE...: as root, or through sudo, which asks for a password on its own.
install_packages() {
    local as_root=()
    command -v apt-get >/dev/null ||
        give_up "this is not a Debian system: please install what these packages hold: $*"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            give_up "Debian packages are missing, and without root or sudo they cannot be installed. As root:
    apt-get update && apt-get install $*"
        as_root=(sudo)
    fi
    say "installing Debian packages${as_root[*]:+ (with sudo)}: $*"
    # One call, so that sudo asks once. A list that cannot be renewed may still be good enough: the
    # install decides.
    # shellcheck disable=SC2016 # for the inner shell
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
        apt="apt-get -q -y -o DPkg::Lock::Timeout=600"
        $apt update; $apt install --no-install-recommends "$@"' sh "$@" ||
        give_up "the packages could not be installed. As root:
    apt-get update && apt-get install $*"
}

# provide_packages USE...: installs what is missing.
provide_packages() {
    local missing
    missing=$(missing_packages "$@")
    # shellcheck disable=SC2086 # a list of names
    [ -z "$missing" ] || install_packages $missing
}

# ---- build/ -------------------------------------------------------------------------------------

# in_cache LINE: whether build/ was configured with it. Without a process of its own, since this is
# asked in every run.
in_cache() {
    local line
    [ -e "$build/CMakeCache.txt" ] || return
    while IFS= read -r line; do
        [ "$line" != "$1" ] || return 0
    done <"$build/CMakeCache.txt"
    return 1
}

# belongs_here: whether build/ was made for this tree (it may have been copied along with another)
# and by a tool that is still there.
belongs_here() {
    in_cache "CMAKE_HOME_DIRECTORY:INTERNAL=$root" || return
    [ ! -e "$build/build.ninja" ] || command -v ninja >/dev/null
}

# configured USE...
configured() {
    [ -e "$build/build.ninja" ] || [ -e "$build/Makefile" ] || return
    belongs_here || return
    case " $* " in
    *" test "*) in_cache NBANG_TESTS:BOOL=ON ;;
    esac
}

# configure USE...: keeps what was chosen for build/ by hand.
configure() {
    local args=(-S "$root" -B "$build")
    belongs_here ||
        rm -rf "$build/CMakeCache.txt" "$build/CMakeFiles" "$build/build.ninja" "$build/Makefile"
    if [ ! -e "$build/CMakeCache.txt" ]; then
        say "building in $build for the first time"
        args+=(-DNBANG_TESTS=OFF -G)
        if command -v ninja >/dev/null; then args+=(Ninja); else args+=("Unix Makefiles"); fi
    fi
    case " $* " in
    *" test "*) args+=(-DNBANG_TESTS=ON) ;;
    esac
    quietly cmake "${args[@]}" || give_up "CMake could not configure $build"
}

# compile TARGET. Ninja is called directly: `cmake --build` would double the time of a run in which
# there is nothing to do.
compile() {
    if [ -e "$build/build.ninja" ]; then
        quietly ninja -C "$build" "$1"
    else
        quietly cmake --build "$build" --target "$1" --parallel "$(nproc)"
    fi
}

# bring_up_to_date TARGET USE...: builds TARGET in build/, with all that this takes. Where nothing
# changed it costs one look into the cache, the lock and Ninja's look at the files; packages are
# looked at only when there is no build to start from, or it fails.
bring_up_to_date() {
    local target=$1 lock
    shift
    trap 'trap - INT; kill -INT $$' INT
    if { [ ! -d "$build" ] && ! mkdir -p "$build" 2>/dev/null; } ||
        ! { : >"$build/.lock"; } 2>/dev/null; then
        # Somebody else's tree: what is built there is good enough to run.
        [ -x "$build/$target" ] || give_up "cannot write to $build"
        trap - INT
        return
    fi
    exec {lock}>"$build/.lock"
    flock --nonblock "$lock" || {
        say "waiting for another build in $build"
        flock "$lock"
    }
    log=$build/setup.log
    : >"$log"
    if ! configured "$@" || ! compile "$target"; then
        if configured "$@" && [ -z "$(missing_packages "$@")" ]; then
            give_up "the build failed"
        fi
        provide_packages "$@"
        configure "$@"
        compile "$target" || give_up "the build failed"
    fi
    exec {lock}>&-
    trap - INT
}

# ---- tests --------------------------------------------------------------------------------------

# run_ctest BUILD_DIR ARG...: runs the tests of a build with ctest, prints why tests were skipped and,
# as the last line, the totals, and returns ctest's status. The report that these come from stays in
# BUILD_DIR/ctest.xml.
run_ctest() {
    local dir report status=0
    dir=$(cd -- "$1" && pwd) || return
    report=$dir/ctest.xml
    shift
    rm -f "$report"
    ctest --test-dir "$dir" --output-on-failure --no-tests=error --parallel "$(nproc)" \
        --output-junit "$report" "$@" </dev/null || status=$?
    grep -ohs 'skipped: [^<]*' "$report"
    print_totals "$report"
    return "$status"
}

# print_totals JUNIT_FILE...: "N passed, N failed", and how many were skipped if any were, over all
# the reports that exist.
print_totals() {
    cat -- "$@" 2>/dev/null | tr '\n' ' ' | grep -o '<testsuite [^>]*>' | awk '
        function attribute(name) {
            return match($0, name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 2) + 0 : 0
        }
        {
            failed += attribute("failures")
            skipped += attribute("skipped") + attribute("disabled")
            total += attribute("tests")
        }
        END {
            printf "%d passed, %d failed%s\n", total - failed - skipped, failed,
                   skipped ? ", " skipped " skipped" : ""
        }'
}
