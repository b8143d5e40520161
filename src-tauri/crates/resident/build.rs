//! Puts the code that a resident runs side by side in the executable, so that little else of it is in memory.
//!
//! The system maps an executable in pieces of 64 KB. Where what runs lies scattered among what does not (the simulator, `man`, a first sign-in), nearly all
//! of it ends up in memory. `link-order.txt` names what runs; `cargo xtask link-order` finds it out anew. Whatever is missing or too much
//! in it costs memory and nothing else.

use std::{env, fs, path::Path, process::ExitCode};

/// A line each: a section of the linker's, with `*` where a compiler writes another hash.
const ORDER: &str = "link-order.txt";

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed={ORDER}");
    if !applies() {
        return ExitCode::SUCCESS;
    }
    let folder = env::var("OUT_DIR").unwrap_or_default();
    let script = Path::new(&folder).join("link-order.ld");
    let written = fs::read_to_string(ORDER).and_then(|order| fs::write(&script, linker_script(&order)));
    if let Err(error) = written {
        eprintln!("{ORDER}: {error}");
        return ExitCode::FAILURE;
    }
    for argument in ["-Xlinker", "-T", "-Xlinker"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    println!("cargo:rustc-link-arg-bins={}", script.display());
    ExitCode::SUCCESS
}

/// For releases, on the system whose names the order holds, and with the linker that Rust brings: another one may not know what to do with it.
fn applies() -> bool {
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    is("TARGET", "x86_64-unknown-linux-gnu")
        && is("PROFILE", "release")
        && env::var_os("RUSTC_LINKER").is_none()
        && !flags.contains("link")
}

fn linker_script(order: &str) -> String {
    let sections: String = order
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|name| ["*(.text.", name, " .text.unlikely.", name, ")\n"].concat())
        .collect();
    format!("SECTIONS {{ .text.order : {{\n{sections}}} }} INSERT BEFORE .text;\n")
}
