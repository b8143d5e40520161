//! An X server of the test's own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// An `Xvfb` that ends with its test.
pub struct XServer {
    process: Child,
    pub display: String,
}

impl XServer {
    pub fn start() -> Self {
        Self::with(&[])
    }

    pub fn with(arguments: &[&str]) -> Self {
        let mut process = Command::new("Xvfb")
            // Without `-noreset` it starts anew, and is gone for a moment, when its last client leaves.
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "640x480x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut number = String::new();
        BufReader::new(process.stdout.take().expect("it is piped"))
            .read_line(&mut number)
            .expect("its number");
        Self {
            process,
            display: format!(":{}", number.trim()),
        }
    }

    /// Runs a program that is one of its clients, to its end.
    pub fn run(&self, program: &str, arguments: &[&str]) {
        let ran = Command::new(program)
            .args(arguments)
            .env("DISPLAY", &self.display)
            .status();
        assert!(ran.expect("it is installed").success(), "{program} {arguments:?}");
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ended");
    }
}
