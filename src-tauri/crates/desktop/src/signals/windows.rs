//! Windows: what the system sends to a top-level window, which is why there is one that nobody sees, and a call for each changed route.
#![expect(
    unsafe_code,
    reason = "windows, their messages and routes are a C interface; every call is in this file"
)]

use std::{cell::RefCell, ffi::c_void, io, mem, ptr, sync::mpsc, thread};

use windows_sys::{
    Win32::{
        Foundation::{ERROR_CLASS_ALREADY_EXISTS, GetLastError, HANDLE, HWND, LPARAM, LRESULT, NO_ERROR, WPARAM},
        NetworkManagement::IpHelper::{
            CancelMibChangeNotify2, GetBestInterfaceEx, MIB_IPFORWARD_ROW2, MIB_NOTIFICATION_TYPE, NotifyRouteChange2,
        },
        Networking::WinSock::{AF_INET, AF_INET6, AF_UNSPEC, SOCKADDR_IN, SOCKADDR_IN6},
        System::{
            LibraryLoader::GetModuleHandleW,
            Power::{RegisterSuspendResumeNotification, UnregisterSuspendResumeNotification},
            RemoteDesktop::{
                NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification, WTSUnRegisterSessionNotification,
            },
        },
        UI::WindowsAndMessaging::{
            self, CreateWindowExW, DEVICE_NOTIFY_WINDOW_HANDLE, DefWindowProcW, DestroyWindow, DispatchMessageW,
            GetMessageW, PostMessageW, PostQuitMessage, RegisterClassW, WM_APP, WM_CLOSE, WNDCLASSW,
        },
    },
    core::PCWSTR,
    w,
};

use super::{
    Signal, SignalError,
    latest::Latest,
    meaning::{network, of_window_message, windows_numbers},
};

// What the parser goes by is what the system's own headers say.
const _: () = {
    assert!(windows_numbers::WM_ENDSESSION == WindowsAndMessaging::WM_ENDSESSION);
    assert!(windows_numbers::WM_POWERBROADCAST == WindowsAndMessaging::WM_POWERBROADCAST);
    assert!(windows_numbers::PBT_APMSUSPEND == WindowsAndMessaging::PBT_APMSUSPEND);
    assert!(windows_numbers::PBT_APMRESUMEAUTOMATIC == WindowsAndMessaging::PBT_APMRESUMEAUTOMATIC);
    assert!(windows_numbers::WM_WTSSESSION_CHANGE == WindowsAndMessaging::WM_WTSSESSION_CHANGE);
    assert!(windows_numbers::WTS_SESSION_LOCK == WindowsAndMessaging::WTS_SESSION_LOCK);
    assert!(windows_numbers::WTS_SESSION_UNLOCK == WindowsAndMessaging::WTS_SESSION_UNLOCK);
};

/// Listens until it is dropped.
#[derive(Debug)]
pub struct SignalWatch {
    /// The window's handle, as a number: a message may be posted to it from any thread.
    window: isize,
}

/// Name of the window and its class.
const NAME: PCWSTR = w!("PresenceTraySignals");
/// A route has changed.
const ROUTES_CHANGED: u32 = WM_APP;
/// The watch was dropped. Not `WM_CLOSE`, which others send to every window of a program.
const WATCH_ENDS: u32 = WM_APP + 1;

type OnSignal = Box<dyn FnMut(Signal)>;

thread_local! {
    /// Whom the window of this thread tells: a window's procedure runs on the thread that made it, and is given nothing of ours.
    static LATEST: RefCell<Option<Latest<OnSignal>>> = const { RefCell::new(None) };
}

impl SignalWatch {
    /// Calls `on_signal` from a thread of its own, each time something happens. For [`Signal::SessionEnds`] the system waits until the call
    /// returns.
    ///
    /// # Errors
    /// [`SignalError::Unavailable`] where no window can be made.
    pub fn start(on_signal: impl FnMut(Signal) + Send + 'static) -> Result<SignalWatch, SignalError> {
        let (made, window) = mpsc::channel();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            LATEST.set(Some(Latest::new(Box::new(on_signal), Some(has_route()))));
            match make_window() {
                Ok(window) => {
                    // Whoever started this waits for it.
                    let _ = made.send(Ok(window as isize));
                    listen(window);
                }
                Err(error) => {
                    let _ = made.send(Err(error));
                }
            }
        })?;
        let window = window
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the thread of the window has ended")))
            .map_err(|error| SignalError::Unavailable(error.to_string()))?;
        Ok(SignalWatch { window })
    }
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        // SAFETY: a window that is gone already is an error, and leaves nothing to end.
        unsafe { PostMessageW(self.window as HWND, WATCH_ENDS, 0, 0) };
    }
}

