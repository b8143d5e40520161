//! Global shortcuts: keys that do something from anywhere.
//!
//! Nothing runs while no shortcut is set. On X11 one thread blocks on the connection to the server; on Wayland one listens
//! to the desktop's portal; Windows and macOS tell their event loop. Everywhere the same can be had without any of this:
//! a person binds a key to a `presence-tray` command in the desktop's own keyboard settings.

mod accelerator;
mod error;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

pub use accelerator::{Accelerator, AcceleratorError};
pub use error::ShortcutError;
#[cfg(target_os = "linux")]
pub use linux::Host;
#[cfg(target_os = "linux")]
use linux::Listening;
#[cfg(not(target_os = "linux"))]
use native::Listening;

use crate::AppIdentity;

/// One shortcut to listen for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What it is to the program, such as `set-busy`. A Wayland desktop remembers keys by it: it must stay the same.
    pub id: String,
    /// The keys as written by a person, such as `Ctrl+Alt+P`. Where the desktop chooses keys itself (Wayland), a wish.
    pub keys: String,
    /// What it does, for a person to read in the desktop's settings (Wayland); not empty.
    pub description: String,
}

/// What is told to whoever bound shortcuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShortcutEvent {
    /// The shortcut with this id went down. Once a press, however long it is held.
    Pressed(String),
    /// How the shortcut with this id stands now.
    Stands(String, Standing),
}

/// How a shortcut stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The desktop was asked, and maybe asks its person in a dialog. Only on Wayland; another standing follows.
    Asked,
    /// It is listened for.
    Listening {
        /// The keys as the system names them. Empty where a desktop does not say: its own settings know.
        trigger: String,
    },
    /// It does nothing, and why.
    Refused(ShortcutError),
}

/// All shortcuts of the program, listened for until this is dropped.
///
/// On Windows it must be used and dropped on a thread that runs an event loop, on macOS on the main thread with its event
/// loop; on Linux on any thread. At most one a process: `global-hotkey` reports presses to one handler a process, and a
/// portal knows a program by its name.
#[derive(Debug)]
pub struct Shortcuts {
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only a portal asks whose shortcuts they are")
    )]
    app: AppIdentity,
    #[cfg(target_os = "linux")]
    host: Option<Host>,
    bound: Option<Bound>,
}

impl Shortcuts {
    /// No shortcut yet.
    pub fn new(app: AppIdentity) -> Self {
        Self {
            app,
            #[cfg(target_os = "linux")]
            host: Host::from_environment(),
            bound: None,
        }
    }

    /// The same at a certain host; none: there is no display.
    #[cfg(target_os = "linux")]
    pub fn on(app: AppIdentity, host: Option<Host>) -> Self {
        Self { app, host, bound: None }
    }

    /// Listens for these shortcuts in place of those before, which are free again first; an empty list ends listening.
    ///
    /// `on_event` is told how each stands: everywhere but on Wayland before this returns, there whenever the desktop says.
    /// It is called again when that changes: another keyboard layout, a portal that leaves and comes back, keys changed in
    /// the desktop's settings. It is called from threads of the system: hand over and return, and never call back in here.
    /// After the next `bind`, and after the drop, it is called no more.
    pub fn bind(&mut self, bindings: Vec<Binding>, on_event: impl Fn(ShortcutEvent) + Send + 'static) {
        self.bound = None;
        let told = Told(Arc::new(Mutex::new(Some(Box::new(on_event)))));
        let mut wanted: Vec<Wanted> = Vec::new();
        for binding in bindings {
            match wanted_from(binding, &wanted) {
                Ok(binding) => wanted.push(binding),
                Err((id, error)) => told.refused(&id, error),
            }
        }
        if wanted.is_empty() {
            return;
        }
        match self.listen(&wanted, &told) {
            Ok(listening) => {
                self.bound = Some(Bound {
                    told,
                    _listening: listening,
                });
            }
            Err(error) => {
                for wanted in wanted {
                    told.refused(&wanted.id, error.clone());
                }
            }
        }
    }
}

/// A binding that has been understood.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only a portal shows the description")
)]
struct Wanted {
    id: String,
    accelerator: Accelerator,
    description: String,
}

fn wanted_from(binding: Binding, others: &[Wanted]) -> Result<Wanted, (String, ShortcutError)> {
    let Binding { id, keys, description } = binding;
    match keys.parse::<Accelerator>() {
        Err(error) => Err((id, error.into())),
        Ok(accelerator) if others.iter().any(|other| other.accelerator == accelerator) => {
            Err((id, ShortcutError::Twice))
        }
        Ok(accelerator) => Ok(Wanted {
            id,
            accelerator,
            description,
        }),
    }
}

/// What listens, until it is dropped; nothing is told any more before it is.
struct Bound {
    told: Told,
    _listening: Listening,
}

impl Drop for Bound {
    fn drop(&mut self) {
        self.told.no_more();
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Bound")
    }
}

/// The way to whoever bound shortcuts, until they are replaced.
#[derive(Clone)]
struct Told(Arc<Mutex<Option<OnEvent>>>);

type OnEvent = Box<dyn Fn(ShortcutEvent) + Send>;

impl Told {
    fn tell(&self, event: ShortcutEvent) {
        // Under the lock, so that nothing is told after `no_more`. A panic in a callback leaves it as whole as before.
        if let Some(on_event) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            on_event(event);
        }
    }

    fn pressed(&self, id: &str) {
        self.tell(ShortcutEvent::Pressed(id.to_owned()));
    }

    fn stands(&self, id: &str, standing: Standing) {
        self.tell(ShortcutEvent::Stands(id.to_owned(), standing));
    }

    fn refused(&self, id: &str, error: ShortcutError) {
        self.stands(id, Standing::Refused(error));
    }

    fn no_more(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    #[cfg(target_os = "linux")]
    fn is_over(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}
