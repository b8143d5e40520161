//! Which of the resident's functions run while it does its work: for its build, which puts them side by side (`crates/resident/build.rs`).
//!
//! A resident is started under `callgrind`, which writes down what runs, and is used a little. Names are written as the linker has them, but for
//! the hashes, which are of one compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::product::Product;

/// What stands at the top of the file.
const HEADING: &str = "# The functions of a resident that runs. Made by `cargo xtask link-order`; read by build.rs.\n";

/// A group of functions with a common beginning is named by that alone where at least this share of its bytes runs.
const NEARLY_ALL: f64 = 0.9;

/// Uses the `executable`, which has its symbols, and writes what ran to `file`.
pub(crate) async fn find_out(executable: &Path, file: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let record = folder.path().join("callgrind.out");
    Product::prepare().await?.be_used(&record).await?;

    let record = fs::read_to_string(&record).context("callgrind wrote nothing")?;
    let ran = functions(&record);
    let symbols = symbols(executable)?;
    let mut all = Group::default();
    for (name, size) in &symbols {
        all.add(&parts(name), *size, ran.contains(name.as_str()));
    }
    ensure!(all.ran > 0, "none of what ran is in {}", executable.display());
    let mut names = BTreeSet::new();
    all.name("", &mut names);
    let lines: String = names.into_iter().map(|name| name + "\n").collect();
    println!("{} kB of {} kB ran.", all.ran / 1000, all.size / 1000);
    Ok(fs::write(file, HEADING.to_owned() + &lines)?)
}

/// The names in what callgrind wrote: `fn=(12) name` the first time, `fn=(12)` later; `'2` after a name is a level of recursion.
fn functions(record: &str) -> BTreeSet<&str> {
    let named = record.lines().filter_map(|line| {
        let line = line.strip_prefix('c').unwrap_or(line);
        let (_, name) = line.strip_prefix("fn=(")?.split_once(") ")?;
        Some(name.split('\'').next().unwrap_or(name))
    });
    named.collect()
}

/// Every function of an executable, with its bytes.
fn symbols(executable: &Path) -> Result<BTreeMap<String, u64>> {
    let output = Command::new("nm").arg("--print-size").arg(executable).output()?;
    ensure!(output.status.success(), "nm ended with {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    let functions = text.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let size = u64::from_str_radix(fields.next()?, 16).ok()?;
        let is_code = matches!(fields.next()?, "t" | "T" | "w" | "W");
        is_code.then_some((fields.next()?.to_owned(), size))
    });
    Ok(functions.collect())
}

/// A mangled name, cut where its path is: `_ZN4core3fmt5write17h0123456789abcdefE` is `_ZN`, `4core`, `3fmt`, `5write`, `17h*`.
fn parts(name: &str) -> Vec<String> {
    const HASH: &str = "17h";
    let Some(path) = name.strip_prefix("_ZN") else {
        return vec![without_hashes(name)];
    };
    let mut parts = vec!["_ZN".to_owned()];
    let mut rest = path;
    while rest.starts_with(|first: char| first.is_ascii_digit()) {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = rest.get(..digits).and_then(|number| number.parse::<usize>().ok());
        let Some(part) = length.and_then(|length| rest.get(..digits + length)) else {
            break;
        };
        rest = rest.get(part.len()..).unwrap_or_default();
        if part.starts_with(HASH) && part.len() == 19 {
            parts.push(format!("{HASH}*"));
        } else {
            parts.push(part.to_owned());
        }
    }
    parts
}

/// The newer way of mangling names crates with a hash each: `Cs1234_5tokio` becomes `Cs*_5tokio`.
fn without_hashes(name: &str) -> String {
    let mut kept = String::new();
    let mut rest = name;
    if name.starts_with("_R") {
        while let Some((before, after)) = rest.split_once("Cs") {
            let Some((_, behind)) = after.split_once('_') else {
                break;
            };
            kept += before;
            kept += "Cs*_";
            rest = behind;
        }
    }
    kept + rest
}

/// Functions whose names begin alike.
#[derive(Debug, Default)]
struct Group {
    ran: u64,
    size: u64,
    below: BTreeMap<String, Self>,
}

impl Group {
    fn add(&mut self, parts: &[String], size: u64, ran: bool) {
        self.size += size;
        self.ran += if ran { size } else { 0 };
        if let [first, rest @ ..] = parts {
            self.below.entry(first.clone()).or_default().add(rest, size, ran);
        }
    }

    /// Names what ran, in as few words as can be.
    fn name(&self, before: &str, names: &mut BTreeSet<String>) {
        if self.ran == 0 {
            return;
        }
        let whole_path = self.below.is_empty();
        #[expect(clippy::cast_precision_loss, reason = "a few million")]
        let nearly_all = self.ran as f64 >= NEARLY_ALL * self.size as f64;
        // All that a linker knows begins with the first part.
        if whole_path || (nearly_all && !matches!(before, "" | "_ZN")) {
            let open = if whole_path || before.ends_with('*') { "" } else { "*" };
            names.insert(format!("{before}{open}"));
            return;
        }
        for (part, group) in &self.below {
            group.name(&format!("{before}{part}"), names);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_at_its_path_and_has_no_hash() {
        for (name, cut) in [
            (
                "_ZN4core3fmt5write17h0123456789abcdefE",
                &["_ZN", "4core", "3fmt", "5write", "17h*"] as &[&str],
            ),
            (
                "_RNvMs4_NtCslNYArtu3iFV_5alloc7raw_vec",
                &["_RNvMs4_NtCs*_5alloc7raw_vec"],
            ),
            ("aws_lc_0_47_0_SHA256", &["aws_lc_0_47_0_SHA256"]),
            ("_ZN99short", &["_ZN"]),
        ] {
            assert_eq!(parts(name), cut, "{name}");
        }
    }

    #[test]
    fn what_callgrind_names_once_is_found_without_its_level_of_recursion() {
        let record = "fn=(1) main\n12 3\ncfn=(2) _ZN1a17h0E'2\ncalls=1 4\nfn=(1)\n";
        assert_eq!(functions(record), BTreeSet::from(["main", "_ZN1a17h0E"]));
    }

    #[test]
    fn a_group_that_runs_is_named_by_its_beginning_and_one_that_does_not_is_not() {
        let mut all = Group::default();
        for (name, ran) in [
            ("_ZN4zbus5write17h0123456789abcdefE", true),
            ("_ZN4zbus4read17h0123456789abcdefE", true),
            ("_ZN4clap4help17h0123456789abcdefE", false),
            ("_ZN4clap4read17h0123456789abcdefE", true),
            ("memcpy", true),
        ] {
            all.add(&parts(name), 100, ran);
        }
        let mut names = BTreeSet::new();
        all.name("", &mut names);
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(names, ["_ZN4clap4read*", "_ZN4zbus*", "memcpy"]);
    }
}
