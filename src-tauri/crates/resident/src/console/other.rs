//! Linux and macOS: a program has the terminal it was typed in, or none.

use std::{
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) fn windowless(executable: &Path) -> PathBuf {
    executable.to_owned()
}

pub(crate) fn leave_own() {}

pub(crate) fn detach(command: &mut Command) {
    command.process_group(0);
}
