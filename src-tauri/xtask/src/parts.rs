//! What others wrote and the product is made of: their licences, the list of them, and whether they are what may be there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::steps::{Outcome, Steps, quietly};
use crate::test::{is_installed, npm};
use crate::tool::{CARGO_ABOUT, CARGO_CYCLONEDX, CARGO_DENY};
use crate::{root, target_folder};

/// A Debian package, and the folder of the Rust package whose executable is in it.
const PROGRAMS: [(&str, &str); 2] = [
    ("presence-tray", "src-tauri/crates/resident"),
    ("presence-tray-flyout", "src-tauri"),
];

/// What each of the UI's packages has its licence in.
const TEXTS: [&str; 4] = ["LICENSE", "LICENSE.md", "LICENSE-MIT", "license"];

/// The icons come without the text of the MIT licence, which is that of this program but for this line (also in `ui/build/about.ts`).
const ICONS_HOLDER: &str = "Copyright (c) Microsoft Corporation";

/// The licences of all parts of one of the packages, one text.
pub(crate) fn licences_of(package: &str) -> Result<PathBuf, String> {
    Ok(folder()?.join(format!("{package}.licences.txt")))
}

/// Writes licences and lists of parts to `target/package`: what the packages ship, and what goes beside them.
pub(crate) fn tell(steps: &mut Steps) -> Outcome {
    let about = CARGO_ABOUT.at_hand(steps)?;
    let cyclonedx = CARGO_CYCLONEDX.at_hand(steps)?;
    let ui = root()?.join("ui");
    if !is_installed(&ui) {
        steps.run(
            "Install the UI's packages",
            npm(&ui).args(["ci", "--no-audit", "--no-fund"]),
        )?;
    }
    steps.take("Licences and lists of the parts", || {
        fs::create_dir_all(folder()?).map_err(|error| error.to_string())?;
        for (package, rust) in PROGRAMS {
            let file = licences_of(package)?;
            licences(&about, rust, &file)?;
            if rust == "src-tauri" {
                add_ui(&file)?;
            }
            list(&cyclonedx, rust, &folder()?.join(format!("{package}.cdx.json")))?;
        }
        list_ui(&folder()?.join("presence-tray-flyout-ui.cdx.json"))
    })?;
    println!("They are in {}.", folder()?.display());
    Ok(())
}

/// Fails where a part has a licence or comes from a place that is not agreed to. What is known against one is asked for where that can be had.
pub(crate) fn check(steps: &mut Steps) -> Outcome {
    let deny = CARGO_DENY.at_hand(steps)?;
    let check = |what: &[&str]| {
        let mut check = Command::new(&deny);
        check
            .current_dir(root()?)
            .args(["--locked", "check", "--hide-inclusion-graph"]);
        quietly(check.args(what))
    };
    steps.take("Licences, sources and bans", || check(&["licenses", "bans", "sources"]))?;
    let fetched = {
        let mut fetch = Command::new(&deny);
        fetch.current_dir(root()?).args(["fetch", "db"]);
        fetch.output().is_ok_and(|fetch| fetch.status.success())
    };
    if fetched {
        steps.take("Known vulnerabilities", || check(&["advisories"]))
    } else {
        println!("\nNot checked: known vulnerabilities. Their database (RustSec) could not be had.");
        Ok(())
    }
}

fn folder() -> Result<PathBuf, String> {
    Ok(target_folder()?.join("package"))
}

fn licences(about: &Path, rust: &str, file: &Path) -> Outcome {
    quietly(
        Command::new(about)
            .current_dir(root()?)
            .args(["about", "generate", "--locked", "--fail"])
            .args(["--config", "src-tauri/xtask/licences/about.toml", "--manifest-path"])
            .arg(Path::new(rust).join("Cargo.toml"))
            .arg("--output-file")
            .arg(file)
            .arg("src-tauri/xtask/licences/about.hbs"),
    )
}

/// The window carries parts from npm, too: `ui/build/carried.json`.
fn add_ui(file: &Path) -> Outcome {
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let ui = root()?.join("ui");
    let mut text = read(file)?;
    let carried = read(&ui.join("build/carried.json"))?;
    let own = read(&root()?.join("LICENSE"))?;
    let holder = own
        .lines()
        .find(|line| line.starts_with("Copyright"))
        .unwrap_or_default();
    for name in carried.split('"').skip(1).step_by(2) {
        let package = ui.join("node_modules").join(name);
        let found = TEXTS
            .iter()
            .find_map(|text| fs::read_to_string(package.join(text)).ok());
        let licence = match found {
            Some(text) => text,
            None if name == "@fluentui/svg-icons" => own.replacen(holder, ICONS_HOLDER, 1),
            None => return Err(format!("{name} comes without the text of its licence")),
        };
        let line = "=".repeat(72);
        text += &["\n", &line, "\n\n    ", name, " (npm)\n\n", licence.trim(), "\n"].concat();
    }
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// The tool writes a list beside the manifest of each package of the workspace; one of them is wanted.
fn list(cyclonedx: &Path, rust: &str, file: &Path) -> Outcome {
    const NAME: &str = "parts.cdx";
    let root = root()?;
    quietly(
        Command::new(cyclonedx)
            .current_dir(root)
            .args([
                "cyclonedx",
                "--quiet",
                "--format",
                "json",
                "--spec-version",
                "1.5",
                "--no-build-deps",
            ])
            .args(["--target", "x86_64-unknown-linux-gnu", "--override-filename", NAME])
            .arg("--manifest-path")
            .arg(Path::new(rust).join("Cargo.toml")),
    )?;
    let written = format!("{NAME}.json");
    let list = fs::read_to_string(root.join(rust).join(&written));
    for member in members(root) {
        let _ = fs::remove_file(member.join(&written));
    }
    // Where it was made is nobody's business, and would make each machine's list another.
    let here = format!("path+file://{}/", root.display());
    list.and_then(|list| fs::write(file, list.replace(&here, "path+file:///")))
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// What npm says of the UI's packages, of those that the window carries.
fn list_ui(file: &Path) -> Outcome {
    let mut npm = npm(&root()?.join("ui"));
    npm.args(["run", "--silent", "parts"]);
    let output = npm
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("npm: {error}"))?;
    if !output.status.success() {
        return Err(format!("npm run parts ended with {}", output.status));
    }
    fs::write(file, output.stdout).map_err(|error| format!("{}: {error}", file.display()))
}

/// The folders in which the workspace's packages are.
fn members(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["icons", "src-tauri", "src-tauri/xtask", "tests", "tests/bench"]
        .map(|folder| root.join(folder))
        .into();
    let crates = fs::read_dir(root.join("src-tauri/crates"));
    found.extend(crates.into_iter().flatten().flatten().map(|entry| entry.path()));
    found
}
