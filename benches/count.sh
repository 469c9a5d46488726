#!/usr/bin/env bash
# What reading and judging one line takes of the processor, as a Markdown table: counts that are the same in every run.
# The difference of two runs, one of which reads the lines once more: on x86-64 by callgrind; on aarch64 by the log of QEMU,
# which is slow, hence fewer lines. Of Debian: valgrind, qemu-user, gcc-aarch64-linux-gnu; of rustup: the target below.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")"
type valgrind qemu-aarch64 aarch64-linux-gnu-gcc >/dev/null
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}" LC_ALL=C
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc

# build NAME FOLDER OPTION...: the program of that folder, under that name
build() {
    cargo build --locked --quiet --release --bin count "${@:3}"
    cp "$CARGO_TARGET_DIR/$2/count" "$scratch/$1"
}

# callgrind PROGRAM ARGUMENT...: instructions, conditional branches, and how many of those were mispredicted
callgrind() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --branch-sim=yes "$@" 2>&1 |
        sed -n 's/^.*Collected : \([0-9]*\) \([0-9]*\) \([0-9]*\).*/\1 \2 \3/p'
}

# emulate PROGRAM ARGUMENT...: instructions. The log has each block of instructions once, when it is translated, and its
# address every time that it runs.
emulate() {
    qemu-aarch64 -L /usr/aarch64-linux-gnu -d in_asm,exec,nochain "$@" 2>&1 >/dev/null | awk '
        /^IN:/ { block = "" }
        /^0x/ {
            if (block == "") { block = $1; sub(/^0x0*/, "", block); sub(/:$/, "", block); size[block] = 0 }
            size[block]++
        }
        /^Trace/ { split($4, at, "/"); sub(/^0*/, "", at[2]); total += size[at[2]] }
        END { print total }'
}

# more LINES COUNTER PROGRAM MIX: what it takes to read each line once more
more() {
    local once twice
    once=$("${@:2}" "$1" 1)
    twice=$("${@:2}" "$1" 2)
    echo "$once $twice" | awk -v lines="$1" '{ for (i = 1; i <= NF / 2; i++) print ($(NF / 2 + i) - $i) / lines }'
}

target=aarch64-unknown-linux-gnu
build x86 release
build x86_bare release --no-default-features
build arm $target/release --target $target
build arm_bare $target/release --target $target --no-default-features

echo '| lines | x86-64 | branches | mispredicted | without `simd` | aarch64 | without `simd` |'
echo '| --- | --: | --: | --: | --: | --: | --: |'
for mix in real unregistered registered wording custom empty utf8 bracketed; do
    x86=$(more 65536 callgrind "$scratch/x86" $mix)
    x86_bare=$(more 65536 callgrind "$scratch/x86_bare" $mix)
    arm=$(more 4096 emulate "$scratch/arm" $mix)
    arm_bare=$(more 4096 emulate "$scratch/arm_bare" $mix)
    # shellcheck disable=SC2086 # of callgrind, three counts
    printf '| %s | %.1f | %.1f | %.2f | %.1f | %.1f | %.1f |\n' $mix $x86 ${x86_bare%%$'\n'*} $arm $arm_bare
done
