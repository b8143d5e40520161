//! Programs of Rust's that make packages: the ones on the PATH, else of a fixed version, built into the target folder.

use std::path::PathBuf;

use crate::steps::{Steps, answer};
use crate::{cargo, target_folder};

/// A program on crates.io.
#[derive(Debug)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

pub(super) const CARGO_DEB: Tool = Tool {
    name: "cargo-deb",
    version: "3.8.0",
};
pub(super) const CARGO_GENERATE_RPM: Tool = Tool {
    name: "cargo-generate-rpm",
    version: "0.21.1",
};

impl Tool {
    /// Where to find it; installed first where it is not there.
    pub(super) fn at_hand(&self, steps: &mut Steps) -> Result<PathBuf, String> {
        if answer(self.name, &["--version"]).is_some() {
            return Ok(self.name.into());
        }
        let folder = target_folder()?.join("tools");
        let program = folder.join("bin").join(self.name);
        let there = answer(&program.to_string_lossy(), &["--version"]);
        if there.is_some_and(|printed| printed.ends_with(self.version)) {
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
        Ok(program)
    }
}
