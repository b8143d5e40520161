//! Windows and macOS.

use super::{Signal, SignalError};

/// Nothing to end: nothing is told.
#[derive(Debug)]
pub struct SignalWatch {}

impl SignalWatch {
    /// Tells nothing yet.
    pub fn start(_on_signal: impl FnMut(Signal) + Send + 'static) -> Result<SignalWatch, SignalError> {
        Ok(SignalWatch {})
    }
}
