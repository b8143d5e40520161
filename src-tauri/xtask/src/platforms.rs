//! Checks the code for the systems that are not this one: types and lints of the whole workspace. Nothing is linked and nothing is run.
//!
//! What it takes is Rust's standard library for the other system: as rustup has installed it, or its sources, which Cargo compiles along the way
//! ([`standard_library`](crate::standard_library)). Where neither can be had, the system is not checked, which is said in so many words and is no failure.

use std::path::PathBuf;
use std::process::Command;

use crate::packages::{self, Purpose};
use crate::standard_library::{self, StandardLibrary};
use crate::steps::{Outcome, Steps};
use crate::{cargo, root, setup, target_folder};

const WINDOWS: &str = "x86_64-pc-windows-msvc";
/// What can be checked from anywhere.
const SYSTEMS: [(&str, &str); 2] = [("Windows", WINDOWS), ("macOS", "aarch64-apple-darwin")];

/// Stand-ins for the other system's C compiler and archiver.
const STUBS: &str = "src-tauri/xtask/platforms";

/// Fails where the code for a system has an error or a warning. Its last line says what was checked and what was not.
pub(crate) fn check(steps: &mut Steps) -> Outcome {
    let mut checked = Vec::new();
    let mut left_out = Vec::new();
    let mut problems = Vec::new();
    let mut sources = None;
    for (system, target) in SYSTEMS {
        let installed = standard_library::installed(target).map(Ok);
        let library =
            installed.unwrap_or_else(|| sources.get_or_insert_with(|| standard_library::sources(steps)).clone());
        let library = match library {
            Ok(library) => library,
            Err(reason) => {
                println!("{system} is not checked: {reason}");
                left_out.push(format!("{system} ({target})"));
                continue;
            }
        };
        let mut clippy = clippy(target, &library)?;
        if target == WINDOWS && !has_resource_compiler(steps) {
            println!(
                "The window is not checked for {system}: its resources are compiled with llvm-rc, which is not here."
            );
            left_out.push(format!("the window on {system}"));
            clippy.args(["--exclude", "presence-flyout"]);
        }
        clippy.args(["--", "--deny", "warnings"]);
        // The other system is worth a look all the same.
        problems.extend(
            steps
                .run(&format!("Check the code for {system} ({target})"), &mut clippy)
                .err(),
        );
        checked.push(format!("{system} ({target})"));
    }
    println!("\n{}", verdict(&checked, &left_out));
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

/// Where everything for other systems is built, apart from the ordinary build.
pub(crate) fn folder() -> Result<PathBuf, String> {
    Ok(target_folder()?.join("platforms"))
}

/// Lint sees what the compiler sees, and more.
fn clippy(target: &str, library: &StandardLibrary) -> Result<Command, String> {
    let stubs = root()?.join(STUBS);
    let mut clippy = cargo();
    clippy
        .args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--keep-going",
            "--target",
            target,
        ])
        // What drives a desktop session of Linux.
        .args(["--exclude", "end-to-end", "--exclude", "bench"])
        .arg("--target-dir")
        .arg(folder()?)
        // The window's page is the same everywhere, and no matter of types.
        .env("SKIP_UI_BUILD", "1");
    library.use_in(&mut clippy);
    let name = target.replace('-', "_");
    clippy
        .env(format!("CC_{name}"), stubs.join("cc"))
        .env(format!("AR_{name}"), stubs.join("ar"))
        // Wanted by whoever compiles for macOS, and looked at by the stand-in alone.
        .env("SDKROOT", root()?);
    Ok(clippy)
}

/// Windows keeps icon and version of a program in resources, which only a resource compiler makes.
fn has_resource_compiler(steps: &mut Steps) -> bool {
    if let Err(problem) = setup::with(steps, &[Purpose::Resources]) {
        println!("{problem}");
    }
    packages::absent(&[Purpose::Resources]).is_empty()
}

fn verdict(checked: &[String], left_out: &[String]) -> String {
    [("checked", checked), ("not checked", left_out)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}: {}", names.join(", ")))
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn what_was_not_checked_is_never_passed_over() {
        let names = ["Windows".to_owned(), "macOS".to_owned()];
        let (windows, macos) = names.split_at(1);
        assert_eq!(verdict(&names, &[]), "checked: Windows, macOS");
        assert_eq!(verdict(windows, macos), "checked: Windows; not checked: macOS");
        assert_eq!(verdict(&[], &names), "not checked: Windows, macOS");
    }
}
