//! X11: passive key grabs, and one thread that blocks on the connection to the server.
//!
//! Not through `global-hotkey`, which looks for events every 50 ms.

use std::sync::Arc;
use std::thread;

use keyboard_types::Modifiers;
use x11rb::connection::Connection as _;
use x11rb::errors::{ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, Grab, GrabMode, KeyPressEvent, Keycode,
    Mapping, ModMask, Timestamp, Window, WindowClass,
};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, NONE};

use super::super::{Accelerator, ShortcutError, Standing, Told, Wanted};
use super::keysym::keysym;

/// The modifiers a shortcut can have. Alt is Mod1 and Super is Mod4 in every layout of xkeyboard-config.
const MODIFIERS: [(Modifiers, ModMask); 4] = [
    (Modifiers::SHIFT, ModMask::SHIFT),
    (Modifiers::CONTROL, ModMask::CONTROL),
    (Modifiers::ALT, ModMask::M1),
    (Modifiers::META, ModMask::M4),
];
/// What counts as a modifier to the server, and not to a person: Caps Lock and Num Lock (Mod2). Each key is grabbed with all.
const LOCKS: [u16; 4] = [0, CAPS_LOCK, NUM_LOCK, CAPS_LOCK | NUM_LOCK];
const CAPS_LOCK: u16 = 1 << 1;
const NUM_LOCK: u16 = 1 << 4;

/// Grabbed keys, and the thread that hears them; both end when this is dropped.
pub(in super::super) struct Listening {
    connection: Arc<RustConnection>,
    root: Window,
    /// A window of ours that nobody sees: a message to it wakes the thread.
    inbox: Window,
}

/// Grabs the keys on `display`, tells how each stands, and goes on listening.
pub(super) fn listen(display: Option<&str>, wanted: &[Wanted], told: &Told) -> Result<Listening, ShortcutError> {
    let (connection, screen) = RustConnection::connect(display).map_err(|_| ShortcutError::NoDisplay)?;
    let root = connection
        .setup()
        .roots
        .get(screen)
        .ok_or(ShortcutError::NoDisplay)?
        .root;
    let listening = Listening {
        inbox: inbox(&connection, root).map_err(|_| ShortcutError::NoDisplay)?,
        connection: Arc::new(connection),
        root,
    };
    let mut keyboard = Keyboard {
        connection: Arc::clone(&listening.connection),
        root,
        keys: wanted.iter().map(Key::new).collect(),
        told: told.clone(),
    };
    keyboard.grab_all().map_err(|_| ShortcutError::NoDisplay)?;
    thread::Builder::new()
        .name("shortcuts".to_owned())
        .spawn(move || keyboard.listen())
        .map_err(|error| ShortcutError::Refused(error.to_string()))?;
    Ok(listening)
}

fn inbox(connection: &RustConnection, parent: Window) -> Result<Window, ReplyOrIdError> {
    let (window, depth, looks) = (
        connection.generate_id()?,
        COPY_DEPTH_FROM_PARENT,
        CreateWindowAux::new(),
    );
    let (class, visual) = (WindowClass::INPUT_ONLY, NONE);
    connection.create_window(depth, window, parent, 0, 0, 1, 1, 0, class, visual, &looks)?;
    Ok(window)
}

impl Drop for Listening {
    fn drop(&mut self) {
        let end = ClientMessageEvent::new(8, self.inbox, NONE, [0_u8; 20]);
        let free = || -> Result<(), ReplyError> {
            release_all(&self.connection, self.root)?;
            let to_us = EventMask::NO_EVENT;
            self.connection.send_event(false, self.inbox, to_us, end)?;
            // Waits for the server: from here on the keys are free for whoever asks.
            self.connection.sync()
        };
        if let Err(error) = free() {
            tracing::debug!(%error, "the server was gone before its keys were given back");
        }
    }
}

fn release_all(connection: &RustConnection, root: Window) -> Result<(), ReplyError> {
    connection.ungrab_key(Grab::ANY, root, ModMask::ANY)?;
    Ok(())
}

/// The keys, as the keyboard is laid out now.
struct Keyboard {
    connection: Arc<RustConnection>,
    root: Window,
    keys: Vec<Key>,
    told: Told,
}

struct Key {
    id: String,
    accelerator: Accelerator,
    modifiers: u16,
    /// Which key it is in the present layout, if there is one.
    code: Option<Keycode>,
    standing: Option<Standing>,
}

impl Key {
    fn new(wanted: &Wanted) -> Self {
        let held = MODIFIERS
            .iter()
            .filter(|(modifier, _)| wanted.accelerator.modifiers().contains(*modifier));
        Self {
            id: wanted.id.clone(),
            accelerator: wanted.accelerator,
            modifiers: held.fold(0, |mask, (_, bit)| mask | u16::from(*bit)),
            code: None,
            standing: None,
        }
    }

    fn is_listening(&self) -> bool {
        matches!(self.standing, Some(Standing::Listening { .. }))
    }
}

