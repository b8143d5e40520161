//! The window on a desktop: how it comes and goes, and what its page cannot do.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use end_to_end::Desk;
use end_to_end::deadline::{SOME_POLLS, within, within_time};
use end_to_end::demo::Demo;
use end_to_end::picture::{self, Region};
use end_to_end::product::{PRESENCE_FLYOUT, Resident, executable, presence_tray, run};
use end_to_end::tray::Tray;
use end_to_end::window::{Appearance, Window};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The demonstration, with its icon in the panel.
async fn demo() -> Result<(Desk, Resident, Tray)> {
    let desk = Desk::start().await?;
    let resident = Resident::start(&desk, presence_tray(&desk, &["--demo"])?)?;
    let tray = Tray::find(&desk).await?;
    Ok((desk, resident, tray))
}

#[tokio::test]
async fn a_click_opens_the_window_beside_the_icon_a_second_one_closes_it_and_a_minute_later_it_is_gone() -> Result<()> {
    let (desk, _resident, _tray) = demo().await?;
    // The panel has room for the icon before it shows it.
    picture::when_still(&desk, None).await?;
    let icon = picture::status_icons(&desk).await?.centre();

    picture::click(&desk, icon, 1).await?;
    let first = picture::drawn_window(&desk, PRESENCE_FLYOUT).await?;
    let process = picture::process(&desk, PRESENCE_FLYOUT).await?;
    assert!(is_beside(first, icon), "{first:?} is not beside {icon:?}");
    let panel = picture::window(&desk, "xfce4-panel").await?;
    assert!(!overlap(first, panel), "{first:?} covers the panel {panel:?}");

    picture::click(&desk, icon, 1).await?;
    picture::no_window(&desk, PRESENCE_FLYOUT).await?;

    picture::click(&desk, icon, 1).await?;
    let second = picture::drawn_window(&desk, PRESENCE_FLYOUT).await?;
    assert_eq!(
        picture::process(&desk, PRESENCE_FLYOUT).await?,
        process,
        "it was kept warm"
    );
    assert!(is_beside(second, icon), "{second:?} is not beside {icon:?}");

    picture::key(&desk, "Escape").await?;
    picture::no_window(&desk, PRESENCE_FLYOUT).await?;
    let alive = || std::path::Path::new(&format!("/proc/{process}")).exists();
    assert!(alive(), "it is kept warm");
    within_time(SOME_POLLS, "the process to end", async {
        while alive() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_opens_it_twice_has_one_window() -> Result<()> {
    let (desk, _resident, tray) = demo().await?;
    tray.activate(640, 20).await?;
    picture::drawn_window(&desk, PRESENCE_FLYOUT).await?;
    let before = picture::process(&desk, PRESENCE_FLYOUT).await?;
    let mut again = desk.command(executable(PRESENCE_FLYOUT)?);
    again.arg("--demo");
    assert_eq!(run(again).await?.code, 0, "it leaves again");
    assert_eq!(run(presence_tray(&desk, &["--demo"])?).await?.code, 0);
    assert_eq!(picture::windows(&desk, PRESENCE_FLYOUT).await?.len(), 1);
    assert_eq!(picture::process(&desk, PRESENCE_FLYOUT).await?, before);
    Ok(())
}

#[tokio::test]
async fn a_presence_lasts_until_the_time_that_is_typed_in_the_window() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;
    let window = Window::open(
        &demo.desk,
        &executable(PRESENCE_FLYOUT)?,
        &["--demo"],
        Appearance::Light,
    )
    .await?;
    window.click("[data-testid=length-until]").await?;
    let field = window.element("[data-testid=length-time]").await?;
    let offered = field.prop("value").await?.unwrap_or_default();
    assert!(offered.ends_with(":00") || offered == "23:59", "{offered}");
    // Digits that elsewhere in the window choose a presence.
    field.send_keys("23:59").await?;
    assert_eq!(field.prop("value").await?.as_deref(), Some("23:59"));
    window.click("[data-testid=presence-busy]").await?;
    demo.tray
        .wait_until("the end", |shown| shown.tooltip.starts_with("Busy until 23:59"))
        .await?;
    window.close().await
}

/// The program as it is after its installation: running, and nobody signed in.
async fn new_program() -> Result<(Desk, Resident, Tray)> {
    let desk = Desk::start().await?;
    let resident = Resident::start(&desk, presence_tray(&desk, &[])?)?;
    let tray = Tray::find(&desk).await?;
    Ok((desk, resident, tray))
}

#[tokio::test]
async fn the_demo_starts_at_the_press_of_a_button_and_takes_the_place_of_the_window() -> Result<()> {
    let (desk, _resident, tray) = new_program().await?;
    let window = Window::open(&desk, &executable(PRESENCE_FLYOUT)?, &[], Appearance::Light).await?;
    let button = window.element("[data-testid=start-demo]").await?;
    let own = picture::process(&desk, PRESENCE_FLYOUT).await?;
    button.click().await?;

    let demo = tray.another().await?;
    assert!(
        demo.read().await?.tooltip.contains("Demo"),
        "the other icon is the demo's"
    );
    let process = within("the demo's window to take the place", async {
        loop {
            match picture::process(&desk, PRESENCE_FLYOUT).await {
                Ok(process) if process != own => return Ok(process),
                // No event tells which window is in sight, and for a moment there is none.
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    })
    .await?;
    picture::drawn_window(&desk, PRESENCE_FLYOUT).await?;
    let command = fs::read_to_string(format!("/proc/{process}/cmdline"))?;
    assert!(command.contains("--demo"), "{command}");
    assert_eq!(picture::windows(&desk, PRESENCE_FLYOUT).await?.len(), 1);

    let socket = desk.runtime_folder().join("presence-tray/demo.sock");
    tokio::net::UnixStream::connect(&socket).await?;
    let quit = run(presence_tray(&desk, &["--demo", "quit"])?).await?;
    assert_eq!(quit.code, 0, "{}", quit.stderr);
    assert!(tokio::net::UnixStream::connect(&socket).await.is_err(), "it has ended");
    window.close().await
}

#[tokio::test]
async fn a_demo_that_cannot_be_started_is_told_of() -> Result<()> {
    let (desk, _resident, _tray) = new_program().await?;
    let alone = desk.folder().join(PRESENCE_FLYOUT);
    fs::copy(executable(PRESENCE_FLYOUT)?, &alone)?;
    let window = Window::open(&desk, &alone, &[], Appearance::Light).await?;
    window.click("[data-testid=start-demo]").await?;
    window.shows("The demo could not be started.").await?;
    window.close().await
}

/// Things a page could do that got hold of a script of somebody else's, each a body of an async function; it must throw, or return `false`.
const ESCAPES: &[(&str, &str)] = &[
    ("a request", "await fetch(address, {mode: 'no-cors'})"),
    (
        "a request the old way",
        "const r = new XMLHttpRequest(); r.open('GET', address, false); r.send()",
    ),
    (
        "a socket",
        "const s = new WebSocket(address.replace('http', 'ws')); await new Promise((y, n) => { s.onopen = y; s.onerror = n })",
    ),
    (
        "a picture",
        "await new Promise((y, n) => { const i = new Image(); i.onload = y; i.onerror = n; i.src = address })",
    ),
    ("a module", "await import(address)"),
    (
        "a worker",
        "await new Promise((y, n) => { const w = new Worker(address); w.onmessage = y; w.onerror = n })",
    ),
    ("text as code", "eval('1')"),
    ("text as a function", "new Function('return 1')()"),
    (
        "a script in the page",
        "const s = document.createElement('script'); s.textContent = 'globalThis.ran = true'; document.body.append(s); return globalThis.ran === true",
    ),
    (
        "a style in the page",
        "document.body.setAttribute('style', 'opacity: 0.5'); return getComputedStyle(document.body).opacity !== '1'",
    ),
    ("another window", "return window.open(address) !== null"),
    (
        "a frame",
        "const f = document.createElement('iframe'); f.src = address; document.body.append(f); return false",
    ),
    (
        "a command of Tauri's",
        "await window.__TAURI_INTERNALS__.invoke('plugin:window|close', {label: 'flyout'})",
    ),
    (
        "the program's version",
        "await window.__TAURI_INTERNALS__.invoke('plugin:app|version')",
    ),
    (
        "an event",
        "await window.__TAURI_INTERNALS__.invoke('plugin:event|emit', {event: 'x', payload: 1})",
    ),
    (
        "a change to every object",
        "Object.prototype.polluted = 1; return ({}).polluted === 1",
    ),
    (
        "a form",
        "const f = document.createElement('form'); f.action = address; document.body.append(f); f.submit(); return false",
    ),
    ("another page", "location.assign(address); return false"),
    ("a file", "location.assign('file:///etc/passwd'); return false"),
    (
        "a page of its own",
        "location.assign('data:text/html,hello'); return false",
    ),
];

#[tokio::test]
async fn a_script_that_got_into_the_page_gets_no_further() -> Result<()> {
    let (desk, _resident, _tray) = demo().await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}/", listener.local_addr()?);
    let window = Window::open(&desk, &executable(PRESENCE_FLYOUT)?, &["--demo"], Appearance::Light).await?;
    window.element("main").await?;
    let home = window.client().current_url().await?;

    for (what, body) in ESCAPES {
        let script = format!(
            "const [address, done] = arguments; (async () => {{ {body} }})()
                .then((came) => done(came === false ? null : String(came)), (error) => done(null))"
        );
        let came = window.client().execute_async(&script, vec![json!(address)]).await?;
        assert_eq!(came, Value::Null, "{what}");
        assert_eq!(window.client().current_url().await?, home, "{what}");
    }
    window.element("main").await?;
    let came = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
    assert!(came.is_err(), "something came out of the page");
    assert_eq!(window.client().current_url().await?, home);
    window.close().await
}

/// Whether the window is within a hand's breadth of the point, and does not lie over it.
fn is_beside(window: Region, (x, y): (i32, i32)) -> bool {
    const NEAR: i32 = 80;
    let near = |from: i32, size: u32, at: i32| at >= from - NEAR && at <= from.saturating_add_unsigned(size) + NEAR;
    let over = |from: i32, size: u32, at: i32| at >= from && at <= from.saturating_add_unsigned(size);
    near(window.x, window.width, x)
        && near(window.y, window.height, y)
        && !(over(window.x, window.width, x) && over(window.y, window.height, y))
}

fn overlap(one: Region, other: Region) -> bool {
    let apart = |a: i32, length: u32, b: i32, other: u32| {
        a.saturating_add_unsigned(length) <= b || b.saturating_add_unsigned(other) <= a
    };
    !apart(one.x, one.width, other.x, other.width) && !apart(one.y, one.height, other.y, other.height)
}
