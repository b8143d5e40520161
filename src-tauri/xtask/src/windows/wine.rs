//! Wine with a Windows of its own: empty registry, empty Credential Manager, an invisible screen.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::steps::quietly;
use crate::{root, target_folder};

/// For a Wine that lacks a library every Rust program needs.
const SHIM: &str = "src-tauri/xtask/wine/bcryptprimitives.c";

/// It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Wine {
    prefix: PathBuf,
    screen: Screen,
}

impl Wine {
    /// Makes the Windows anew: what an earlier run has left there is gone.
    pub(super) fn start(compiler: &str) -> Result<Self, String> {
        let prefix = target_folder()?.join("wine");
        if prefix.exists() {
            fs::remove_dir_all(&prefix).map_err(|error| format!("{}: {error}", prefix.display()))?;
        }
        let wine = Self {
            prefix,
            screen: Screen::start()?,
        };
        let mut boot = Command::new("wineboot");
        boot.arg("--init").envs(wine.environment()).stderr(Stdio::null());
        quietly(&mut boot)?;
        // `wineboot` leaves a file there for every library that Wine has.
        let library = wine.prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        if !library.exists() {
            println!("This Wine has no bcryptprimitives.dll; ours takes its place.");
            make_shim(compiler, &library)?;
        }
        Ok(wine)
    }

    /// For every program that is to run in it.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("WINEPREFIX", self.prefix.display().to_string()),
            // Neither .NET nor a browser, which Wine would offer to download.
            ("WINEDLLOVERRIDES", "mscoree=;mshtml=".to_owned()),
            // Its remarks about itself.
            ("WINEDEBUG", "-all".to_owned()),
            ("DISPLAY", self.screen.name.clone()),
        ]
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // Its server ends by itself a little later than its last program, and until then writes to the folder.
        let mut server = Command::new("wineserver");
        server.arg("--kill").envs(self.environment());
        if let Err(problem) = quietly(&mut server) {
            println!("{problem}");
        }
    }
}

fn make_shim(compiler: &str, library: &Path) -> Result<(), String> {
    let mut make = Command::new(compiler);
    make.args(["-shared", "-O2", "-Wall", "-Werror", "-o"]);
    quietly(make.arg(library).arg(root()?.join(SHIM)).arg("-ladvapi32"))
}

/// An X server that nobody looks at. It ends when this is dropped.
#[derive(Debug)]
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn start() -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("Xvfb: {error}");
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            // It tells its number when it is ready.
            BufReader::new(output).read_line(&mut number).map_err(failed)?;
        }
        let name = format!(":{}", number.trim());
        Ok(Self { server, name })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
