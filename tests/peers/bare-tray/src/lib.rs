//! A tray icon with a menu that does nothing.

use ksni::blocking::{Handle, TrayMethods as _};
use ksni::menu::{MenuItem, StandardItem};

/// Sides in pixels of the pictures that the product sends, too.
const SIZES: [i32; 4] = [16, 22, 32, 48];

/// What the menu offers.
const ENTRIES: [&str; 7] = [
    "Available",
    "Busy",
    "Do not disturb",
    "Be right back",
    "Appear away",
    "Appear offline",
    "Quit",
];

struct Icon;

/// Puts the icon into the tray; there as long as the handle is.
pub fn show() -> Result<Handle<impl ksni::Tray>, ksni::Error> {
    Icon.assume_sni_available(true).spawn()
}

impl ksni::Tray for Icon {
    fn id(&self) -> String {
        env!("CARGO_PKG_NAME").to_owned()
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        let square = |side: i32| ksni::Icon {
            width: side,
            height: side,
            data: [255, 80, 120, 200].repeat(side.pow(2).unsigned_abs() as usize),
        };
        SIZES.map(square).into()
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let entry = |label: &str| {
            StandardItem {
                label: label.to_owned(),
                ..StandardItem::default()
            }
            .into()
        };
        ENTRIES.map(entry).into()
    }
}
