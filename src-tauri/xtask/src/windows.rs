//! Runs the tests of the Windows build on Linux: linked with MinGW, run under Wine.
//!
//! Real are the calls to Credential Manager, the registry, named pipes and sockets, as far as Wine does what Windows does. Not seen here are clicks
//! on the tray icon (Wine does not say where an icon is), notifications (it has none), console windows, and the flyout (which wants `WebView2`).

mod wine;

use std::fs;
use std::process::Command;

use crate::packages::Purpose;
use crate::standard_library::{self, StandardLibrary};
use crate::steps::{Outcome, Steps};
use crate::{cargo, platforms, root, setup};
use wine::Wine;

const TARGET: &str = "x86_64-pc-windows-gnu";
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// The packages that have something of their own to do on Windows.
const PACKAGES: [&str; 5] = ["control", "desktop", "identity", "resident", "windowless"];
/// Of what is in their folders `tests`: what needs Node.js beside it, which is not there.
const WITH_NODE: &str = "oidc_provider";

/// Tests that Wine cannot pass: it takes no certificate authorities but its own (`CertCreateCertificateChainEngine`).
const BEYOND_WINE: [&str; 2] = [
    "a_certificate_of_the_future_means_that_the_clock_is_wrong",
    "a_proxy_that_looks_into_the_traffic_is_named_as_such_and_trusted_when_told",
];

/// Fails where a test does. Where what they need cannot be had, they are not run, which is said and no failure.
pub(crate) fn test(steps: &mut Steps) -> Outcome {
    let library = match needs(steps) {
        Ok(library) => library,
        Err(reason) => {
            println!("\nnot run: the Windows tests under Wine ({reason})");
            return Ok(());
        }
    };
    let mut build = cargo_test(&library)?;
    steps.run(
        "Build the Windows tests (minutes, the first time)",
        build.arg("--no-run"),
    )?;
    let mut wine = None;
    steps.take("A fresh Wine", || {
        wine = Some(Wine::start(COMPILER)?);
        Ok(())
    })?;
    let mut tests = cargo_test(&library)?;
    // This Windows is nobody's: what is ignored elsewhere to spare somebody's settings and keychain runs here.
    tests.args(["--no-fail-fast", "--", "--include-ignored"]);
    tests.args(BEYOND_WINE.iter().flat_map(|name| ["--skip", name]));
    for (name, value) in wine.iter().flat_map(Wine::environment) {
        tests.env(name, value);
    }
    let runner = format!("CARGO_TARGET_{}_RUNNER", variable(TARGET));
    steps.run("Windows tests under Wine", tests.env(runner, "wine"))?;
    println!(
        "\nrun under Wine: the Windows tests of {}; not run: {}",
        PACKAGES.join(", "),
        BEYOND_WINE.join(", ")
    );
    Ok(())
}

/// Installs what is missing. The error is the reason why it cannot be had.
fn needs(steps: &mut Steps) -> Result<StandardLibrary, String> {
    if !cfg!(target_os = "linux") {
        return Err("for Linux; on Windows itself `cargo test` runs them".to_owned());
    }
    setup::with(steps, &[Purpose::Wine])?;
    standard_library::installed(TARGET).map_or_else(|| standard_library::sources(steps), Ok)
}

fn cargo_test(library: &StandardLibrary) -> Result<Command, String> {
    let mut test = cargo();
    test.args(["test", "--lib", "--bins", "--target", TARGET, "--target-dir"]);
    test.arg(platforms::folder()?);
    test.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    for package in PACKAGES {
        for name in tests_of(package)? {
            test.args(["--test", &name]);
        }
    }
    library.use_in(&mut test);
    test.env(format!("CARGO_TARGET_{}_LINKER", variable(TARGET)), COMPILER)
        // Nobody debugs these; they are linked in half the time.
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_INCREMENTAL", "0");
    Ok(test)
}

/// The names of what Cargo finds in the package's folder `tests`.
fn tests_of(package: &str) -> Result<Vec<String>, String> {
    let folder = root()?.join("src-tauri/crates").join(package).join("tests");
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(Vec::new());
    };
    let tests = entries.flatten().map(|entry| entry.path()).filter(|path| {
        let is_file = path.extension().is_some_and(|extension| extension == "rs");
        is_file || path.join("main.rs").exists()
    });
    let names = tests.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    Ok(names.filter(|name| name != WITH_NODE).collect())
}

/// As Cargo spells a target in the name of a variable.
fn variable(target: &str) -> String {
    target.to_uppercase().replace('-', "_")
}
