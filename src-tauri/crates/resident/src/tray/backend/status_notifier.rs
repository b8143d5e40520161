//! Linux: a `StatusNotifierItem` with a `com.canonical.dbusmenu` on the session bus, through `ksni`. No GTK.
//!
//! `ksni` compares what the model says with what it said before and sends only what differs. A menu of the same layout keeps the ids of its
//! entries, so a click in an open menu is never lost. A watcher that comes late, or comes back, is registered with again by `ksni` itself.

use ksni::{
    Category, OfflineReason, ToolTip,
    blocking::{Handle, TrayMethods as _},
    menu::{CheckmarkItem, MenuItem, RadioGroup, RadioItem, StandardItem, SubMenu},
};
use tokio::sync::mpsc;

use super::{
    super::{
        icons,
        model::{Choice, Entry, TrayModel},
    },
    Gesture,
};
use crate::surroundings::APP;

/// The icon in the tray, with its menu.
pub(crate) struct Tray(Handle<Item>);

/// What is on the bus.
struct Item {
    model: TrayModel,
    gestures: mpsc::UnboundedSender<Gesture>,
}

impl Tray {
    /// Puts the icon into the tray. Where the tray comes later than this, the icon appears then.
    ///
    /// Gestures come through `gestures`, from a thread of the backend's.
    pub(crate) fn new(model: TrayModel, gestures: mpsc::UnboundedSender<Gesture>) -> anyhow::Result<Tray> {
        let handle = Item { model, gestures }
            .assume_sni_available(true)
            .disable_dbus_name(is_sandboxed())
            .spawn()?;
        Ok(Tray(handle))
    }

    /// Shows `model` from now on.
    pub(crate) fn draw(&mut self, model: TrayModel) {
        // None where the session bus has ended, and the desktop with it.
        self.0.update(|item| item.model = model);
    }
}

impl Drop for Tray {
    /// Gone before the process is, so that the answer to the click that chose «Quit» is not lost with the connection.
    fn drop(&mut self) {
        self.0.shutdown().wait();
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        APP.id.to_owned()
    }

    fn title(&self) -> String {
        APP.name.to_owned()
    }

    fn category(&self) -> Category {
        Category::Communications
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        icons::pictures(self.model.icon, desktop::bar_theme::Bar::Any)
            .into_iter()
            .filter_map(|picture| {
                let mut data = picture.rgba;
                for pixel in data.chunks_exact_mut(4) {
                    // ARGB in network byte order.
                    pixel.rotate_right(1);
                }
                Some(ksni::Icon {
                    width: picture.width.try_into().ok()?,
                    height: picture.height.try_into().ok()?,
                    data,
                })
            })
            .collect()
    }

    fn tool_tip(&self) -> ToolTip {
        let text = &self.model.tooltip;
        ToolTip {
            title: APP.name.to_owned(),
            // Some desktops read markup in it.
            description: text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            ..ToolTip::default()
        }
    }

    fn activate(&mut self, x: i32, y: i32) {
        self.open(x, y);
    }

    fn secondary_activate(&mut self, x: i32, y: i32) {
        self.open(x, y);
    }

    fn menu(&self) -> Vec<MenuItem<Item>> {
        Builder { next: 0 }.build(&self.model.menu)
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        tracing::info!(?reason, "there is no tray for the icon");
        // It may come back.
        true
    }
}

impl Item {
    fn open(&mut self, x: i32, y: i32) {
        // Whoever listened may have ended.
        let _ = self.gestures.send(Gesture::Open {
            // What hosts say that do not know.
            at: Some((x, y)).filter(|at| *at != (0, 0)),
            token: ksni::current_xdg_activation_token(),
        });
    }

    fn choose(&mut self, number: usize) {
        let _ = self.gestures.send(Gesture::Choose(number));
    }
}

/// Numbers the entries in the order in which they are read, as [`TrayModel::action`] counts them.
struct Builder {
    next: usize,
}

impl Builder {
    fn build(&mut self, entries: &[Entry]) -> Vec<MenuItem<Item>> {
        entries.iter().map(|entry| self.entry(entry)).collect()
    }

    fn entry(&mut self, entry: &Entry) -> MenuItem<Item> {
        match entry {
            Entry::Choices { choices, chosen } => self.choices(choices, *chosen),
            Entry::Separator => {
                self.number();
                MenuItem::Separator
            }
            Entry::Item { label, action, keys } => {
                let number = self.number();
                let item = StandardItem {
                    label: literal(label),
                    enabled: action.is_some(),
                    shortcut: shortcut(keys.as_deref()),
                    activate: Box::new(move |item: &mut Item| item.choose(number)),
                    ..StandardItem::default()
                };
                item.into()
            }
            Entry::Check { label, checked, action } => {
                let number = self.number();
                let item = CheckmarkItem {
                    label: literal(label),
                    enabled: action.is_some(),
                    checked: *checked,
                    activate: Box::new(move |item: &mut Item| item.choose(number)),
                    ..CheckmarkItem::default()
                };
                item.into()
            }
            Entry::Submenu { label, entries } => {
                self.number();
                let submenu = SubMenu {
                    label: literal(label),
                    submenu: self.build(entries),
                    ..SubMenu::default()
                };
                submenu.into()
            }
        }
    }

    fn choices(&mut self, choices: &[Choice], chosen: Option<usize>) -> MenuItem<Item> {
        let first = self.next;
        self.next += choices.len();
        let option = |choice: &Choice| RadioItem {
            label: literal(&choice.label),
            enabled: choice.action.is_some(),
            shortcut: shortcut(choice.keys.as_deref()),
            ..RadioItem::default()
        };
        let group = RadioGroup {
            // One that is not there leaves all unmarked.
            selected: chosen.unwrap_or(usize::MAX),
            select: Box::new(move |item: &mut Item, place| item.choose(first + place)),
            options: choices.iter().map(option).collect(),
        };
        group.into()
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}

/// A menu reads `_` as the mark of an access key.
fn literal(label: &str) -> String {
    label.replace('_', "__")
}

/// Keys as the menu protocol has them.
fn shortcut(keys: Option<&str>) -> Vec<Vec<String>> {
    let parts = |keys: &str| {
        let names = keys.split('+').map(|part| match part {
            "Ctrl" => "Control".to_owned(),
            part => part.to_owned(),
        });
        names.collect()
    };
    keys.map(parts).into_iter().collect()
}

/// A sandbox lets nobody own a further name on the bus.
fn is_sandboxed() -> bool {
    std::env::var_os("SNAP").is_some() || std::path::Path::new("/.flatpak-info").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_keys_are_written_as_the_menu_protocol_wants_them() {
        assert_eq!(literal("a_b & c"), "a__b & c");
        assert_eq!(shortcut(None), Vec::<Vec<String>>::new());
        assert_eq!(shortcut(Some("Ctrl+Alt+P")), [["Control", "Alt", "P"]]);
    }
}
