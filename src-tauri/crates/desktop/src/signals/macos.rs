//! macOS: notifications of the workspace and of the login window, and the reachability of the default route. The event loop of the main thread
//! delivers all of them.
#![expect(
    unsafe_code,
    reason = "notification centres and run loops are Objective-C and C interfaces; every call is in this file"
)]

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    ptr::NonNull,
    sync::{Arc, Mutex, PoisonError},
};

use block2::RcBlock;
use core_foundation::runloop::{CFRunLoop, kCFRunLoopCommonModes};
use objc2::{
    rc::Retained,
    runtime::{NSObjectProtocol, ProtocolObject},
};
use objc2_app_kit::NSWorkspace;
use objc2_foundation::{NSDistributedNotificationCenter, NSNotification, NSNotificationCenter, NSString};
use system_configuration::network_reachability::SCNetworkReachability;

use super::{
    Signal, SignalError,
    latest::Latest,
    meaning::{OF_LOGIN_WINDOW, OF_WORKSPACE, is_reachable, network, of_notification},
};

/// Listens until it is dropped.
pub struct SignalWatch {
    observers: Vec<(Retained<NSNotificationCenter>, Observer)>,
    reachability: Option<SCNetworkReachability>,
}

type Observer = Retained<ProtocolObject<dyn NSObjectProtocol>>;

// SAFETY: all that is done with what it holds is to give it up, which notification centres and reachabilities allow on any thread.
unsafe impl Send for SignalWatch {}

impl SignalWatch {
    /// Calls `on_signal` from the main thread, each time something happens and while that thread runs its event loop.
    ///
    /// # Errors
    /// None: what cannot be listened to is not told.
    pub fn start(on_signal: impl FnMut(Signal) + Send + 'static) -> Result<SignalWatch, SignalError> {
        let mut reachability = SCNetworkReachability::from(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
        let connected = reachability.reachability().ok().map(|flags| is_reachable(flags.bits()));
        let latest = Arc::new(Mutex::new(Latest::new(on_signal, connected)));

        // The library keeps what it calls for ever: only as much as knows that nobody listens any more.
        let weak = Arc::downgrade(&latest);
        let called = reachability.set_callback(move |flags| {
            if let Some(latest) = weak.upgrade() {
                let signal = network(is_reachable(flags.bits()));
                latest.lock().unwrap_or_else(PoisonError::into_inner).pass_on(signal);
            }
        });
        // SAFETY: the mode is the system's own constant.
        let scheduled = unsafe { reachability.schedule_with_runloop(&CFRunLoop::get_main(), kCFRunLoopCommonModes) };
        if called.is_err() || scheduled.is_err() {
            tracing::debug!("the system does not tell of the network");
        }

        let block = RcBlock::new(move |notification: NonNull<NSNotification>| {
            // SAFETY: it is valid while the block runs.
            let name = unsafe { notification.as_ref() }.name();
            if let Some(signal) = of_notification(&name.to_string()) {
                latest.lock().unwrap_or_else(PoisonError::into_inner).pass_on(signal);
            }
        });
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        let of_session = Retained::into_super(NSDistributedNotificationCenter::defaultCenter());
        let mut observers = Vec::new();
        for (center, names) in [(workspace, &OF_WORKSPACE[..]), (of_session, &OF_LOGIN_WINDOW[..])] {
            for name in names {
                let name = NSString::from_str(name);
                // SAFETY: no object and no queue is asked for; what the block holds may go to any thread.
                let observer =
                    unsafe { center.addObserverForName_object_queue_usingBlock(Some(&name), None, None, &block) };
                observers.push((center.clone(), observer));
            }
        }
        Ok(SignalWatch {
            observers,
            reachability: scheduled.is_ok().then_some(reachability),
        })
    }
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        for (center, observer) in &self.observers {
            let observer: &ProtocolObject<dyn NSObjectProtocol> = observer;
            // SAFETY: it is what the centre gave for being an observer.
            unsafe { center.removeObserver(observer.as_ref()) };
        }
        if let Some(reachability) = &self.reachability {
            // SAFETY: the mode is the system's own constant, the one it was scheduled with.
            let ended = unsafe { reachability.unschedule_from_runloop(&CFRunLoop::get_main(), kCFRunLoopCommonModes) };
            if ended.is_err() {
                tracing::debug!("the watch for the network was not closed cleanly");
            }
        }
    }
}

impl fmt::Debug for SignalWatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SignalWatch").finish_non_exhaustive()
    }
}
