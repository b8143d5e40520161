//! The least that a tray program in Tauri can be: no window, so no web view either.

use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;

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

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            let menu = Menu::new(app)?;
            for label in ENTRIES {
                menu.append(&MenuItem::new(app, label, true, None::<&str>)?)?;
            }
            let icon = tauri::image::Image::new_owned([80, 120, 200, 255].repeat(32 * 32), 32, 32);
            TrayIconBuilder::new().icon(icon).menu(&menu).build(app)?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
