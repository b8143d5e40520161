//! Every test there is, in the order in which a failure is cheapest.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::steps::{Outcome, Steps, answer};
use crate::{cargo, python, root, setup, target_folder, tree};

pub(crate) fn everything(steps: &mut Steps) -> Outcome {
    let outcome = in_order(steps);
    println!("\n{}", steps.summary());
    outcome
}

fn in_order(steps: &mut Steps) -> Outcome {
    setup::everything(steps)?;
    steps.take("Rules of the tree", tree::rules)?;
    python::environment(steps)?;
    let ui = root()?.join("ui");
    let provider = root()?.join("src-tauri/crates/identity/tests/oidc-provider");
    for (name, folder) in [
        ("Install the UI's packages", &ui),
        ("Install the OpenID provider of the sign-in's tests", &provider),
    ] {
        if !is_installed(folder) {
            steps.run(name, npm(folder).args(["ci", "--no-audit", "--no-fund"]))?;
        }
    }
    steps.run("UI tests", npm(&ui).args(["run", "test"]))?;
    steps.run("The window in a browser", npm(&ui).args(["run", "e2e"]))?;
    // One build for everything: the two executables that the end-to-end tests start, and the tests, with the same features.
    steps.run(
        "Build the executables and the tests (minutes, the first time)",
        of_this_system(&["build"]).arg("--all-targets"),
    )?;
    // For who runs one of the end-to-end tests in another way.
    let programs = target_folder()?.join("debug");
    if answer("cargo", &["nextest", "--version"]).is_some() {
        let mut nextest = of_this_system(&["nextest", "run"]);
        nextest.env("PRESENCE_TRAY_BIN_DIR", programs);
        steps.run("Rust tests, also end to end (cargo-nextest)", &mut nextest)?;
        steps.run("Examples in the documentation", of_this_system(&["test"]).arg("--doc"))
    } else {
        let mut test = of_this_system(&["test"]);
        test.arg("--no-fail-fast").env("PRESENCE_TRAY_BIN_DIR", programs);
        steps.run("Rust tests, also end to end", &mut test)
    }
}

/// A Cargo command for all packages. The end-to-end tests drive a desktop session of Linux.
fn of_this_system(command: &[&str]) -> Command {
    let mut cargo = cargo();
    cargo.args(command).arg("--workspace");
    if cfg!(not(target_os = "linux")) {
        cargo.args(["--exclude", "end-to-end", "--exclude", "bench"]);
    }
    cargo
}

/// npm in a folder; on Windows it is a script that only a shell finds.
pub(crate) fn npm(folder: &Path) -> Command {
    let mut npm = if cfg!(windows) {
        Command::new("cmd")
    } else {
        Command::new("npm")
    };
    if cfg!(windows) {
        npm.args(["/c", "npm"]);
    }
    npm.current_dir(folder);
    npm
}

/// Whether what the lock file names is installed. npm writes its own copy of it last.
pub(crate) fn is_installed(folder: &Path) -> bool {
    let written = |file: &str| -> Option<SystemTime> { folder.join(file).metadata().ok()?.modified().ok() };
    match (written("node_modules/.package-lock.json"), written("package-lock.json")) {
        (Some(installed), Some(wanted)) => installed >= wanted,
        _ => false,
    }
}
