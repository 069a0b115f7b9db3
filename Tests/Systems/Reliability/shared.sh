# What the parts that work on the values file have in common; sourced from their run scripts, in this directory.

# Reads the arguments, announces the seed and makes a scratch directory, in memory where there is room for it.
begin() {
    mode=short failed=0
    case "${1:-}" in
    '') ;;
    --full) mode=full ;;
    *) sed -n '2,/^set /s/^# \{0,1\}//p' "$0" | head -n -1; exit 64 ;;
    esac
    export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD
    # Children die here by design; a backtrace of each would take longer than all the rest.
    export SWIFT_BACKTRACE=enable=no
    seed=${FSTORE_TEST_SEED:-20261121}
    [ "$seed" = random ] && seed=$RANDOM
    echo "seed $seed"
    local memory=/dev/shm
    if [ ! -w "$memory" ] || [ "$(df --output=avail -k "$memory" | tail -1)" -lt 500000 ]; then
        memory=${TMPDIR:-/tmp}
    fi
    scratch=$(mktemp -d "$memory/fstore-reliability-XXXXXX")
    export FSTORE_RELIABILITY_SCRATCH=$scratch
    trap 'rm -rf "$scratch" "${elsewhere:-$scratch}"' EXIT
}

build_interposer() {
    mkdir -p .build
    interposer=$PWD/.build/interposer.so
    local compiler
    compiler=$(command -v cc || command -v clang) || { echo "a C compiler is missing" >&2; exit 1; }
    "$compiler" -std=gnu11 -O2 -Wall -Wextra -fPIC -shared -o "$interposer" Interposer/datafile.c -ldl
}

# Builds the named programs of the package, unless FSTORE_RELIABILITY_PRODUCTS says where they are built already.
products=${FSTORE_RELIABILITY_PRODUCTS:-$PWD/.build/release}
build() {
    local program
    [ -n "${FSTORE_RELIABILITY_PRODUCTS:-}" ] && return
    mkdir -p .build
    for program in "$@"; do
        swift build -c release --product "$program" >.build/build.log 2>&1 || { tail -20 .build/build.log >&2; exit 1; }
    done
}

build_probe() {
    probe=${FSTORE_RELIABLE_PROBE:-}
    [ -n "$probe" ] && return
    build reliable-probe
    probe=$products/reliable-probe
}

# One line for the table of scripts/prove: mark, what, how many were tried, of what, how many were found, seconds.
prove() {
    printf '%s: %s %s tried, %s found\n' "$1" "$3" "$4" "$5"
    [ -n "${FSTORE_PROOF:-}" ] || return 0
    printf '{"mark":"%s","what":"%s","tried":%s,"unit":"%s","found":%s,"seconds":%s}\n' "$@" >>"$FSTORE_PROOF"
}
