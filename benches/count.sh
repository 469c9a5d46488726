#!/usr/bin/env bash
# What reading and judging one line takes of the processor, by callgrind, as a Markdown table: counts that are the same
# in every run. The difference of two runs, one of which reads the lines once more.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
lines=65536

cargo build --locked --quiet --release --bin count

# events MIX TIMES: instructions, conditional branches, and how many of those were mispredicted
events() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --branch-sim=yes "$CARGO_TARGET_DIR/release/count" "$@" 2>&1 |
        sed -n 's/^.*Collected : \([0-9]*\) \([0-9]*\) \([0-9]*\).*/\1 \2 \3/p'
}

echo '| lines | instructions a line | branches | mispredicted |'
echo '| --- | --: | --: | --: |'
for mix in real unregistered registered wording custom empty utf8 bracketed; do
    echo "$(events $mix 1) $(events $mix 2)" | awk -v mix=$mix -v lines=$lines \
        '{ printf "| %s | %.1f | %.1f | %.2f |\n", mix, ($4 - $1) / lines, ($5 - $2) / lines, ($6 - $3) / lines }'
done
