#!/usr/bin/env bash
# What reading, writing and the registry add to a program for a Cortex-M4, in octets, as a Markdown table. The
# difference of two programs: one that calls them and one that does not.
set -euo pipefail
cd "$(dirname "$0")/size"
target=thumbv7em-none-eabi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../target}/size"

# sections LEVEL FEATURES: octets of code, and of constants beside it
sections() {
    CARGO_PROFILE_RELEASE_OPT_LEVEL=$1 cargo build --locked --quiet --release --target $target --features "$2"
    readelf --sections --wide "$CARGO_TARGET_DIR/$target/release/size" | sed 's/^ *\[ *[0-9]*\] *//' | {
        code=0 constants=0
        while read -r name kind _ _ size _ flags _; do
            [ "$kind" = PROGBITS ] || continue
            case $flags in
                AX) code=$((code + 16#$size)) ;;
                A | AM | AMS | WA) constants=$((constants + 16#$size)) ;;
            esac
        done
        echo "$code $constants"
    }
}

echo '| opt-level | what | `.text` | `.rodata` |'
echo '| --- | --- | --: | --: |'
for level in z s 3; do
    read -r code constants < <(sections $level '')
    for what in parse parse,encode parse,encode,conduct parse,encode,lookup; do
        read -r with_code with_constants < <(sections $level $what)
        echo "| $level | ${what//,/ + } | $((with_code - code)) | $((with_constants - constants)) |"
    done
done
