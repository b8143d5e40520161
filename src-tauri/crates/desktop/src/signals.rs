//! What happens to the computer while the program runs: sleep, lock, network, the end of the session.
//!
//! | | Linux | Windows | macOS |
//! |---|---|---|---|
//! | sleep | systemd-logind | `WM_POWERBROADCAST` | the workspace's notifications |
//! | lock | systemd-logind, the screen saver | `WM_WTSSESSION_CHANGE` | the login window's notifications |
//! | network | `NetworkManager` | each changed route | reachability of the default route |
//! | end | systemd-logind | `WM_ENDSESSION` | the workspace's notifications |
//!
//! A system that lacks one of them tells less: a program notices sleep by its clock, too, and a network by trying. On macOS everything is
//! delivered by the event loop of the main thread, and nothing without one.

mod latest;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod meaning;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub use linux::SignalWatch;
#[cfg(target_os = "macos")]
pub use macos::SignalWatch;
#[cfg(windows)]
pub use windows::SignalWatch;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The computer is about to sleep.
    Sleeps,
    /// It woke up.
    Wakes,
    /// The screen was locked.
    Locked,
    /// The screen was unlocked.
    Unlocked,
    /// There is no network any more.
    NetworkGone,
    /// The network is there again.
    NetworkBack,
    /// The computer is about to be switched off or restarted, or the person is being signed out of it.
    ///
    /// On Windows the process may be ended as soon as the call that told it returns, and at the latest after about five seconds: whatever
    /// must be done is done before that. On Linux it is told of switching off alone; as everywhere on Unix, the end of the process itself
    /// is asked for by `SIGTERM`. On macOS another program may still call it off.
    SessionEnds,
}

/// Whoever tells of it cannot be listened to.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// No bus, no window, or the system refused.
    #[error("the system does not tell of sleep, lock and network ({0})")]
    Unavailable(String),
    /// The system gives this process no further thread.
    #[error("no thread could be started to listen for sleep, lock and network: {0}")]
    Thread(#[from] std::io::Error),
}
