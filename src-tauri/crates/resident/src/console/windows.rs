//! Windows: consoles, which are windows of their own and shared by the programs in them.
#![expect(
    unsafe_code,
    reason = "consoles are told and left through the system interface alone"
)]

use std::{
    io::{self, IsTerminal as _},
    os::windows::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
    ptr,
};

use windows_sys::Win32::System::{
    Console::{
        FreeConsole, GetConsoleProcessList, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
    },
    Threading::DETACHED_PROCESS,
};

/// `presence-trayw` (crate `windowless`), unless somebody has installed this executable alone.
pub(crate) fn windowless(executable: &Path) -> PathBuf {
    let starter = executable.with_file_name("presence-trayw.exe");
    if starter.is_file() {
        starter
    } else {
        executable.to_owned()
    }
}

pub(crate) fn leave_own() {
    let mut inside = [0_u32; 2];
    // SAFETY: `inside` has room for two.
    if unsafe { GetConsoleProcessList(inside.as_mut_ptr(), 2) } != 1 {
        return;
    }
    let streams = [
        (STD_INPUT_HANDLE, io::stdin().is_terminal()),
        (STD_OUTPUT_HANDLE, io::stdout().is_terminal()),
        (STD_ERROR_HANDLE, io::stderr().is_terminal()),
    ];
    // SAFETY: no preconditions.
    unsafe { FreeConsole() };
    // The numbers of their handles are free for other things now. Rust takes a stream without a handle for one that nobody reads.
    for (stream, _) in streams.into_iter().filter(|(_, was_console)| *was_console) {
        // SAFETY: no preconditions.
        unsafe { SetStdHandle(stream, ptr::null_mut()) };
    }
}

/// Without a console; not even an invisible one, which would be a process of its own.
pub(crate) fn detach(command: &mut Command) {
    command.creation_flags(DETACHED_PROCESS);
}
