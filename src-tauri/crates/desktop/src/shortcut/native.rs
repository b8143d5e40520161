//! Windows and macOS, through `global-hotkey`.

use std::collections::BTreeMap;
use std::sync::{Mutex, Once, PoisonError};

use global_hotkey::hotkey::HotKey;
use global_hotkey::{GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};

use super::{ShortcutError, Shortcuts, Standing, Told, Wanted};

/// Registered keys, free again when this is dropped.
pub(super) struct Listening {
    system: GlobalHotKeyManager,
    hot_keys: Vec<HotKey>,
}

impl Shortcuts {
    #[expect(clippy::unused_self, reason = "on Linux it says where")]
    pub(super) fn listen(&self, wanted: &[Wanted], told: &Told) -> Result<Listening, ShortcutError> {
        let system = GlobalHotKeyManager::new().map_err(|error| ShortcutError::Refused(error.to_string()))?;
        report_presses();
        let mut listening = Listening {
            system,
            hot_keys: Vec::new(),
        };
        for Wanted { id, accelerator, .. } in wanted {
            let hot_key = accelerator.hot_key();
            let standing = match listening.system.register(hot_key) {
                Ok(()) => {
                    listening.hot_keys.push(hot_key);
                    listeners(|listeners| listeners.insert(hot_key.id(), (id.clone(), told.clone())));
                    Standing::Listening {
                        trigger: accelerator.label(),
                    }
                }
                Err(global_hotkey::Error::AlreadyRegistered(_)) => Standing::Refused(ShortcutError::Taken),
                Err(error) => Standing::Refused(ShortcutError::Refused(error.to_string())),
            };
            told.stands(id, standing);
        }
        Ok(listening)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        for hot_key in self.hot_keys.drain(..) {
            listeners(|listeners| listeners.remove(&hot_key.id()));
            if let Err(error) = self.system.unregister(hot_key) {
                tracing::warn!(%error, "a shortcut could not be released");
            }
        }
    }
}

/// Runs `change` on who is told of which key, by the key's number.
fn listeners<T>(change: impl FnOnce(&mut BTreeMap<u32, (String, Told)>) -> T) -> T {
    static LISTENERS: Mutex<BTreeMap<u32, (String, Told)>> = Mutex::new(BTreeMap::new());
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
            if let Some((id, told)) = listeners(|listeners| listeners.get(&event.id).cloned()) {
                told.pressed(&id);
            }
        }));
    });
}
