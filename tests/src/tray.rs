//! The product's tray icon as the panel gets it: `org.kde.StatusNotifierItem` and its menu, `com.canonical.dbusmenu`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use futures_util::StreamExt;
use zbus::MatchRule;
use zbus::message::Type;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::Desk;
use crate::deadline::within;

#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher",
    gen_blocking = false
)]
trait Watcher {
    #[zbus(property(emits_changed_signal = "false"))]
    fn registered_status_notifier_items(&self) -> zbus::Result<Vec<String>>;
    #[zbus(signal)]
    fn status_notifier_item_registered(&self, item: String) -> zbus::Result<()>;
}

#[zbus::proxy(interface = "org.kde.StatusNotifierItem", gen_blocking = false)]
trait Item {
    #[zbus(property(emits_changed_signal = "false"))]
    fn id(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn title(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn status(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn icon_name(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn icon_pixmap(&self) -> zbus::Result<Vec<(i32, i32, Vec<u8>)>>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn tool_tip(&self) -> zbus::Result<(String, Vec<(i32, i32, Vec<u8>)>, String, String)>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn menu(&self) -> zbus::Result<OwnedObjectPath>;
    fn activate(&self, x: i32, y: i32) -> zbus::Result<()>;
}

/// An entry of the menu as it travels: id, properties, children (each of the same shape).
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

#[zbus::proxy(interface = "com.canonical.dbusmenu", gen_blocking = false)]
trait Menu {
    fn get_layout(&self, parent: i32, depth: i32, properties: &[&str]) -> zbus::Result<(u32, Layout)>;
    fn event(&self, id: i32, event: &str, data: &Value<'_>, timestamp: u32) -> zbus::Result<()>;
}

/// Starts a program, and waits until it registers an icon with the panel; how long that took, and the program.
pub async fn time_to_icon<T>(desk: &Desk, start: impl FnOnce() -> Result<T>) -> Result<(Duration, T)> {
    let watcher = WatcherProxy::new(desk.bus()).await?;
    let mut registered = watcher.receive_status_notifier_item_registered().await?;
    let started = Instant::now();
    let program = start()?;
    within("an icon in the tray", async {
        registered.next().await.context("the panel went away")?;
        Ok(())
    })
    .await?;
    Ok((started.elapsed(), program))
}

/// The product's tray icon. In a [`Desk`] it is the only one.
#[derive(Debug)]
pub struct Tray {
    bus: zbus::Connection,
    owner: OwnedUniqueName,
    item: ItemProxy<'static>,
}

/// What the icon shows, at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Which program it is, the same in every language.
    pub id: String,
    /// The program's name for people.
    pub title: String,
    /// `Active`, `Passive` or `NeedsAttention`.
    pub status: String,
    /// Name of a theme's icon, empty where the icon is sent as a picture.
    pub icon_name: String,
    /// The icon as pictures of several sizes.
    pub icon: Vec<Pixmap>,
    /// The tooltip's heading.
    pub tooltip_title: String,
    /// The tooltip's text.
    pub tooltip: String,
    /// The menu's entries.
    pub menu: Vec<Entry>,
}

/// A picture: ARGB in network byte order, as the interface has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixmap {
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// Four bytes a pixel.
    pub argb: Vec<u8>,
}

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What a click is sent to. The panel keeps it while the menu is open, so it must not change.
    pub id: i32,
    /// The text, without the underscore that marks a letter; empty for a separator.
    pub label: String,
    /// Whether it can be chosen.
    pub enabled: bool,
    /// Whether it is shown.
    pub visible: bool,
    /// Whether it has its mark; `None` where it can have none.
    pub checked: Option<bool>,
    /// The entries of its submenu.
    pub children: Vec<Entry>,
}

impl Tray {
    /// Waits until an icon is registered with the panel.
    pub async fn find(desk: &Desk) -> Result<Self> {
        within("an icon in the tray", Self::first(desk.bus(), None)).await
    }

    /// Waits until another icon than this one is registered with the panel.
    pub async fn another(&self) -> Result<Self> {
        within("another icon in the tray", Self::first(&self.bus, Some(&self.owner))).await
    }

    /// The first icon that is not of the program `other`.
    async fn first(bus: &zbus::Connection, other: Option<&OwnedUniqueName>) -> Result<Self> {
        let watcher = WatcherProxy::new(bus).await?;
        let names = zbus::fdo::DBusProxy::new(bus).await?;
        let mut registered = watcher.receive_status_notifier_item_registered().await?;
        let mut known = watcher.registered_status_notifier_items().await?.into_iter();
        let (owner, path) = loop {
            let address = match known.next() {
                Some(address) => address,
                None => registered.next().await.context("the panel went away")?.args()?.item,
            };
            let (service, path) = match address.find('/') {
                Some(slash) => address.split_at(slash),
                None => (address.as_str(), "/StatusNotifierItem"),
            };
            let owner = names.get_name_owner(service.try_into()?).await?;
            if Some(&owner) != other {
                break (owner, path.to_owned());
            }
        };
        let item = ItemProxy::builder(bus)
            .destination(owner.clone())?
            .path(path)?
            .build()
            .await?;
        Ok(Self {
            bus: bus.clone(),
            owner,
            item,
        })
    }

    /// What the icon shows now.
    pub async fn read(&self) -> Result<Shown> {
        let (_, _, tooltip_title, tooltip) = self.item.tool_tip().await?;
        let icon = self.item.icon_pixmap().await?;
        let (_, root) = self.menu().await?.get_layout(0, -1, &[]).await?;
        Ok(Shown {
            id: self.item.id().await?,
            title: self.item.title().await?,
            status: self.item.status().await?,
            icon_name: self.item.icon_name().await.unwrap_or_default(),
            icon: icon
                .into_iter()
                .map(|(width, height, argb)| Pixmap { width, height, argb })
                .collect(),
            tooltip_title,
            tooltip,
            menu: Entry::from_layout(root)?.children,
        })
    }

    /// Waits until `is_so` of what the icon shows; `what` says the same in words. It reads again whenever the icon or its menu says
    /// that something changed.
    pub async fn wait_until(&self, what: &str, is_so: impl Fn(&Shown) -> bool) -> Result<Shown> {
        let mut last = None;
        let found = within(what, async {
            let anything = MatchRule::builder()
                .msg_type(Type::Signal)
                .sender(self.owner.as_ref())?
                .build();
            let mut changes = zbus::MessageStream::for_match_rule(anything, &self.bus, Some(1024)).await?;
            loop {
                let shown = self.read().await?;
                if is_so(&shown) {
                    return Ok(shown);
                }
                last = Some(shown);
                changes.next().await.context("the bus went away")??;
            }
        });
        found.await.map_err(|error| match last {
            Some(shown) => anyhow!("{error:#}; last seen:\n{shown}"),
            None => error,
        })
    }

    /// A left click, at a point of the screen.
    pub async fn activate(&self, x: i32, y: i32) -> Result<()> {
        self.item.activate(x, y).await.context("activating the icon")
    }

    /// Clicks the one visible entry whose labels, from the outside in, end with `path`: `["Busy"]`, `["Work location", "Office"]`. An
    /// error where there is none, several, or one that cannot be chosen.
    pub async fn click(&self, path: &[&str]) -> Result<()> {
        let shown = self.read().await?;
        let entry = shown.entry(path)?;
        if !entry.enabled {
            bail!("{path:?} cannot be chosen:\n{shown}");
        }
        self.press(entry).await.with_context(|| format!("clicking {path:?}"))
    }

    /// Clicks an entry that was read before, and nothing else.
    pub async fn press(&self, entry: &Entry) -> Result<()> {
        let menu = self.menu().await?;
        Ok(menu.event(entry.id, "clicked", &Value::from(0_i32), 0).await?)
    }

    async fn menu(&self) -> Result<MenuProxy<'static>> {
        let path = self.item.menu().await?;
        Ok(MenuProxy::builder(&self.bus)
            .destination(self.owner.clone())?
            .path(path)?
            .build()
            .await?)
    }
}

impl Shown {
    /// The one visible entry whose labels, from the outside in, end with `path`.
    pub fn entry(&self, path: &[&str]) -> Result<&Entry> {
        let mut found = Vec::new();
        collect(&self.menu, &mut Vec::new(), path, &mut found);
        match found.as_slice() {
            [entry] => Ok(entry),
            [] => Err(anyhow!("no entry {path:?} in the menu:\n{self}")),
            _ => Err(anyhow!("several entries {path:?} in the menu:\n{self}")),
        }
    }
}

fn collect<'m>(entries: &'m [Entry], above: &mut Vec<&'m str>, path: &[&str], found: &mut Vec<&'m Entry>) {
    for entry in entries.iter().filter(|entry| entry.visible) {
        above.push(&entry.label);
        if above.ends_with(path) {
            found.push(entry);
        }
        collect(&entry.children, above, path, found);
        above.pop();
    }
}

