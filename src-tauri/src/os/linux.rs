//! Linux: an ordinary small window, which the compositor may place and the person may move. It is not hidden when it loses the focus:
//! a desktop's own popups take it, too.

use std::{os::unix::process::CommandExt, process::Command};

use anyhow::Context;
use gtk::prelude::GtkWindowExt;
use tauri::WebviewWindow;
use webkit2gtk::WebViewExt;

pub(crate) const FRAMED: bool = true;
/// About the height of a title bar, in logical pixels.
pub(crate) const FRAME: f64 = 36.0;
pub(crate) const HIDES_ON_BLUR: bool = false;

/// Set to "true" by whoever drives the window through `WebDriver` (Tauri's own name).
pub(crate) const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";
/// Blank windows on NVIDIA and Wayland come from `WebKitGTK`'s DMABUF renderer (tauri-apps/tauri#9394); this turns it off.
const NO_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// What is meant for this process and its web process alone; the last two hand the focus to one window.
pub(crate) const OWN_VARIABLES: [&str; 4] = [AUTOMATION, NO_DMABUF, "XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];

/// To be called before anything else: gives `WebKitGTK` the environment that it needs, and finds out whether there is a display.
pub(crate) fn prepare() -> anyhow::Result<()> {
    // Through GLib, as `std::env::set_var` is unsafe: another thread might read. There is none yet.
    gtk::glib::setenv(NO_DMABUF, "1", false).context("an environment without room")?;
    gtk::init().context("the window needs a graphical session: neither DISPLAY nor WAYLAND_DISPLAY leads to one")
}

/// Calls `act` when the process that draws the page has died: what is left is an empty window.
pub(crate) fn when_page_dies(window: &WebviewWindow, act: impl Fn() + Send + 'static) -> tauri::Result<()> {
    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |_, reason| {
            tracing::warn!(?reason, "the page's process died");
            act();
        });
    })
}

/// Lets the window, when it is shown next, come to the front where a Wayland compositor asks for a token. The first showing has it from the
/// environment, as GTK reads it.
pub(crate) fn use_activation_token(window: &WebviewWindow, token: String) -> tauri::Result<()> {
    let shown = window.clone();
    window.run_on_main_thread(move || {
        if let Ok(window) = shown.gtk_window() {
            window.set_startup_id(&token);
        }
    })
}

/// Lets a process live on when this one's terminal is closed.
pub(crate) fn detach(command: &mut Command) {
    command.process_group(0);
}
