//! The benchmark: builds the product, what measures it and what it is compared with, and has it measured.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::packages::Purpose;
use crate::steps::{Outcome, Steps};
use crate::{cargo, root, setup, target_folder};

/// Measures a release build beside other programs. The table goes to `target/bench`, too.
pub(crate) fn measure(steps: &mut Steps) -> Outcome {
    setup::everything(steps)?;
    setup::with(steps, &[Purpose::Peers])?;
    let target = target_folder()?;
    let release = || {
        let mut build = cargo();
        build.args(["build", "--release", "--locked"]);
        build
    };
    steps.run("Release build (minutes)", &mut release())?;
    steps.run("Build what measures", release().args(["--package", "bench"]))?;
    steps.run(
        "Build the programs to compare with",
        release()
            .args(["--manifest-path", "tests/peers/Cargo.toml", "--target-dir"])
            .arg(&target),
    )?;

    let programs = target.join("release");
    let folder = target.join("bench");
    let engine = folder.join("engine.json");
    steps.take("Measure the engine", || measure_engine(&engine))?;
    steps.run(
        "Measure in a virtual desktop (about twelve minutes)",
        Command::new(programs.join("bench"))
            .arg("measure")
            .arg(&folder)
            .arg("--engine")
            .arg(&engine)
            .arg("--ui")
            .arg(root()?.join("ui/dist"))
            .env("PRESENCE_TRAY_BIN_DIR", &programs),
    )?;
    println!("\nbench.json and the picture bench.svg are in {}.", folder.display());
    Ok(())
}

/// Finds out anew which code of the resident runs, for its build to put side by side. After larger changes, and before a release.
pub(crate) fn link_order(steps: &mut Steps) -> Outcome {
    setup::everything(steps)?;
    setup::with(steps, &[Purpose::Trace])?;
    let release = |words: &[&str]| {
        let mut cargo = cargo();
        cargo.args(words).args(["--release", "--locked", "--package"]);
        cargo
    };
    steps.run("Build what watches", release(&["build"]).arg("bench"))?;
    steps.run(
        "Release build with symbols (minutes)",
        release(&["rustc"]).args(["resident", "--bin", "presence-tray", "--", "-C", "strip=none"]),
    )?;
    let programs = target_folder()?.join("release");
    let order = root()?.join("src-tauri/crates/resident/link-order.txt");
    steps.run(
        "Use it in a virtual desktop",
        Command::new(programs.join("bench"))
            .arg("link-order")
            .arg(&order)
            .env("PRESENCE_TRAY_BIN_DIR", &programs),
    )
}

/// The engine needs no desktop: its own benchmark says how fast it is.
fn measure_engine(file: &Path) -> Outcome {
    let figures = cargo()
        .args(["bench", "--locked", "--package", "engine", "--bench", "figures"])
        .args(["--", "--json"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if !figures.status.success() {
        return Err(format!("the engine's benchmark ended with {}", figures.status));
    }
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, figures.stdout))
        .map_err(|error| format!("{}: {error}", file.display()))
}
