//! What happens to the computer while the program runs: sleep, lock, network.
//!
//! On Linux systemd-logind and `NetworkManager` tell it on the system bus, and the screen saver on the session bus; a system without one of them
//! tells less. On Windows and macOS nothing is told yet: there a program notices sleep by its clock, and a network by trying.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub use linux::SignalWatch;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(not(target_os = "linux"))]
pub use other::SignalWatch;

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
}

/// Whoever tells of it cannot be listened to.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// No bus, or it refused.
    #[error("the system does not tell of sleep, lock and network ({0})")]
    Bus(String),
    /// The system gives this process no further thread.
    #[error("no thread could be started to listen for sleep, lock and network: {0}")]
    Thread(#[from] std::io::Error),
}
