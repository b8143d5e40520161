//! The one window: how it opens, shows itself when called for, and leaves.

use std::{
    env,
    fs::{File, TryLockError},
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use engine::{Command, FlyoutCall};
use tauri::{
    AppHandle, LogicalSize, Manager, Monitor, PhysicalPosition, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
    webview::{NewWindowResponse, PageLoadEvent},
};

use crate::{
    call::{Deed, Found, deed},
    os,
    place::{Point, Size, WorkArea, place},
    resident::{Resident, Unreachable},
};

const LABEL: &str = "flyout";

/// In logical pixels.
const SIZE: (f64, f64) = (400.0, 680.0);
const SMALLEST: (f64, f64) = (320.0, 360.0);

/// How long a closed window stays, to be there at once when it is called for again.
const WARM: Duration = Duration::from_secs(60);

/// Counts showings and hidings, so that a minute that began before the window was shown again ends nothing.
#[derive(Debug, Default)]
pub(crate) struct Warmth(AtomicU64);

impl Warmth {
    fn change(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn is_still(&self, count: u64) -> bool {
        self.0.load(Ordering::Relaxed) == count
    }
}

/// When something else took the focus from the window.
#[derive(Debug, Default)]
pub(crate) struct LostFocus(Mutex<Option<Instant>>);

impl LostFocus {
    fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn ago(&self) -> Option<Duration> {
        let lost = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lost.map(|lost| lost.elapsed())
    }
}

/// Opens the window, beside `anchor` where one is given. It is placed and its page loaded before it is shown: no jump, no white flash.
pub(crate) fn open(app: &AppHandle, anchor: Option<Point>) -> tauri::Result<()> {
    let name = app.config().product_name.clone().unwrap_or_default();
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title(name)
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .maximizable(false)
        .decorations(os::FRAMED)
        .skip_taskbar(!os::FRAMED)
        .always_on_top(!os::FRAMED)
        .visible(false)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Finished {
                show(window.app_handle());
            }
        })
        .build()?;
    let handle = app.clone();
    window.on_window_event(move |event| match event {
        // WebDriver ends its session by closing the window, and waits for the process to leave.
        WindowEvent::CloseRequested { api, .. } if !is_driven() => {
            api.prevent_close();
            hide(&handle);
        }
        // Hiding takes the focus, too: that is nobody else's doing.
        WindowEvent::Focused(false) if is_visible(&handle) => {
            handle.state::<LostFocus>().now();
            if os::HIDES_ON_BLUR {
                hide(&handle);
            }
        }
        _ => {}
    });
    let handle = app.clone();
    // The next call opens a new window.
    os::when_page_dies(&window, move || handle.exit(1))?;
    // A window in the wrong place is better than none.
    if let Err(error) = put(&window, anchor) {
        tracing::warn!(%error, "the window could not be placed");
    }
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    app.state::<Warmth>().change();
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.show().and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// Puts the window away, and ends the process a minute later unless the window was shown again.
pub(crate) fn hide(app: &AppHandle) {
    let count = app.state::<Warmth>().change();
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "the window could not be hidden");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(WARM).await;
        if app.state::<Warmth>().is_still(count) {
            app.exit(0);
        }
    });
}

/// Shows the window each time the resident calls for it, and ends the process with the resident. Where another window is there already, that
/// one is called for instead. Where there is no resident the window stays and says so.
pub(crate) async fn follow_calls(app: AppHandle) {
    match serve(&app).await {
        Ok(()) => app.exit(0),
        Err(error) => tracing::warn!(%error, "no resident"),
    }
}

async fn serve(app: &AppHandle) -> Result<(), Unreachable> {
    let resident = app.state::<Resident>();
    let client = resident.client().await?;
    let _only = match be_the_only_one(&resident) {
        Ok(lock @ Some(_)) => lock,
        // WebDriver's window is beside any other.
        Ok(None) if is_driven() => None,
        Ok(None) => {
            let _ = client.send(Command::OPEN_FLYOUT).await;
            return Ok(());
        }
        Err(error) => {
            tracing::warn!(%error, "whether another window is open cannot be known");
            None
        }
    };
    let mut watch = client.watch().await?;
    let mut calls = watch.next().await.map_or(0, |snapshot| snapshot.flyout_calls);
    while let Some(snapshot) = watch.next().await {
        if snapshot.flyout_calls != calls {
            calls = snapshot.flyout_calls;
            answer(app, snapshot.flyout_call);
        }
    }
    Ok(())
}

