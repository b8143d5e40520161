//! Programs of Rust's that few tasks need: the ones on the PATH, else of a fixed version, built into the target folder.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;

use crate::steps::{Steps, answer};
use crate::{cargo, target_folder};

/// A program on crates.io.
#[derive(Debug)]
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    /// What its program is built with, where that is not what a library is built with.
    features: &'static str,
}

pub(crate) const CARGO_DEB: Tool = Tool::of("cargo-deb", "3.8.0", "");
pub(crate) const CARGO_GENERATE_RPM: Tool = Tool::of("cargo-generate-rpm", "0.21.1", "");
/// Collects licences.
pub(crate) const CARGO_ABOUT: Tool = Tool::of("cargo-about", "0.9.3", "cli");
/// Writes lists of parts.
pub(crate) const CARGO_CYCLONEDX: Tool = Tool::of("cargo-cyclonedx", "0.5.9", "");
/// Judges parts.
pub(crate) const CARGO_DENY: Tool = Tool::of("cargo-deny", "0.20.2", "");

impl Tool {
    const fn of(name: &'static str, version: &'static str, features: &'static str) -> Tool {
        Tool {
            name,
            version,
            features,
        }
    }

    /// Where to find it; installed first where it is not there.
    pub(crate) fn at_hand(&self, steps: &mut Steps) -> Result<PathBuf, String> {
        if answer(self.name, &["--version"]).is_some() {
            return Ok(self.name.into());
        }
        let folder = target_folder()?.join("tools");
        let program = folder.join("bin").join(format!("{}{EXE_SUFFIX}", self.name));
        // Cargo writes down what it installed. Not every one of them tells its version itself.
        let entry = format!("\"{} {} ", self.name, self.version);
        if fs::read_to_string(folder.join(".crates.toml")).is_ok_and(|list| list.contains(&entry)) {
            return Ok(program);
        }
        let mut install = cargo();
        install.args([
            "install",
            "--locked",
            "--quiet",
            self.name,
            "--version",
            self.version,
            "--features",
            self.features,
            "--root",
        ]);
        install.arg(&folder).arg("--target-dir").arg(folder.join("build"));
        // Used for a second or two a run; it need not be fast, but be there soon.
        install
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        steps.run(
            &format!("Install {} {} (a minute or two)", self.name, self.version),
            &mut install,
        )?;
        // Cargo is content where the features leave no program to install.
        if !program.exists() {
            return Err(format!(
                "{} was installed, but there is no {}",
                self.name,
                program.display()
            ));
        }
        Ok(program)
    }
}
