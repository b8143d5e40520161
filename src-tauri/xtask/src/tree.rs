//! Rules that no compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use crate::steps::Outcome;
use crate::{cargo, links, root};

/// A file of more lines is worth a warning: it probably holds more than one idea.
const LONG: usize = 600;

pub(crate) fn rules() -> Outcome {
    one_runtime_for_dbus()?;
    no_toolkit_in_the_resident()?;
    links::lead_somewhere()?;
    warn_of_long_files()
}

/// With zbus's `tokio` feature compiled in, its blocking calls panic inside an async task, and the keyring makes such calls.
fn one_runtime_for_dbus() -> Outcome {
    let features = cargo_tree(&["--workspace", "--edges", "features", "--invert", "zbus"])?;
    let tokio: Vec<&str> = features
        .lines()
        .skip_while(|line| !line.contains("zbus feature \"tokio\""))
        .take(8)
        .collect();
    if tokio.is_empty() {
        println!("zbus runs on async-io alone.");
        return Ok(());
    }
    Err(format!(
        "something enables zbus/tokio; whoever stands below it here:\n{}",
        tokio.join("\n")
    ))
}

/// Who sets presence from the menu never pays for a browser engine.
fn no_toolkit_in_the_resident() -> Outcome {
    let forbidden = [
        "gtk",
        "gdk",
        "webkit2gtk",
        "webkit2gtk-sys",
        "wry",
        "tauri",
        "libappindicator",
    ];
    let tree = cargo_tree(&[
        "--package",
        "resident",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ])?;
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let found: Vec<&str> = forbidden.into_iter().filter(|name| crates.contains(name)).collect();
    if found.is_empty() {
        println!("The resident links no GTK and no webview ({} crates).", crates.len());
        return Ok(());
    }
    Err(format!(
        "the resident depends on {}; `cargo tree -p resident -i {}` shows why",
        found.join(", "),
        found[0]
    ))
}

/// Only the host's own dependencies: what another system links is no business of this build.
fn cargo_tree(arguments: &[&str]) -> Result<String, String> {
    let output = cargo()
        .arg("tree")
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let output = output.map_err(|error| format!("cargo tree: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo tree {} ended with {}",
            arguments.join(" "),
            output.status
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn warn_of_long_files() -> Outcome {
    let root = root()?;
    let mut folders = ["src-tauri", "tests", "ui/src"]
        .map(|folder| root.join(folder))
        .to_vec();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let extension = path
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ["rs", "ts", "svelte"].contains(&extension) {
                let lines = fs::read_to_string(&path).unwrap_or_default().lines().count();
                if lines > LONG {
                    println!(
                        "warning: {} has {lines} lines; is it one idea?",
                        path.strip_prefix(root).unwrap_or(&path).display()
                    );
                }
            }
        }
    }
    Ok(())
}
