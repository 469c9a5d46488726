#!/usr/bin/env bash
# Measures and rewrites the tables between the markers of README.md, CASES.md and the chart: `./report.sh` for all of it, or with
# the names of some parts. Let the machine do nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"

# On one processor, if the system can: what moves starts cold.
pinned() { if command -v taskset >/dev/null; then taskset -c "$(($(nproc) - 1))" "$@"; else "$@"; fi; }

# fill NAME: puts standard input between the markers of that name
fill() {
    cat >"$scratch/$1"
    awk -v name="$1" -v file="$scratch/$1" '
        $0 == "<!-- /" name " -->" { inside = 0 }
        !inside { print }
        $0 == "<!-- " name " -->" { inside = 1; print ""; while ((getline line < file) > 0) print line; print "" }
    ' README.md >"$scratch/README.md"
    cp "$scratch/README.md" README.md
}

machine() {
    sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1 | tr '\n' ','
    echo " $(uname -sm), $(rustc --version | cut -d' ' -f1,2)"
}

# measure PROFILE FOLDER: the targets, then all cases
measure() {
    cargo build --locked --quiet --profile "$1" --bin ratios
    pinned "$CARGO_TARGET_DIR/$2/ratios" >"$scratch/all"
    sed '/^$/,$d' "$scratch/all" >"$scratch/targets.$1"
}

# The ratios of a program that sets nothing, and beside them those of one with LTO.
ratios() {
    measure release release
    machine | fill machine
    { echo '# All cases'; echo; echo 'Made by `report.sh`. Nanoseconds a line, code or phrase; for `find` an octet.'
        sed '1,/^$/d' "$scratch/all"; } >CASES.md
    measure fat fat
    paste -d '|' "$scratch/targets.release" "$scratch/targets.fat" | awk -F '|' '
        NR == 1 { $14 = " with LTO " }
        { print "|" $2 "|" $3 "|" $4 "|" $5 "|" $6 "|" $14 "|" $7 "|" }' | fill ratios
    cargo run --locked --quiet --release --bin chart
}

for part in "${@:-ratios count size build}"; do
    for part in $part; do
        case $part in
            ratios) ratios ;;
            count | size | build) "./$part.sh" | fill "$part" ;;
            *) echo "no part is called $part" >&2; exit 2 ;;
        esac
    done
done
