//! Windows: the settings' own values in the registry. The taskbar follows the theme of the system, not that of apps.
#![expect(
    unsafe_code,
    reason = "the size of small icons is told by the system interface alone"
)]

use std::{io, thread};

use windows_sys::Win32::UI::WindowsAndMessaging::{GetSystemMetrics, SM_CXSMICON};

use super::{Bar, from_settings};
use crate::registry::{self, WatchedKey};

const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize";

pub(super) fn current() -> Bar {
    let setting = |name| registry::read_number(KEY, name);
    match (setting("SystemUsesLightTheme"), setting("ColorPrevalence")) {
        (Ok(light), Ok(prevalence)) => from_settings(light, prevalence),
        (Err(error), _) | (_, Err(error)) => {
            tracing::debug!(%error, "the colour of the taskbar is not known");
            Bar::Any
        }
    }
}

pub(super) fn watch(mut on_change: impl FnMut() + Send + 'static) -> io::Result<()> {
    let mut settings = WatchedKey::open(KEY)?;
    let watching = thread::Builder::new().name("bar-theme".to_owned());
    watching.spawn(move || {
        loop {
            match settings.changed() {
                Ok(()) => on_change(),
                Err(error) => {
                    tracing::debug!(%error, "changes of the taskbar are not told any more");
                    return;
                }
            }
        }
    })?;
    Ok(())
}

/// 16 at 100 %.
pub(super) fn icon_pixels() -> u32 {
    // SAFETY: takes and returns a number.
    let pixels = unsafe { GetSystemMetrics(SM_CXSMICON) };
    u32::try_from(pixels).ok().filter(|pixels| *pixels > 0).unwrap_or(16)
}
