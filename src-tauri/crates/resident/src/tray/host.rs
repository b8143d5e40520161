//! Whether there is a place for the icon. Nobody is left without a way in: where the desktop shows no tray within a moment of grace, it is said
//! how to get one, and the icon comes when a tray does.

use std::time::Duration;

use desktop::tray_host::TrayHost;
use engine::MissingTray;
use tokio::{sync::mpsc, time::timeout};

/// How the program came to run, as far as it matters for what a person expects to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Somebody waits for something to happen.
    ByHand,
    /// With the desktop, whose panel may take its time.
    AtLogin,
}

impl Start {
    /// How long a tray may take before it counts as missing.
    fn grace(self) -> Duration {
        match self {
            Start::ByHand => Duration::from_secs(3),
            Start::AtLogin => Duration::from_secs(60),
        }
    }
}

/// A panel that restarts is away for this long at most.
const RESTART: Duration = Duration::from_secs(10);

/// Calls `on_change` with how the desktop lacks a tray, or with nothing once it has one: first when that is sure, then at each change. Ends
/// when the session bus does. Without `has_icon` no tray helps.
pub(crate) async fn watch(start: Start, has_icon: bool, mut on_change: impl FnMut(Option<MissingTray>)) {
    let missing = || Some(kind(&std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default()));
    let (seen_in, mut seen) = mpsc::unbounded_channel();
    let watching = TrayHost::new().watch(move |present| {
        // Nobody listens any more once the program ends.
        let _ = seen_in.send(present);
    });
    let Some(_watching) = watching.ok().filter(|_| has_icon) else {
        return on_change(missing());
    };
    let mut told = None;
    let mut grace = start.grace();
    let mut present = false;
    loop {
        // What is there is told at once, what is missing only when it stays so.
        let next = if present || told == Some(false) {
            seen.recv().await
        } else if let Ok(next) = timeout(grace, seen.recv()).await {
            next
        } else {
            told = Some(false);
            on_change(missing());
            continue;
        };
        match next {
            Some(true) => {
                present = true;
                grace = RESTART;
                if told != Some(true) {
                    told = Some(true);
                    on_change(None);
                }
            }
            Some(false) => present = false,
            None => return,
        }
    }
}

/// What helps depends on the desktop, a list of names as `XDG_CURRENT_DESKTOP` has it.
fn kind(desktops: &str) -> MissingTray {
    const COMPOSITORS: [&str; 8] = ["sway", "hyprland", "wlroots", "river", "niri", "i3", "bspwm", "wayfire"];
    let mut names = desktops.split(':').map(str::to_lowercase);
    if names.clone().any(|name| name == "gnome") {
        MissingTray::Gnome
    } else if names.any(|name| COMPOSITORS.contains(&name.as_str())) {
        MissingTray::Compositor
    } else {
        MissingTray::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helps_is_known_by_the_desktops_name() {
        for (desktops, expected) in [
            ("GNOME", MissingTray::Gnome),
            ("ubuntu:GNOME", MissingTray::Gnome),
            ("sway", MissingTray::Compositor),
            ("Hyprland", MissingTray::Compositor),
            ("XFCE", MissingTray::Other),
            ("GNOME-Flashback", MissingTray::Other),
            ("", MissingTray::Other),
        ] {
            assert_eq!(kind(desktops), expected, "{desktops}");
        }
    }
}
