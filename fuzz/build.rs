//! Builds the C of `tool/tests/toy/`, with the instrumentation that libFuzzer steers by and the sanitizer of the build.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=../tool/tests/toy");
    let mut build = cc::Build::new();
    build
        .compiler("clang")
        .file("../tool/tests/toy/toy.c")
        .flag("-fsanitize=fuzzer-no-link");
    if env::var("CARGO_CFG_SANITIZE").is_ok_and(|sanitizers| sanitizers.contains("address")) {
        build.flag("-fsanitize=address");
    }
    build.compile("toy");
}
