//! Windows and macOS: the notification area and the menu bar, through `tray-icon`.
//!
//! The menu is built once; afterwards labels, marks and whether an entry can be chosen are changed in place, and only where they differ.

use anyhow::Context as _;
use desktop::bar_theme::{self, Bar};
use tokio::sync::mpsc;
use tray_icon::{
    MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu},
};

use super::{
    super::{
        icons,
        model::{Entry, Icon, TrayModel},
    },
    Gesture,
};
use crate::surroundings::APP;

/// The icon in the tray, with its menu.
pub(crate) struct Tray {
    icon: TrayIcon,
    menu: Vec<Drawn>,
    model: TrayModel,
    look: Look,
}

/// What the picture is chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    icon: Icon,
    bar: Bar,
    pixels: u32,
}

enum Drawn {
    Separator,
    Item(MenuItem),
    Check(CheckMenuItem),
    /// The library knows no radio marks.
    Choices(Vec<CheckMenuItem>),
    Submenu(Submenu, Vec<Drawn>),
}

impl Tray {
    /// Puts the icon into the tray. Where the tray comes later than this, the icon appears then.
    ///
    /// Gestures come through `gestures`, from a thread of the backend's.
    pub(crate) fn new(model: TrayModel, gestures: mpsc::UnboundedSender<Gesture>) -> anyhow::Result<Tray> {
        let chosen = gestures.clone();
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            if let Ok(number) = event.id.0.parse() {
                // Whoever listened may have ended.
                let _ = chosen.send(Gesture::Choose(number));
            }
        }));
        TrayIconEvent::set_event_handler(Some(move |event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                rect,
                ..
            } = event
            {
                let _ = gestures.send(Gesture::Open {
                    at: middle(&rect),
                    token: None,
                });
            }
        }));
        let root = Menu::new();
        let mut builder = Builder { next: 0 };
        let menu = builder.build(&model.menu, &mut |item| root.append(item))?;
        let look = Look::now(model.icon);
        let icon = TrayIconBuilder::new();
        #[cfg(target_os = "macos")]
        let icon = icon.with_icon_templated(look.picture()?);
        #[cfg(not(target_os = "macos"))]
        let icon = icon.with_icon(look.picture()?);
        let icon = icon
            .with_id(APP.id)
            .with_title(APP.name)
            .with_tooltip(&model.tooltip)
            .with_menu(Box::new(root))
            .with_menu_on_left_click(false)
            .build()?;
        Ok(Tray {
            icon,
            menu,
            model,
            look,
        })
    }

    /// Shows `model` from now on.
    pub(crate) fn draw(&mut self, model: TrayModel) {
        let look = Look::now(model.icon);
        if look != self.look {
            self.show(look);
        }
        if model.tooltip != self.model.tooltip
            && let Err(error) = self.icon.set_tooltip(Some(&model.tooltip))
        {
            tracing::warn!(%error, "the tooltip was not changed");
        }
        redraw(&self.menu, &model.menu);
        self.model = model;
    }

    fn show(&mut self, look: Look) {
        #[cfg(target_os = "macos")]
        let set = TrayIcon::set_icon_templated;
        #[cfg(not(target_os = "macos"))]
        let set = TrayIcon::set_icon;
        let shown = look.picture().and_then(|picture| Ok(set(&self.icon, Some(picture))?));
        match shown {
            Ok(()) => self.look = look,
            Err(error) => tracing::warn!(%error, "the icon was not changed"),
        }
    }
}

impl Look {
    /// That of `icon` on the bar as it is now.
    fn now(icon: Icon) -> Look {
        Look {
            icon,
            bar: bar_theme::current(),
            pixels: bar_theme::icon_pixels(),
        }
    }

    fn picture(self) -> anyhow::Result<tray_icon::Icon> {
        let pictures = icons::pictures(self.icon, self.bar);
        let picture = icons::nearest(&pictures, self.pixels).context("there is no picture of it")?;
        Ok(tray_icon::Icon::from_rgba(
            picture.rgba.clone(),
            picture.width,
            picture.height,
        )?)
    }
}

impl Drop for Tray {
    /// Out of sight before it goes.
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
            if let Entry::Choices { choices, chosen } = entry {
                let mut items = Vec::with_capacity(choices.len());
                for (place, choice) in choices.iter().enumerate() {
                    let label = literal(&choice.label);
                    let checked = *chosen == Some(place);
                    let item = CheckMenuItem::with_id(self.id(), label, choice.action.is_some(), checked, None);
                    append(&item)?;
                    items.push(item);
                }
                drawn.push(Drawn::Choices(items));
                continue;
            }
            let id = self.id();
            drawn.push(match entry {
                Entry::Choices { .. } => continue,
                Entry::Separator => {
                    append(&PredefinedMenuItem::separator())?;
                    Drawn::Separator
                }
                Entry::Item { label, action, .. } => {
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

    fn id(&mut self) -> String {
        self.next += 1;
        (self.next - 1).to_string()
    }
}

fn redraw(drawn: &[Drawn], entries: &[Entry]) {
    for (drawn, entry) in drawn.iter().zip(entries) {
        match (drawn, entry) {
            (Drawn::Item(item), Entry::Item { label, action, .. }) => {
                relabel(&item.text(), label, |label| item.set_text(label));
                if item.is_enabled() != action.is_some() {
                    item.set_enabled(action.is_some());
                }
            }
            (Drawn::Check(item), Entry::Check { label, checked, action }) => {
                redraw_check(item, label, *checked, action.is_some());
            }
            (Drawn::Choices(items), Entry::Choices { choices, chosen }) => {
                for (place, (item, choice)) in items.iter().zip(choices).enumerate() {
                    redraw_check(item, &choice.label, *chosen == Some(place), choice.action.is_some());
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

fn redraw_check(item: &CheckMenuItem, label: &str, checked: bool, enabled: bool) {
    relabel(&item.text(), label, |label| item.set_text(label));
    if item.is_enabled() != enabled {
        item.set_enabled(enabled);
    }
    // The backend toggles a mark by itself when it is chosen, so what it has now counts, not what was drawn last.
    if item.is_checked() != checked {
        item.set_checked(checked);
    }
}

/// The middle of the icon.
fn middle(rect: &tray_icon::Rect) -> Option<(i32, i32)> {
    let x = rect.position.x + f64::from(rect.size.width) / 2.0;
    let y = rect.position.y + f64::from(rect.size.height) / 2.0;
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let middle = (x.round() as i32, y.round() as i32);
    (rect.size.width > 0).then_some(middle)
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
