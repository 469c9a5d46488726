#!/usr/bin/env bash
# Measures and rewrites the tables between the markers of README.md, and the chart: `./report.sh` for all of it, or with
# the names of some parts. Let the machine do nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

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

ratios() {
    cargo build --locked --quiet --release --bin ratios
    pinned cargo run --locked --quiet --release --bin ratios >"$scratch/all"
    machine | fill machine
    sed '/^$/,$d' "$scratch/all" | fill ratios
    sed '1,/^$/d' "$scratch/all" | fill cases
}

fat() {
    cargo build --locked --quiet --profile fat --bin ratios
    pinned cargo run --locked --quiet --profile fat --bin ratios | sed '/^$/,$d' | fill fat
}

chart() {
    cargo bench --locked --quiet --no-run
    pinned cargo bench --locked --quiet
    cargo run --locked --quiet --release --bin chart
}

for part in "${@:-ratios fat chart count size build}"; do
    for part in $part; do
        case $part in
            ratios | fat | chart) "$part" ;;
            count | size | build) "./$part.sh" | fill "$part" ;;
            *) echo "no part is called $part" >&2; exit 2 ;;
        esac
    done
done
