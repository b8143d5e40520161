//! Linux: panels have any colour and tell nobody.

use std::io;

use super::Bar;

pub(super) fn current() -> Bar {
    Bar::Any
}

#[expect(clippy::unnecessary_wraps, reason = "Windows can refuse")]
pub(super) fn watch(_on_change: impl FnMut() + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Panels scale what they get: down from twice what most of them show.
pub(super) fn icon_pixels() -> u32 {
    48
}
