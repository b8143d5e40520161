//! Windows: what the shell says about notifications.
#![expect(unsafe_code, reason = "the shell is a C interface; its one call is in this file")]

use windows_sys::Win32::{
    Foundation::S_OK,
    UI::Shell::{
        QUNS_ACCEPTS_NOTIFICATIONS, QUNS_APP, QUNS_BUSY, QUNS_NOT_PRESENT, QUNS_PRESENTATION_MODE, QUNS_QUIET_TIME,
        QUNS_RUNNING_D3D_FULL_SCREEN, SHQueryUserNotificationState,
    },
};

use super::of_windows_state;

// What the parser goes by is what the system's own header says.
const _: () = assert!(
    QUNS_NOT_PRESENT == 1
        && QUNS_BUSY == 2
        && QUNS_RUNNING_D3D_FULL_SCREEN == 3
        && QUNS_PRESENTATION_MODE == 4
        && QUNS_ACCEPTS_NOTIFICATIONS == 5
        && QUNS_QUIET_TIME == 6
        && QUNS_APP == 7
);

/// Whether the system asks for quiet now; nothing where it does not tell.
pub fn is_on() -> Option<bool> {
    let mut state = 0;
    // SAFETY: `state` outlives the call.
    let told = unsafe { SHQueryUserNotificationState(&raw mut state) } == S_OK;
    told.then(|| of_windows_state(state)).flatten()
}
