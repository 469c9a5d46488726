//! Links the library that the variable LIBRARY names, as `build` installed it, and the C that calls it.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-env-changed=LIBRARY");
    let library = env::var("LIBRARY").expect("LIBRARY=libosip2, libre or sofia-sip-ua");
    let stacks = Path::new("../../lab/stacks/c");
    println!("cargo::rerun-if-changed={}", stacks.display());

    let installed = pkg_config::Config::new().statik(true).probe(&library);
    let installed = installed.expect("PKG_CONFIG_PATH names what `build` installed");
    cc::Build::new()
        .compiler("clang")
        .file(stacks.join(format!("{library}.c")))
        .includes(installed.include_paths)
        .define("HAVE_STDBOOL_H", None) // libre wants it.
        .flag("-fsanitize=fuzzer-no-link,address")
        .compile("stack");
}
