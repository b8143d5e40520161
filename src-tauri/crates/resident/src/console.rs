//! The terminal that the program was started from, and how the resident lives without one.
//!
//! On Windows `presence-tray` is a console program, so that a shell waits for it and gets its exit code. The price is that the system opens a
//! window for it where nobody has one to share: `presence-trayw` beside it spares that at login, and [`leave_own`] closes the window that a start
//! from the Explorer has opened.

#[cfg_attr(windows, path = "console/windows.rs")]
#[cfg_attr(not(windows), path = "console/other.rs")]
mod os;

/// What to start in place of `executable`, so that no window opens for it.
pub(crate) use os::windowless;

/// Closes a window that was opened for this program alone. To be called where it stays.
pub(crate) use os::leave_own;

/// Lets a process live on when this one's terminal is closed or interrupted. Its streams must lead elsewhere.
pub(crate) use os::detach;
