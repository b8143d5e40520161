//! `presence-trayw`, for Windows: starts the `presence-tray` beside it, with the same arguments and no console window, and leaves.
//!
//! Windows decides by a mark in the executable whether a program gets a console. `presence-tray` has the mark of a console program, so that a
//! shell waits for it, sees its exit code, and finds its words where they belong. Started by the system at login, such a program would open a
//! console window, so there this one is started, which has the other mark. Python has `pythonw` and Java `javaw` for the same reason.
//!
//! On other systems there is no such mark and nothing to do.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

#[cfg(windows)]
fn main() -> ExitCode {
    use std::os::windows::process::CommandExt;
    use std::process::{Command, Stdio};

    /// The program has no console at all, not even an invisible one (Process Creation Flags, Microsoft Learn).
    const DETACHED_PROCESS: u32 = 0x0000_0008;

    let started = std::env::current_exe().and_then(|this| {
        Command::new(this.with_file_name("presence-tray.exe"))
            .args(std::env::args_os().skip(1))
            .creation_flags(DETACHED_PROCESS)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    });
    // Whoever starts it has no place for words.
    if started.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(not(windows))]
fn main() -> ExitCode {
    eprintln!("presence-trayw is for Windows; here presence-tray needs no other program to start it");
    ExitCode::FAILURE
}
