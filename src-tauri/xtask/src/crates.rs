//! `ui/build/crates.json`, which the window shows: the crates that are in the executables on one of the systems, under their licences.
//!
//! Run with `PRESENCE_TRAY_WRITE_FIXTURES=1` to write it anew after a change to `Cargo.lock` that was meant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Stdio;

use crate::{cargo, root};

const FILE: &str = "ui/build/crates.json";
const PROGRAMS: [&str; 3] = ["resident", "presence-flyout", "windowless"];
const TARGETS: [&str; 3] = [
    "x86_64-unknown-linux-gnu",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
];

/// Crates, each with its version, by licence.
type Licences = BTreeMap<String, BTreeSet<String>>;

/// What Cargo says is linked into the executables, without the workspace's own.
fn linked() -> Licences {
    let mut tree = cargo();
    tree.args([
        "tree",
        "--locked",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--no-dedupe",
    ]);
    tree.args(["--format", "{l}\t{p}"]);
    tree.args(PROGRAMS.iter().flat_map(|program| ["--package", program]));
    tree.args(TARGETS.iter().flat_map(|target| ["--target", target]));
    let output = tree.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(&String::from_utf8_lossy(&output.stdout))
}

/// Lines of a licence, a tab, and `name v1.2.3`, with a note behind it where it is a macro or has a folder of its own.
fn read(tree: &str) -> Licences {
    let mut licences = Licences::new();
    for (licence, package) in tree.lines().filter_map(|line| line.split_once('\t')) {
        let is_own = package.contains("(/") || package.contains(":\\");
        let mut words = package.split(' ');
        if let (false, Some(name), Some(version)) = (is_own, words.next(), words.next()) {
            let version = version.trim_start_matches('v');
            let crates = licences.entry(alike(licence)).or_default();
            crates.insert(format!("{name} {version}"));
        }
    }
    licences
}

/// The same choice is written in more than one way.
fn alike(licence: &str) -> String {
    let licence = licence.replace('/', " OR ");
    if licence.contains(" AND ") {
        return licence;
    }
    let choices: BTreeSet<&str> = licence.split(" OR ").map(str::trim).collect();
    choices.into_iter().collect::<Vec<_>>().join(" OR ")
}

/// A crate a line, so that a change can be read.
fn json(licences: &Licences) -> String {
    let group = |(licence, crates): (&String, &BTreeSet<String>)| {
        let crates: Vec<_> = crates.iter().map(|name| format!("    \"{name}\"")).collect();
        format!("  \"{licence}\": [\n{}\n  ]", crates.join(",\n"))
    };
    let groups: Vec<_> = licences.iter().map(group).collect();
    format!("{{\n{}\n}}\n", groups.join(",\n"))
}

#[test]
fn the_window_names_every_crate_of_the_executables() {
    let file = root().unwrap().join(FILE);
    let now = json(&linked());
    if std::env::var_os("PRESENCE_TRAY_WRITE_FIXTURES").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let kept = fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    assert!(
        kept == now,
        "{FILE} is not what is linked; PRESENCE_TRAY_WRITE_FIXTURES=1 writes it"
    );
}

#[test]
fn licences_that_say_the_same_are_one() {
    let tree = "MIT/Apache-2.0\ta v1.0.0\nApache-2.0 OR MIT\tb v2.1.0 (proc-macro)\nMIT\town v0.1.0 (/somewhere)\n";
    let both = BTreeSet::from(["a 1.0.0".to_owned(), "b 2.1.0".to_owned()]);
    assert_eq!(read(tree), Licences::from([("Apache-2.0 OR MIT".to_owned(), both)]));
}
