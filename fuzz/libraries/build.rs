//! Links what `stack` compiled under the name that the variable LIBRARY has.

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=LIBRARY");
    let library = env::var("LIBRARY").expect("LIBRARY=NAME, as `run NAME` sets it");
    let prefix = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/libraries");
    let object = prefix.join(&library).join("stack.o");
    println!("cargo::rerun-if-changed={}", object.display());
    println!("cargo::rustc-link-arg={}", object.display());

    let flags = fs::read_to_string(object.with_file_name("flags"));
    let flags = flags.expect("`stack NAME` was run");
    for flag in flags.lines().filter(|flag| !flag.is_empty()) {
        println!("cargo::rustc-link-arg={flag}");
    }
}