/// Does what a call wants of the window.
fn answer(app: &AppHandle, call: FlyoutCall) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let found = Found {
        visible: is_visible(app),
        focused: window.is_focused().unwrap_or(false),
        lost_focus: app.state::<LostFocus>().ago(),
    };
    match deed(call.toggle, found) {
        Deed::Leave => {}
        Deed::Hide => hide(app),
        Deed::Show => {
            let at = call.at.map(|(x, y)| Point { x, y });
            // One that is in sight stays where the person has it.
            if at.is_some()
                && !found.visible
                && let Err(error) = put(&window, at)
            {
                tracing::warn!(%error, "the window could not be placed");
            }
            if let Some(token) = call.token
                && let Err(error) = os::use_activation_token(&window, token)
            {
                tracing::warn!(%error, "the window may stay behind others");
            }
            show(app);
        }
    }
}

/// Whether it is on the screen, be it behind other windows.
fn is_visible(app: &AppHandle) -> bool {
    app.get_webview_window(LABEL)
        .is_some_and(|window| window.is_visible().unwrap_or(false))
}

/// A lock that ends with this process; `None` where another window of this resident holds it, and for `WebDriver`'s window, which is in nobody's
/// way.
fn be_the_only_one(resident: &Resident) -> io::Result<Option<File>> {
    if is_driven() {
        return Ok(None);
    }
    let file = File::options()
        .create(true)
        .append(true)
        .open(resident.endpoint().address().with_extension("flyout"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn put(window: &WebviewWindow, anchor: Option<Point>) -> tauri::Result<()> {
    let Some(monitor) = monitor(window, anchor)? else {
        return Ok(());
    };
    let scale = monitor.scale_factor();
    let area = monitor.work_area();
    let room: LogicalSize<f64> = area.size.to_logical(scale);
    let inner = LogicalSize::new(SIZE.0, SIZE.1.min(room.height - os::FRAME));
    window.set_size(inner)?;
    let outer = LogicalSize::new(inner.width, inner.height + os::FRAME).to_physical::<i32>(scale);
    let size = area.size.cast::<i32>();
    let work_area = WorkArea {
        corner: Point {
            x: area.position.x,
            y: area.position.y,
        },
        size: Size {
            width: size.width,
            height: size.height,
        },
    };
    let size = Size {
        width: outer.width,
        height: outer.height,
    };
    let Point { x, y } = place(anchor, work_area, size, scale);
    window.set_position(PhysicalPosition::new(x, y))
}

/// The monitor that was clicked on, else the first. Wayland tells neither; there the compositor places windows.
fn monitor(window: &WebviewWindow, anchor: Option<Point>) -> tauri::Result<Option<Monitor>> {
    let clicked = match anchor {
        Some(Point { x, y }) => window.monitor_from_point(x.into(), y.into())?,
        None => None,
    };
    match clicked {
        Some(monitor) => Ok(Some(monitor)),
        None => window.primary_monitor(),
    }
}

/// The page this executable holds; everything else is not for this window.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" => cfg!(windows) && url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    }
}

/// Whether a `WebDriver` drives the window.
fn is_driven() -> bool {
    env::var_os(os::AUTOMATION).is_some_and(|value| value == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_page() {
        let own = |url: &str| is_own(&url.parse().unwrap());
        assert!(own("tauri://localhost"));
        assert!(own("tauri://localhost/index.html"));
        for foreign in [
            "https://login.microsoftonline.com/",
            "http://localhost/",
            "http://tauri.localhost:8080/",
            "tauri://evil.example/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_minute_that_began_before_the_window_was_shown_again_ends_nothing() {
        let warmth = Warmth::default();
        let hidden = warmth.change();
        assert!(warmth.is_still(hidden));
        warmth.change();
        assert!(!warmth.is_still(hidden));
    }
}