/// Tooltip and menu as a person would read them.
impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn list(f: &mut std::fmt::Formatter<'_>, entries: &[Entry], indent: usize) -> std::fmt::Result {
            for entry in entries.iter().filter(|entry| entry.visible) {
                let mark = if entry.checked == Some(true) { '✓' } else { ' ' };
                let label = if entry.label.is_empty() {
                    "────"
                } else {
                    &entry.label
                };
                let grey = if entry.enabled { "" } else { "  (grey)" };
                writeln!(f, "{:indent$}{mark} {label}{grey}", "")?;
                list(f, &entry.children, indent + 4)?;
            }
            Ok(())
        }
        writeln!(f, "[{}: {}]", self.tooltip_title, self.tooltip.replace('\n', " · "))?;
        list(f, &self.menu, 0)
    }
}

impl Entry {
    /// Every property has a default, which is not sent (`GetLayout` in the interface's description).
    fn from_layout((id, mut properties, children): Layout) -> Result<Self> {
        let mut property = |name: &str| properties.remove(name);
        let label = property("label").map(String::try_from).transpose()?.unwrap_or_default();
        let enabled = property("enabled").map(bool::try_from).transpose()?.unwrap_or(true);
        let visible = property("visible").map(bool::try_from).transpose()?.unwrap_or(true);
        let toggles = property("toggle-type")
            .map(String::try_from)
            .transpose()?
            .is_some_and(|kind| !kind.is_empty());
        let state = property("toggle-state").map(i32::try_from).transpose()?.unwrap_or(-1);
        let children = children
            .into_iter()
            .map(|child| Self::from_layout(child.try_into()?))
            .collect::<Result<_>>()?;
        Ok(Self {
            id,
            label: without_mnemonic(&label),
            enabled,
            visible,
            checked: toggles.then_some(state == 1),
            children,
        })
    }
}

