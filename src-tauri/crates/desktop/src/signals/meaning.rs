//! What each system says, and what it means: pure, and tested on every system.
#![cfg_attr(
    not(test),
    allow(dead_code, reason = "each system uses its own part, and the tests use all of it")
)]

use super::Signal;

/// The one argument of a D-Bus signal, or the new value of a property, as far as one is of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    Boolean(bool),
    Number(u32),
}

/// `NM_STATE_CONNECTED_GLOBAL`: there is a way to the internet. All else counts as none.
const CONNECTED: u32 = 70;

/// Linux: a member of a D-Bus interface, a signal or a property. Sources: the D-Bus interfaces of systemd-logind and `NetworkManager`; the
/// screen saver's interface is the one KDE and GNOME share.
pub(super) fn of_dbus(interface: &str, member: &str, argument: Argument) -> Option<Signal> {
    use Argument::{Boolean, Number};
    let signal = match (interface, member, argument) {
        ("org.freedesktop.login1.Manager", "PrepareForSleep", Boolean(true)) => Signal::Sleeps,
        ("org.freedesktop.login1.Manager", "PrepareForSleep", Boolean(false)) => Signal::Wakes,
        // With false it was called off.
        ("org.freedesktop.login1.Manager", "PrepareForShutdown", Boolean(true)) => Signal::SessionEnds,
        ("org.freedesktop.login1.Session", "LockedHint", Boolean(true))
        | ("org.freedesktop.ScreenSaver", "ActiveChanged", Boolean(true)) => Signal::Locked,
        ("org.freedesktop.login1.Session", "LockedHint", Boolean(false))
        | ("org.freedesktop.ScreenSaver", "ActiveChanged", Boolean(false)) => Signal::Unlocked,
        ("org.freedesktop.NetworkManager", "StateChanged", Number(state)) => network(state >= CONNECTED),
        _ => return None,
    };
    Some(signal)
}

/// Numbers of winuser.h and wtsapi32.h.
pub(super) mod windows_numbers {
    pub(in super::super) const WM_ENDSESSION: u32 = 0x0016;
    pub(in super::super) const WM_POWERBROADCAST: u32 = 0x0218;
    pub(in super::super) const PBT_APMSUSPEND: u32 = 4;
    pub(in super::super) const PBT_APMRESUMEAUTOMATIC: u32 = 18;
    pub(in super::super) const WM_WTSSESSION_CHANGE: u32 = 0x02B1;
    pub(in super::super) const WTS_SESSION_LOCK: u32 = 7;
    pub(in super::super) const WTS_SESSION_UNLOCK: u32 = 8;
}

/// Windows: a message to a top-level window. Sources: the pages of the three messages in the Windows API reference.
pub(super) fn of_window_message(message: u32, wparam: usize) -> Option<Signal> {
    use windows_numbers::{
        PBT_APMRESUMEAUTOMATIC, PBT_APMSUSPEND, WM_ENDSESSION, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE,
        WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
    };
    // The session numbers and power events are small; a larger one is none of them.
    let signal = match (message, u32::try_from(wparam).ok()?) {
        (WM_POWERBROADCAST, PBT_APMSUSPEND) => Signal::Sleeps,
        // Each wake-up brings this one; PBT_APMRESUMESUSPEND follows it where a person caused it.
        (WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC) => Signal::Wakes,
        (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK) => Signal::Locked,
        (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK) => Signal::Unlocked,
        // Zero: another program has refused, and the session goes on.
        (WM_ENDSESSION, ends) if ends != 0 => Signal::SessionEnds,
        _ => return None,
    };
    Some(signal)
}

/// macOS: names that the workspace's notification centre posts. Source: `NSWorkspace` in Apple's documentation; each constant's value is its
/// name.
pub(super) const OF_WORKSPACE: [&str; 3] = [
    "NSWorkspaceWillSleepNotification",
    "NSWorkspaceDidWakeNotification",
    "NSWorkspaceWillPowerOffNotification",
];
/// macOS: names that the login window posts to every program of the session. Apple has not written them down; they have been the same since
/// Mac OS X 10.6.
pub(super) const OF_LOGIN_WINDOW: [&str; 2] = ["com.apple.screenIsLocked", "com.apple.screenIsUnlocked"];

/// macOS: the name of a notification.
pub(super) fn of_notification(name: &str) -> Option<Signal> {
    let signal = match name {
        "NSWorkspaceWillSleepNotification" => Signal::Sleeps,
        "NSWorkspaceDidWakeNotification" => Signal::Wakes,
        "NSWorkspaceWillPowerOffNotification" => Signal::SessionEnds,
        "com.apple.screenIsLocked" => Signal::Locked,
        "com.apple.screenIsUnlocked" => Signal::Unlocked,
        _ => return None,
    };
    Some(signal)
}

