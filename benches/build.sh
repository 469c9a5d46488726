#!/usr/bin/env bash
# How long a clean release build of the bare library and of the other parsers takes, and how many crates that is, as a
# Markdown table. The fastest of three builds each; downloads are not counted.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd .. && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset CARGO_TARGET_DIR
cargo fetch --locked --quiet

# row NAME DEPENDENCY: the build of a crate that has nothing but that dependency
row() {
    local crate=$scratch/$1
    mkdir -p "$crate/src"
    touch "$crate/src/lib.rs"
    cp Cargo.lock "$crate/" # the same versions
    printf '[package]\nname = "alone"\nedition = "2024"\n[workspace]\n[dependencies]\n%s = %s\n' "$1" "$2" >"$crate/Cargo.toml"
    local best=999999 start took
    for _ in 1 2 3; do
        rm -rf "$crate/target"
        start=$(date +%s%N)
        cargo build --offline --quiet --release --manifest-path "$crate/Cargo.toml" 2>/dev/null
        took=$((($(date +%s%N) - start) / 1000000))
        best=$((took < best ? took : best))
    done
    local tree count version
    tree=$(cargo tree --offline --manifest-path "$crate/Cargo.toml" --edges normal,build --prefix none --no-dedupe)
    count=$(tail -n +3 <<<"$tree" | cut -d' ' -f1,2 | sort -u | grep -c . || true)
    version=$(sed -n '2s/^[^ ]* v\([^ ]*\).*/\1/p' <<<"$tree")
    printf '| %s %s | %d.%d s | %d |\n' "$1" "$version" $((best / 1000)) $((best / 100 % 10)) "$count"
}

echo '| crate | clean build | depends on |'
echo '| --- | --: | --: |'
row sip-status-line "{ path = \"$root\", default-features = false }"
for peer in httparse ntex-httparse sipmsg ezk-sip-types rsip rvoip-sip-core; do
    row $peer "$(sed -n "s/^$peer = //p" Cargo.toml)"
done