/// `_Quit` is "Quit" with its Q underlined; `__` is an underscore.
fn without_mnemonic(label: &str) -> String {
    let mut plain = String::with_capacity(label.len());
    let mut characters = label.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '_' {
            characters.next()
        } else {
            Some(character)
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_underscore_that_marks_a_letter_is_not_part_of_the_label() {
        for (sent, read) in [
            ("_Quit", "Quit"),
            ("Do _not", "Do not"),
            ("a__b", "a_b"),
            ("___x", "_x"),
            ("end_", "end"),
        ] {
            assert_eq!(without_mnemonic(sent), read, "{sent}");
        }
    }

    fn entry(label: &str, visible: bool, children: Vec<Entry>) -> Entry {
        Entry {
            id: 1,
            label: label.into(),
            enabled: true,
            visible,
            checked: None,
            children,
        }
    }

    #[test]
    fn an_entry_is_found_by_the_end_of_its_path_and_only_if_it_is_the_only_one() {
        let shown = Shown {
            id: String::new(),
            title: String::new(),
            status: String::new(),
            icon_name: String::new(),
            icon: vec![],
            tooltip_title: String::new(),
            tooltip: String::new(),
            menu: vec![
                entry("Busy", true, vec![]),
                entry("Message", true, vec![entry("Clear", true, vec![])]),
                entry(
                    "Location",
                    true,
                    vec![entry("Clear", true, vec![]), entry("Hidden", false, vec![])],
                ),
            ],
        };
        for (path, found) in [
            (&["Busy"] as &[&str], true),
            (&["Location", "Clear"], true),
            (&["Clear"], false),
            (&["Message", "Busy"], false),
            (&["Hidden"], false),
        ] {
            assert_eq!(shown.entry(path).is_ok(), found, "{path:?}");
        }
    }
}