impl Keyboard {
    fn listen(mut self) {
        let mut released = None;
        loop {
            let done = match self.connection.wait_for_event() {
                Ok(Event::KeyPress(press)) => {
                    self.press(press, released);
                    Ok(())
                }
                Ok(Event::KeyRelease(release)) => {
                    released = Some((release.detail, release.time));
                    Ok(())
                }
                Ok(Event::MappingNotify(change)) if change.request != Mapping::POINTER => self.grab_all(),
                // Anybody can send a message; it ends the thread only where ours did.
                Ok(Event::ClientMessage(_)) if self.told.is_over() => return,
                Ok(_) => Ok(()),
                Err(error) => Err(error.into()),
            };
            if let Err(error) = done {
                tracing::warn!(%error, "the display is gone, and its shortcuts with it");
                for key in &self.keys {
                    self.told.refused(&key.id, ShortcutError::NoDisplay);
                }
                return;
            }
        }
    }

    /// A key that is held is released and pressed again and again by the server, both at the same moment.
    fn press(&self, press: KeyPressEvent, released: Option<(Keycode, Timestamp)>) {
        if released == Some((press.detail, press.time)) {
            return;
        }
        let mask = MODIFIERS.iter().fold(0, |mask, (_, bit)| mask | u16::from(*bit));
        let modifiers = u16::from(press.state) & mask;
        let pressed = self
            .keys
            .iter()
            .find(|key| key.is_listening() && key.code == Some(press.detail) && key.modifiers == modifiers);
        if let Some(key) = pressed {
            self.told.pressed(&key.id);
        }
    }

    /// Grabs each key where it is now, and tells what has changed by that.
    fn grab_all(&mut self) -> Result<(), ReplyError> {
        let layout = self.layout()?;
        let codes: Vec<_> = self.keys.iter().map(|key| layout.code(key.accelerator)).collect();
        if self.keys.iter().map(|key| key.code).eq(codes.iter().copied())
            && self.keys.iter().all(|key| key.standing.is_some())
        {
            return Ok(());
        }
        release_all(&self.connection, self.root)?;
        let mut grabbed = Vec::new();
        for (key, code) in self.keys.iter_mut().zip(codes) {
            key.code = code;
            let standing = match code {
                None => Standing::Refused(ShortcutError::NoKey),
                // Another accelerator, and the same key: in some layouts “/” is on the 7.
                Some(code) if grabbed.contains(&(code, key.modifiers)) => Standing::Refused(ShortcutError::Twice),
                Some(code) if grab(&self.connection, self.root, code, key.modifiers)? => {
                    grabbed.push((code, key.modifiers));
                    Standing::Listening {
                        trigger: key.accelerator.label(),
                    }
                }
                Some(_) => Standing::Refused(ShortcutError::Taken),
            };
            if key.standing.as_ref() != Some(&standing) {
                self.told.stands(&key.id, standing.clone());
                key.standing = Some(standing);
            }
        }
        Ok(())
    }

    fn layout(&self) -> Result<Layout, ReplyError> {
        let setup = self.connection.setup();
        let first = setup.min_keycode;
        let count = setup.max_keycode.saturating_sub(first).saturating_add(1);
        let mapping = self.connection.get_keyboard_mapping(first, count)?.reply()?;
        Ok(Layout {
            first,
            columns: usize::from(mapping.keysyms_per_keycode),
            keysyms: mapping.keysyms,
        })
    }
}

/// Grabs a key with these modifiers, whatever locks are on; `false`: somebody else has it.
fn grab(connection: &RustConnection, root: Window, code: Keycode, modifiers: u16) -> Result<bool, ReplyError> {
    let mut asked = Vec::new();
    for locks in LOCKS {
        let mask = ModMask::from(modifiers | locks);
        asked.push(connection.grab_key(false, root, mask, code, GrabMode::ASYNC, GrabMode::ASYNC)?);
    }
    let mut is_ours = true;
    for answer in asked {
        match answer.check() {
            Ok(()) => {}
            Err(ReplyError::X11Error(error)) if error.error_kind == ErrorKind::Access => is_ours = false,
            Err(error) => return Err(error),
        }
    }
    if !is_ours {
        for locks in LOCKS {
            connection.ungrab_key(code, root, ModMask::from(modifiers | locks))?;
        }
    }
    Ok(is_ours)
}

/// What each key means: for each key code, the keysyms of its levels and groups.
struct Layout {
    first: Keycode,
    columns: usize,
    keysyms: Vec<u32>,
}

impl Layout {
    /// The key that means this with the fewest other keys held: AZERTY has its digits behind Shift, and they count too.
    fn code(&self, accelerator: Accelerator) -> Option<Keycode> {
        let wanted = keysym(accelerator)?;
        let keys = self.keysyms.chunks_exact(self.columns.max(1));
        let (_, key) = keys
            .enumerate()
            .filter_map(|(key, keysyms)| Some((keysyms.iter().position(|keysym| *keysym == wanted)?, key)))
            .min()?;
        u8::try_from(key).ok()?.checked_add(self.first)
    }
}