/// `kSCNetworkReachabilityFlagsReachable`
const REACHABLE: u32 = 1 << 1;
/// `kSCNetworkReachabilityFlagsConnectionRequired`: only once something, such as a modem, has dialled.
const CONNECTION_REQUIRED: u32 = 1 << 2;

/// macOS: whether a reachability's flags mean that there is a way now.
pub(super) fn is_reachable(flags: u32) -> bool {
    flags & (REACHABLE | CONNECTION_REQUIRED) == REACHABLE
}

/// The network as it stands.
pub(super) fn network(connected: bool) -> Signal {
    if connected {
        Signal::NetworkBack
    } else {
        Signal::NetworkGone
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Argument::{Boolean, Number},
        OF_LOGIN_WINDOW, OF_WORKSPACE, is_reachable, of_dbus, of_notification, of_window_message,
    };
    use crate::signals::Signal;

    #[test]
    fn a_d_bus_signal_means_what_its_interface_says() {
        let login = "org.freedesktop.login1.Manager";
        let session = "org.freedesktop.login1.Session";
        let network = "org.freedesktop.NetworkManager";
        let saver = "org.freedesktop.ScreenSaver";
        for (interface, member, argument, meaning) in [
            (login, "PrepareForSleep", Boolean(true), Some(Signal::Sleeps)),
            (login, "PrepareForSleep", Boolean(false), Some(Signal::Wakes)),
            (login, "PrepareForSleep", Number(1), None),
            (login, "PrepareForShutdown", Boolean(true), Some(Signal::SessionEnds)),
            (login, "PrepareForShutdown", Boolean(false), None),
            (session, "LockedHint", Boolean(true), Some(Signal::Locked)),
            (session, "LockedHint", Boolean(false), Some(Signal::Unlocked)),
            (session, "IdleHint", Boolean(true), None),
            (network, "StateChanged", Number(70), Some(Signal::NetworkBack)),
            (network, "StateChanged", Number(60), Some(Signal::NetworkGone)),
            (network, "StateChanged", Number(0), Some(Signal::NetworkGone)),
            (network, "StateChanged", Boolean(true), None),
            (saver, "ActiveChanged", Boolean(true), Some(Signal::Locked)),
            (saver, "ActiveChanged", Boolean(false), Some(Signal::Unlocked)),
            ("org.example.Other", "ActiveChanged", Boolean(true), None),
        ] {
            assert_eq!(
                of_dbus(interface, member, argument),
                meaning,
                "{interface} {member} {argument:?}"
            );
        }
    }

    #[test]
    fn a_window_message_means_what_its_first_parameter_says() {
        for (message, wparam, meaning) in [
            (0x0218, 4, Some(Signal::Sleeps)),
            (0x0218, 18, Some(Signal::Wakes)),
            (0x0218, 7, None),
            (0x0218, 10, None),
            (0x02B1, 7, Some(Signal::Locked)),
            (0x02B1, 8, Some(Signal::Unlocked)),
            (0x02B1, 5, None),
            (0x0016, 1, Some(Signal::SessionEnds)),
            (0x0016, 0, None),
            (0x0011, 1, None),
            (0x0218, usize::MAX, None),
        ] {
            assert_eq!(of_window_message(message, wparam), meaning, "{message:#06x} {wparam}");
        }
    }

    #[test]
    fn every_name_that_is_listened_to_has_a_meaning_and_no_other() {
        let meanings = |names: &[&str]| names.iter().map(|name| of_notification(name)).collect::<Vec<_>>();
        let workspace = [Signal::Sleeps, Signal::Wakes, Signal::SessionEnds].map(Some);
        assert_eq!(meanings(&OF_WORKSPACE), workspace);
        assert_eq!(meanings(&OF_LOGIN_WINDOW), [Signal::Locked, Signal::Unlocked].map(Some));
        assert_eq!(of_notification("NSWorkspaceScreensDidSleepNotification"), None);
    }

    #[test]
    fn a_way_that_must_be_dialled_first_is_none() {
        for (flags, reachable) in [
            (0, false),
            (1 << 1, true),
            (1 << 1 | 1 << 2, false),
            (1 << 1 | 1 << 17, true),
        ] {
            assert_eq!(is_reachable(flags), reachable, "{flags:#b}");
        }
    }
}