/// A top-level window, since one for messages alone is not sent what the system tells everyone; never shown.
fn make_window() -> io::Result<HWND> {
    // SAFETY: no name is the module of this process, which stays loaded.
    let module = unsafe { GetModuleHandleW(ptr::null()) };
    // SAFETY: all zeros is a class without icon, cursor, background, menu and extra room.
    let mut class: WNDCLASSW = unsafe { mem::zeroed() };
    class.lpfnWndProc = Some(procedure);
    class.hInstance = module;
    class.lpszClassName = NAME;
    // SAFETY: `class` is filled in, its name is static.
    if unsafe { RegisterClassW(&raw const class) } == 0 {
        // SAFETY: reads this thread's last error.
        match unsafe { GetLastError() } {
            ERROR_CLASS_ALREADY_EXISTS => {}
            error => return Err(system_error(error)),
        }
    }
    let (owner, menu, parameter) = (ptr::null_mut(), ptr::null_mut(), ptr::null());
    // SAFETY: the class is registered, its name and the title are static; there is no owner, menu or parameter.
    let window = unsafe { CreateWindowExW(0, NAME, NAME, 0, 0, 0, 0, 0, owner, menu, module, parameter) };
    if window.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(window)
}

/// Subscribes `window` to what is not sent by itself, and hands it its messages until the watch ends.
fn listen(window: HWND) {
    // What cannot be subscribed to is not told; the rest is.
    // SAFETY: the window is this thread's, and both subscriptions are given up before it goes.
    let locks = unsafe { WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) } != 0;
    // SAFETY: as above. Without it a computer with Modern Standby does not tell of sleep.
    let power = unsafe { RegisterSuspendResumeNotification(window, DEVICE_NOTIFY_WINDOW_HANDLE) };
    let mut routes: HANDLE = ptr::null_mut();
    // SAFETY: the context is no pointer that would be followed but the window's handle; `routes` outlives the call.
    let status = unsafe {
        NotifyRouteChange2(
            AF_UNSPEC,
            Some(route_changed),
            window.cast_const(),
            false,
            &raw mut routes,
        )
    };
    tracing::debug!(locks, power = power != 0, routes = status, "listening for signals");

    // SAFETY: all zeros is an empty message, which the next call overwrites.
    let mut message = unsafe { mem::zeroed() };
    // SAFETY: `message` outlives both calls. The answer is 0 when the loop is to end, and -1 for an error.
    while unsafe { GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) } > 0 {
        // SAFETY: as above.
        unsafe { DispatchMessageW(&raw const message) };
    }

    // SAFETY: each was given by its counterpart and is given back once; the window is this thread's. The first waits for a call under way.
    unsafe {
        if status == NO_ERROR {
            CancelMibChangeNotify2(routes);
        }
        if power != 0 {
            UnregisterSuspendResumeNotification(power);
        }
        if locks {
            WTSUnRegisterSessionNotification(window);
        }
        DestroyWindow(window);
    }
}

/// What the window does with a message.
unsafe extern "system" fn procedure(window: HWND, message: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT {
    match message {
        ROUTES_CHANGED => tell(network(has_route())),
        // SAFETY: ends the loop of this thread.
        WATCH_ENDS => unsafe { PostQuitMessage(0) },
        WM_CLOSE => {}
        _ => {
            if let Some(signal) = of_window_message(message, wparam) {
                tell(signal);
            }
            // SAFETY: the parameters are those of this call.
            return unsafe { DefWindowProcW(window, message, wparam, lparam) };
        }
    }
    0
}

fn tell(signal: Signal) {
    LATEST.with(|latest| {
        // Borrowed already where the callee lets messages in while it is told: that one is in the middle of a signal.
        if let Ok(mut latest) = latest.try_borrow_mut()
            && let Some(latest) = latest.as_mut()
        {
            latest.pass_on(signal);
        }
    });
}

/// Called by the system on a thread of its own.
unsafe extern "system" fn route_changed(window: *const c_void, _: *const MIB_IPFORWARD_ROW2, _: MIB_NOTIFICATION_TYPE) {
    // SAFETY: a window that is gone is an error, and nobody waits for the message then.
    unsafe { PostMessageW(window.cast_mut(), ROUTES_CHANGED, 0, 0) };
}

/// Whether there is a way out of the local network: a route to an address of the ranges that documentation uses (RFC 5737, RFC 3849), which
/// only a default route covers. Nothing is sent there.
fn has_route() -> bool {
    // SAFETY: all zeros is a valid address of each kind.
    let (mut v4, mut v6): (SOCKADDR_IN, SOCKADDR_IN6) = unsafe { (mem::zeroed(), mem::zeroed()) };
    v4.sin_family = AF_INET;
    v4.sin_addr.S_un.S_addr = u32::from_ne_bytes([192, 0, 2, 1]);
    v6.sin6_family = AF_INET6;
    v6.sin6_addr.u.Byte = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let mut interface = 0;
    // SAFETY: each address is as long as its family says; all three outlive the calls.
    unsafe {
        GetBestInterfaceEx((&raw const v4).cast(), &raw mut interface) == NO_ERROR
            || GetBestInterfaceEx((&raw const v6).cast(), &raw mut interface) == NO_ERROR
    }
}

fn system_error(code: u32) -> io::Error {
    io::Error::from_raw_os_error(code.cast_signed())
}
