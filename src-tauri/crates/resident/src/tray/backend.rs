//! Draws a [`TrayModel`] with `tray-icon`, and says what was chosen. On Linux that is a `StatusNotifierItem` on the session bus: no GTK.
//!
//! The menu is built once; afterwards labels, marks and whether an entry can be chosen are changed in place, and only where they differ.

use tokio::sync::mpsc;
use tray_icon::{
    MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu},
};

use super::{
    icons,
    model::{Entry, Icon, TrayModel},
};
use crate::surroundings::APP;

/// The icon in the tray, with its menu.
pub(crate) struct Tray {
    icon: TrayIcon,
    menu: Vec<Drawn>,
    model: TrayModel,
}

/// What a person did with the icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gesture {
    /// The icon itself was chosen.
    Open,
    /// An entry was chosen: its number, for [`TrayModel::action`].
    Choose(String),
}

enum Drawn {
    Separator,
    Item(MenuItem),
    Check(CheckMenuItem),
    Submenu(Submenu, Vec<Drawn>),
}

impl Tray {
    /// Puts the icon into the tray. Where the tray comes later than this, the icon appears then.
    ///
    /// Gestures come through `gestures`, from a thread of the backend's.
    pub(crate) fn new(model: TrayModel, gestures: mpsc::UnboundedSender<Gesture>) -> anyhow::Result<Tray> {
        let chosen = gestures.clone();
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            let _ = chosen.send(Gesture::Choose(event.id.0));
        }));
        TrayIconEvent::set_event_handler(Some(move |event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                let _ = gestures.send(Gesture::Open);
            }
        }));
        let root = Menu::new();
        let mut builder = Builder { next: 0 };
        let menu = builder.build(&model.menu, &mut |item| root.append(item))?;
        let icon = TrayIconBuilder::new()
            .with_id(APP.id)
            .with_title(APP.name)
            .with_tooltip(&model.tooltip)
            .with_icon(icons::load(model.icon)?)
            .with_menu(Box::new(root))
            .with_menu_on_left_click(false)
            .build()?;
        Ok(Tray { icon, menu, model })
    }

    /// Shows `model` from now on.
    pub(crate) fn draw(&mut self, model: TrayModel) {
        if model.icon != self.model.icon {
            self.show_icon(model.icon);
        }
        if model.tooltip != self.model.tooltip
            && let Err(error) = self.icon.set_tooltip(Some(&model.tooltip))
        {
            tracing::warn!(%error, "the tooltip was not changed");
        }
        redraw(&self.menu, &model.menu);
        self.model = model;
    }

    fn show_icon(&self, icon: Icon) {
        let shown = icons::load(icon)
            .map_err(anyhow::Error::from)
            .and_then(|icon| Ok(self.icon.set_icon(Some(icon))?));
        if let Err(error) = shown {
            tracing::warn!(%error, "the icon was not changed");
        }
    }
}

impl Drop for Tray {
    /// Out of sight before it goes. On Linux that passes through the bus connection after the answer to the click that chose «Quit», which
    /// would be lost with the connection.
    fn drop(&mut self) {
        if let Err(error) = self.icon.set_visible(false) {
            tracing::debug!(%error, "the icon was not hidden");
        }
    }
}

/// Numbers the entries in the order in which they are read, as [`TrayModel::action`] counts them.
struct Builder {
    next: usize,
}

impl Builder {
    fn build(
        &mut self,
        entries: &[Entry],
        append: &mut dyn FnMut(&dyn IsMenuItem) -> tray_icon::menu::Result<()>,
    ) -> tray_icon::menu::Result<Vec<Drawn>> {
        let mut drawn = Vec::with_capacity(entries.len());
        for entry in entries {
            let id = self.next.to_string();
            self.next += 1;
            drawn.push(match entry {
                Entry::Separator => {
                    append(&PredefinedMenuItem::separator())?;
                    Drawn::Separator
                }
                Entry::Item { label, action } => {
                    let item = MenuItem::with_id(id, literal(label), action.is_some(), None);
                    append(&item)?;
                    Drawn::Item(item)
                }
                Entry::Check { label, checked, action } => {
                    let item = CheckMenuItem::with_id(id, literal(label), action.is_some(), *checked, None);
                    append(&item)?;
                    Drawn::Check(item)
                }
                Entry::Submenu { label, entries } => {
                    let submenu = Submenu::with_id(id, literal(label), true);
                    let inside = self.build(entries, &mut |item| submenu.append(item))?;
                    append(&submenu)?;
                    Drawn::Submenu(submenu, inside)
                }
            });
        }
        Ok(drawn)
    }
}

fn redraw(drawn: &[Drawn], entries: &[Entry]) {
    for (drawn, entry) in drawn.iter().zip(entries) {
        match (drawn, entry) {
            (Drawn::Item(item), Entry::Item { label, action }) => {
                relabel(&item.text(), label, |label| item.set_text(label));
                if item.is_enabled() != action.is_some() {
                    item.set_enabled(action.is_some());
                }
            }
            (Drawn::Check(item), Entry::Check { label, checked, action }) => {
                relabel(&item.text(), label, |label| item.set_text(label));
                if item.is_enabled() != action.is_some() {
                    item.set_enabled(action.is_some());
                }
                // The backend toggles a mark by itself when it is chosen, so what it has now counts, not what was drawn last.
                if item.is_checked() != *checked {
                    item.set_checked(*checked);
                }
            }
            (Drawn::Submenu(submenu, drawn), Entry::Submenu { label, entries }) => {
                relabel(&submenu.text(), label, |label| submenu.set_text(label));
                redraw(drawn, entries);
            }
            // The layout never changes (a test of the model says so).
            _ => {}
        }
    }
}

fn relabel(old: &str, new: &str, set: impl FnOnce(&str)) {
    let new = literal(new);
    if old != new {
        set(&new);
    }
}

/// The backend reads `&` as the mark of an access key.
fn literal(label: &str) -> String {
    label.replace('&', "&&")
}
