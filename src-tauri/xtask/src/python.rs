//! The Python environment in which Microsoft's own clients try the simulator (`src-tauri/crates/simulator/tests/microsoft`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Outcome, Steps, answer, quietly};
use crate::{root, target_folder};

/// Where its packages are written down, with their versions and hashes.
const REQUIREMENTS: &str = "src-tauri/crates/simulator/tests/microsoft/requirements.txt";

/// Says whether an interpreter is new enough for the packages and can make an environment. What `python3` is on the PATH may be a program of
/// pyenv that finds no Python, or one without these modules.
const IS_FIT: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/// Makes it in the target folder, where the tests look for it. It is left as it is while the requirements are the same, and brought up to date
/// where they are not.
pub(crate) fn environment(steps: &mut Steps) -> Outcome {
    let folder = target_folder()?.join("python");
    let wanted = root()?.join(REQUIREMENTS);
    let pinned = fs::read(&wanted).map_err(|error| format!("{}: {error}", wanted.display()))?;
    // Written last, so it is there only if everything else is.
    let installed = folder.join("requirements.txt");
    let python = interpreter_in(&folder);
    // The Python that it was made from may be gone, or making it was broken off.
    let works = runs(&python.to_string_lossy(), "import pip");
    if works && fs::read(&installed).is_ok_and(|there| there == pinned) {
        return Ok(());
    }
    steps.take("Python environment for Microsoft's own clients", || {
        if !works {
            quietly(
                Command::new(fit_interpreter()?)
                    .args(["-m", "venv", "--clear"])
                    .arg(&folder),
            )?;
        }
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ];
        // Of the thousands of modules a test loads a few: byte code is made of those, when they are loaded.
        let exactly = [
            "--no-compile",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
        ];
        let mut install = Command::new(&python);
        install.args(pip).args(exactly).arg(&wanted);
        quietly(&mut install).map_err(|problem| {
            format!("{problem}; the packages come from PyPI, or from where pip's own configuration says")
        })?;
        fs::write(&installed, &pinned).map_err(|error| format!("{}: {error}", installed.display()))
    })
}

fn runs(python: &str, code: &str) -> bool {
    answer(python, &["-c", code]).is_some()
}

fn fit_interpreter() -> Result<&'static str, String> {
    ["python3", "/usr/bin/python3", "python"]
        .into_iter()
        .find(|python| runs(python, IS_FIT))
        .ok_or_else(|| {
            "Python 3.11 or later with its modules venv and ensurepip is needed, and was not found".to_owned()
        })
}

fn interpreter_in(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}
