//! One global shortcut, which opens the flyout from anywhere.
//!
//! Nothing runs while no shortcut is set: on X11 the library below wakes 20 times a second as long as it listens.

mod accelerator;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Once, PoisonError};

use global_hotkey::hotkey::HotKey;
use global_hotkey::{GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};

pub use accelerator::{Accelerator, AcceleratorError};

use crate::display::{self, Display};

/// Why a shortcut could not be listened for.
#[derive(Debug, thiserror::Error)]
pub enum ShortcutError {
    /// A Wayland compositor gives no program a key of its own.
    #[error(
        "on Wayland a program cannot take a global shortcut; bind a key to the command “presence-tray” in the keyboard \
         settings of the desktop"
    )]
    NotOnWayland,
    /// There is no display, or its server does not answer.
    #[error("there is no display to listen for a shortcut on")]
    NoDisplay,
    /// Another program, or the desktop itself, has this shortcut.
    #[error("{0} is taken by another program; choose another shortcut")]
    Taken(Accelerator),
    /// The system refused for another reason.
    #[error("the system refused the shortcut {accelerator}: {reason}")]
    Refused {
        /// The shortcut asked for.
        accelerator: Accelerator,
        /// What the system said.
        reason: String,
    },
}

/// A shortcut being listened for, until it is dropped.
///
/// On Windows it must be made, kept and dropped on a thread that runs an event loop, on macOS on the main thread with its
/// event loop; on Linux on any thread. `global-hotkey` reports presses to one handler a process, which this module sets:
/// nothing else in the process may use that library.
pub struct Shortcut {
    hot_key: HotKey,
    system: GlobalHotKeyManager,
}

impl Shortcut {
    /// Listens for `accelerator` and calls `on_press` each time it goes down, on a thread of the system's: hand over and
    /// return. A replacement may be made while the old one still lives; where it is refused, the old one is still there.
    pub fn listen(accelerator: Accelerator, on_press: impl Fn() + Send + 'static) -> Result<Self, ShortcutError> {
        match display::current() {
            None => return Err(ShortcutError::NoDisplay),
            Some(Display::Wayland) => return Err(ShortcutError::NotOnWayland),
            Some(Display::X11 | Display::Native) => {}
        }
        let hot_key = accelerator.hot_key();
        let refused = |error| match error {
            global_hotkey::Error::AlreadyRegistered(_) => ShortcutError::Taken(accelerator),
            other => ShortcutError::Refused {
                accelerator,
                reason: other.to_string(),
            },
        };

        report_presses();
        let system = GlobalHotKeyManager::new().map_err(refused)?;
        system.register(hot_key).map_err(refused)?;
        // global-hotkey 0.9 on X11 answers Ok from a thread that never reached the server. One that did knows the key.
        if cfg!(target_os = "linux") && system.register(hot_key).is_ok() {
            return Err(ShortcutError::NoDisplay);
        }
        listeners(|listeners| listeners.insert(hot_key.id(), Arc::new(Mutex::new(on_press))));
        Ok(Self { hot_key, system })
    }
}

impl Drop for Shortcut {
    fn drop(&mut self) {
        listeners(|listeners| listeners.remove(&self.hot_key.id()));
        // Twice: on X11 the first release waits in a buffer, which the second one's question to the server pushes out.
        // Only then is the key free for whoever asks next.
        for _ in 0..if cfg!(target_os = "linux") { 2 } else { 1 } {
            if let Err(error) = self.system.unregister(self.hot_key) {
                tracing::warn!(%error, "the shortcut could not be released");
            }
        }
    }
}

type OnPress = Arc<Mutex<dyn Fn() + Send>>;

/// Runs `change` on what is called for each shortcut, by its id.
fn listeners<T>(change: impl FnOnce(&mut BTreeMap<u32, OnPress>) -> T) -> T {
    static LISTENERS: Mutex<BTreeMap<u32, OnPress>> = Mutex::new(BTreeMap::new());
    // A panic elsewhere leaves the map whole: nothing but its own methods runs under the lock.
    change(&mut LISTENERS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn report_presses() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        GlobalHotKeyEvent::set_event_handler(Some(|event: GlobalHotKeyEvent| {
            if event.state != HotKeyState::Pressed {
                return;
            }
            // Out of the map before it is called, so that it may drop its own shortcut.
            if let Some(on_press) = listeners(|listeners| listeners.get(&event.id).cloned()) {
                on_press.lock().unwrap_or_else(PoisonError::into_inner)();
            }
        }));
    });
}
