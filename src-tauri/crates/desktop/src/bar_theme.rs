//! What the bar with the tray icons looks like, so that an icon can be seen on it.

#[cfg(target_os = "linux")]
#[path = "bar_theme/linux.rs"]
mod os;
#[cfg(target_os = "macos")]
#[path = "bar_theme/macos.rs"]
mod os;
#[cfg(windows)]
#[path = "bar_theme/windows.rs"]
mod os;

/// The colour of the bar, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bar {
    /// Of any colour, and nothing tells which.
    Any,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// The system paints icons by their alpha so that they can be seen: what macOS calls a template.
    Template,
}

/// The bar cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("the system does not tell when the taskbar changes its colour: {0}")]
pub struct BarThemeError(#[from] std::io::Error);

/// What the bar looks like now.
pub fn current() -> Bar {
    os::current()
}

/// Calls `on_change`, on a thread of its own, whenever the bar may have changed, until the process ends. Only Windows tells.
pub fn watch(on_change: impl FnMut() + Send + 'static) -> Result<(), BarThemeError> {
    Ok(os::watch(on_change)?)
}

/// How many pixels wide an icon is in the bar, where the bar takes one picture; now, as displays come and go.
pub fn icon_pixels() -> u32 {
    os::icon_pixels()
}

/// What Windows' settings say: `SystemUsesLightTheme`, and `ColorPrevalence`, which gives the taskbar the accent colour.
///
/// Windows before the light theme of 2019 knows neither, and its taskbar is dark.
#[cfg(any(windows, test))]
fn from_settings(uses_light_theme: Option<u32>, color_prevalence: Option<u32>) -> Bar {
    let is_on = |setting: Option<u32>| setting.is_some_and(|setting| setting != 0);
    match (is_on(color_prevalence), is_on(uses_light_theme)) {
        (true, _) => Bar::Any,
        (false, true) => Bar::Light,
        (false, false) => Bar::Dark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_windows_tell_the_taskbar() {
        let cases = [
            ((None, None), Bar::Dark),
            ((Some(0), None), Bar::Dark),
            ((Some(0), Some(0)), Bar::Dark),
            ((Some(1), None), Bar::Light),
            ((Some(1), Some(0)), Bar::Light),
            ((Some(0), Some(1)), Bar::Any),
            ((Some(1), Some(1)), Bar::Any),
        ];
        for ((light, prevalence), bar) in cases {
            assert_eq!(from_settings(light, prevalence), bar, "{light:?} {prevalence:?}");
        }
    }
}
