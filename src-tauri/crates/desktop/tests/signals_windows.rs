//! What Windows sends to every top-level window, sent by the test.
#![cfg(windows)]
#![expect(unsafe_code, reason = "messages are sent by the system's own calls")]
#![allow(clippy::expect_used, reason = "a test may give up at once")]

use std::{
    ptr,
    sync::mpsc::{RecvTimeoutError, channel},
    time::Duration,
};

use desktop::signals::{Signal, SignalWatch};
use windows_sys::{
    Win32::UI::WindowsAndMessaging::{
        FindWindowW, PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND, PBT_APMSUSPEND, SendMessageW, WM_CLOSE,
        WM_ENDSESSION, WM_POWERBROADCAST, WM_QUERYENDSESSION, WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK,
        WTS_SESSION_UNLOCK,
    },
    w,
};

/// How long an event may take before the test gives up on it: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn messages_of_the_system_are_told_until_the_watch_is_dropped() {
    // SAFETY: the name is static, and the title is of no interest.
    let find = || unsafe { FindWindowW(w!("PresenceTraySignals"), ptr::null()) };
    let (told, signals) = channel();
    let watch = SignalWatch::start(move |signal| told.send(signal).expect("the test listens")).expect("a window");
    let window = find();
    assert!(!window.is_null(), "a top-level window");

    for (message, wparam, signal) in [
        (WM_POWERBROADCAST, PBT_APMSUSPEND, Some(Signal::Sleeps)),
        (WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC, Some(Signal::Wakes)),
        (WM_POWERBROADCAST, PBT_APMRESUMESUSPEND, None),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, Some(Signal::Locked)),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, None),
        (WM_CLOSE, 0, None),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK, Some(Signal::Unlocked)),
        (WM_QUERYENDSESSION, 0, None),
        (WM_ENDSESSION, 0, None),
        (WM_ENDSESSION, 1, Some(Signal::SessionEnds)),
    ] {
        // SAFETY: the window is there, and none of these messages has a pointer. The call returns once the window has handled it.
        unsafe { SendMessageW(window, message, wparam as usize, 0) };
        assert_eq!(signals.try_recv().ok(), signal, "{message:#06x} {wparam}");
    }

    drop(watch);
    assert_eq!(signals.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected));
    assert!(find().is_null());
}
