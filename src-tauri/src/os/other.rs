//! Windows and macOS: a flyout as the system's own, without a frame, above other windows, gone when something else gets the focus.

use std::process::Command;

use tauri::WebviewWindow;

pub(crate) const FRAMED: bool = false;
pub(crate) const FRAME: f64 = 0.0;
pub(crate) const HIDES_ON_BLUR: bool = true;

/// Set to "true" by whoever drives the window through `WebDriver` (Tauri's own name).
pub(crate) const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// What is meant for this process alone.
pub(crate) const OWN_VARIABLES: [&str; 1] = [AUTOMATION];

/// Nothing to do here before the window opens.
#[expect(clippy::unnecessary_wraps, reason = "Linux has something to do, which can fail")]
pub(crate) fn prepare() -> anyhow::Result<()> {
    Ok(())
}

/// Not told here: `WebView2` and `WKWebView` load the page again by themselves.
#[expect(clippy::unnecessary_wraps, reason = "Linux has something to do, which can fail")]
pub(crate) fn when_page_dies(_: &WebviewWindow, _: impl Fn() + Send + 'static) -> tauri::Result<()> {
    Ok(())
}

/// There is no such thing here.
#[expect(clippy::unnecessary_wraps, reason = "Linux has something to do, which can fail")]
pub(crate) fn use_activation_token(_: &WebviewWindow, _: String) -> tauri::Result<()> {
    Ok(())
}

/// Lets a process live on when this one's terminal is closed.
pub(crate) fn detach(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        // Else a console window would open for it, as this program has none that it could share.
        const DETACHED_PROCESS: u32 = 0x0000_0008;
        std::os::windows::process::CommandExt::creation_flags(command, DETACHED_PROCESS);
    }
}
