//! Rust's standard library for a system that is not this one.
//!
//! rustup brings it compiled (`rustup target add`). Else Cargo compiles it from its sources, which must be of this very compiler's version: they
//! come with rustup (`rustup component add rust-src`), or with Debian's package of that name. Debian keeps several versions of it; the one that
//! fits is fetched without being installed, whatever release this system is.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use crate::archive::Archive;
use crate::steps::{Steps, answer};
use crate::target_folder;

/// Where a standard library for a target comes from.
#[derive(Debug, Clone)]
pub(crate) enum StandardLibrary {
    /// rustc finds it by itself.
    Installed,
    /// The folder `library` of the compiler's sources.
    Sources(PathBuf),
}

impl StandardLibrary {
    /// Makes a Cargo command compile with it.
    pub(crate) fn use_in(&self, cargo: &mut Command) {
        if let Self::Sources(folder) = self {
            cargo
                .arg("-Zbuild-std=std,panic_abort,panic_unwind")
                // Allows that to a compiler that is not a nightly one.
                .env("RUSTC_BOOTSTRAP", "1")
                // Where Cargo's own tests have these sources, and the only way to name a place outside of rustc's folder.
                .env("__CARGO_TESTS_ONLY_SRC_ROOT", folder);
        }
    }
}

/// The library as rustup has installed it.
pub(crate) fn installed(target: &str) -> Option<StandardLibrary> {
    let folder = folder_of_rust()?.join(target).join("lib");
    folder.is_dir().then_some(StandardLibrary::Installed)
}

/// Finds or fetches its sources, which serve for every target. The error is the reason why they cannot be had.
pub(crate) fn sources(steps: &mut Steps) -> Result<StandardLibrary, String> {
    let printed = answer("rustc", &["--version"]).ok_or("rustc does not say its version")?;
    let version =
        release(&printed).ok_or_else(|| format!("there are sources for releases of Rust alone, not for {printed}"))?;
    let fetched = target_folder()?.join("rust-src").join(version);
    let places = [
        folder_of_rust().map(|folder| folder.join("src/rust/library")),
        // Debian's package, installed.
        Some(PathBuf::from(format!("/usr/src/rustc-{version}/library"))),
        Some(fetched.join("library")),
    ];
    // Without the lock file Cargo does not know what the library itself is made of.
    if let Some(there) = places
        .into_iter()
        .flatten()
        .find(|place| place.join("Cargo.lock").is_file())
    {
        return Ok(StandardLibrary::Sources(there));
    }
    let mut found = Err("Debian's archive was not asked".to_owned());
    let fetching = format!("Fetch the sources of Rust {version}'s standard library from Debian");
    steps.take(&fetching, || {
        found = fetch(version, &fetched);
        Ok(())
    })?;
    found.map(StandardLibrary::Sources)
}

fn folder_of_rust() -> Option<PathBuf> {
    answer("rustc", &["--print", "sysroot"]).map(|folder| Path::new(&folder).join("lib/rustlib"))
}

/// Puts the sources into `folder`, all of them or none.
fn fetch(version: &str, folder: &Path) -> Result<PathBuf, String> {
    let work = folder.with_file_name(format!("{version}.fetching"));
    let failed = |error: io::Error| format!("{}: {error}", work.display());
    // Of a time before that was broken off.
    if work.exists() {
        fs::remove_dir_all(&work).map_err(failed)?;
    }
    fs::create_dir_all(&work).map_err(failed)?;
    let package = Archive::of_this_system(&work)?.fetch("rust-src", version)?;
    // The package holds the compiler as well, of five times the size.
    let library = format!("./usr/src/rustc-{version}/library");
    let mut files = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(&package)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut unpack = Command::new("tar");
    unpack.arg("--extract").arg("--directory").arg(&work).arg(&library);
    if let Some(files) = files.stdout.take() {
        unpack.stdin(files);
    }
    let unpacked = unpack.status().map_err(failed)?;
    let read = files.wait().map_err(failed)?;
    if !(unpacked.success() && read.success()) {
        return Err(format!("{} could not be unpacked", package.display()));
    }
    fs::create_dir_all(folder)
        .and_then(|()| fs::rename(work.join(library), folder.join("library")))
        .and_then(|()| fs::remove_dir_all(&work))
        .map_err(failed)?;
    Ok(folder.join("library"))
}

/// `1.95.0` of `rustc 1.95.0 (…)`. Others than releases have a suffix, and their sources are in no archive.
fn release(printed: &str) -> Option<&str> {
    let version = printed.split(' ').nth(1)?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.split('.').all(is_number).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn only_a_release_has_sources_in_an_archive() {
        for (printed, version) in [
            ("rustc 1.95.0 (59807616e 2026-04-14)", Some("1.95.0")),
            (
                "rustc 1.85.0 (4d91de4e4 2025-02-17) (built from a source tarball)",
                Some("1.85.0"),
            ),
            ("rustc 1.97.0-nightly (abc 2026-05-01)", None),
            ("rustc 1.96.0-beta.2 (abc 2026-05-01)", None),
            ("rustc", None),
            ("", None),
        ] {
            assert_eq!(release(printed), version, "{printed}");
        }
    }
}
