//! Rust and Node: which version is there, and where a newer one comes from.

use crate::steps::{Outcome, answer};

/// A version as far as it matters: major and minor.
type Version = (u32, u32);

/// The workspace's `rust-version`.
const RUST: Version = (1, 90);
/// What Vite needs, and with it the UI.
const NODE: Version = (20, 19);

pub(crate) fn check_rust() -> Outcome {
    let found = answer("rustc", &["--version"]);
    let advice = "A newer one: `rustup update stable`, or https://rustup.rs.";
    at_least("Rust", "the workspace", found.as_deref(), RUST, advice)
}

pub(crate) fn check_node() -> Outcome {
    let found = answer("node", &["--version"]);
    let advice = "A newer one: https://nodejs.org, NodeSource's packages for Debian (nodesource.com), or nvm (`nvm install 22`).";
    at_least("Node.js", "the UI", found.as_deref(), NODE, advice)?;
    // On Windows npm is a script that only a shell finds.
    let npm = if cfg!(windows) {
        answer("cmd", &["/c", "npm", "--version"])
    } else {
        answer("npm", &["--version"])
    };
    match npm {
        Some(version) => {
            println!("npm {version}");
            Ok(())
        }
        None => Err(format!("npm is missing; it comes with Node.js. {advice}")),
    }
}

fn at_least(name: &str, who: &str, found: Option<&str>, wanted: Version, advice: &str) -> Outcome {
    let (major, minor) = wanted;
    let Some(found) = found else {
        return Err(format!(
            "{name} is missing; {who} needs {major}.{minor} or newer. {advice}"
        ));
    };
    match version(found) {
        Some(version) if version >= wanted => {
            println!("{name} {}.{}", version.0, version.1);
            Ok(())
        }
        _ => Err(format!(
            "{name} here is {found:?}, {who} needs {major}.{minor} or newer. {advice}"
        )),
    }
}

/// From `rustc 1.95.0 (…)` or `v20.19.4`.
fn version(text: &str) -> Option<Version> {
    let number = text
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = number.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{at_least, version};

    #[test]
    fn versions_are_read_as_programs_print_them() {
        for (printed, read) in [
            ("v20.20.2", Some((20, 20))),
            ("rustc 1.95.0 (abc 2026-04-01)", Some((1, 95))),
            ("rustc 1.90.0-nightly", Some((1, 90))),
            ("", None),
            ("node", None),
        ] {
            assert_eq!(version(printed), read, "{printed}");
        }
    }

    #[test]
    fn what_is_too_old_is_named_with_what_is_needed_and_where_it_comes_from() {
        let problem = at_least("Node.js", "the UI", Some("v18.19.0"), (20, 19), "Newer: there.").unwrap_err();
        assert_eq!(
            problem,
            "Node.js here is \"v18.19.0\", the UI needs 20.19 or newer. Newer: there."
        );
        assert!(at_least("Node.js", "the UI", Some("v20.19.0"), (20, 19), "").is_ok());
        assert!(at_least("Node.js", "the UI", None, (20, 19), "").is_err());
    }
}
