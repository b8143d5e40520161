//! Windows and macOS: the system's event loop on the main thread, tokio's on another.

use std::{io, panic, thread};

use tao::{
    event::{Event, StartCause},
    event_loop::{ControlFlow, EventLoop, EventLoopBuilder, EventLoopProxy},
    platform::run_return::EventLoopExtRunReturn as _,
};

use super::{Held, block_on};

/// The way to the main thread, from the other.
pub(crate) struct MainThread(EventLoopProxy<Call>);

enum Call {
    Do(Box<dyn FnOnce(&mut Held) + Send>),
    End,
}

impl MainThread {
    /// What is posted is done in this order, once the loop has started: before, macOS shows no tray icon.
    pub(super) fn post(&mut self, job: impl FnOnce(&mut Held) + Send + 'static) {
        // The loop outlives `work`, unless the system ends it together with the process.
        let _ = self.0.send_event(Call::Do(Box::new(job)));
    }
}

/// Runs `work` to its end on a thread of its own. To be called on the main thread.
pub(crate) fn run<T: Send + 'static>(work: impl AsyncFnOnce(MainThread) -> T + Send + 'static) -> io::Result<T> {
    let mut event_loop = EventLoopBuilder::with_user_event().build();
    stay_in_the_background(&mut event_loop);
    let proxy = event_loop.create_proxy();
    let working = thread::Builder::new().name("resident".to_owned()).spawn(move || {
        let _ending = Ending(proxy.clone());
        block_on(work(MainThread(proxy)))
    })?;

    let mut held = Held::default();
    event_loop.run_return(|event, _, control_flow| match event {
        Event::NewEvents(StartCause::Init) => *control_flow = ControlFlow::Wait,
        Event::UserEvent(Call::Do(job)) => job(&mut held),
        Event::UserEvent(Call::End) => *control_flow = ControlFlow::Exit,
        _ => {}
    });
    drop(held);
    working.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

/// Ends the event loop when `work` ends, also by a panic.
struct Ending(EventLoopProxy<Call>);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.send_event(Call::End);
    }
}

/// No picture in the Dock, no menu bar, and the focus stays where it was at login.
#[cfg(target_os = "macos")]
fn stay_in_the_background(event_loop: &mut EventLoop<Call>) {
    use tao::platform::macos::{ActivationPolicy, EventLoopExtMacOS as _};
    event_loop.set_activation_policy(ActivationPolicy::Accessory);
    event_loop.set_dock_visibility(false);
    event_loop.set_activate_ignoring_other_apps(false);
}

/// Without a window there is nothing to be seen of a process.
#[cfg(not(target_os = "macos"))]
fn stay_in_the_background(_: &mut EventLoop<Call>) {}
