//! macOS: the menu bar follows the wallpaper, and paints templates itself.

use std::io;

use super::Bar;

pub(super) fn current() -> Bar {
    Bar::Template
}

#[expect(clippy::unnecessary_wraps, reason = "Windows can refuse")]
pub(super) fn watch(_on_change: impl FnMut() + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// 18 points; every Mac of the last ten years has two pixels for one, and the others scale down.
pub(super) fn icon_pixels() -> u32 {
    36
}
