//! The ground holds: what the other tests stand on works before any of the product does.

use std::process::Stdio;

use anyhow::Result;
use end_to_end::browser::{Browser, Opener};
use end_to_end::deadline::within;
use end_to_end::desk::{KEYRING, NOTIFICATIONS, TRAY};
use end_to_end::{Desk, picture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_session_has_a_tray_a_keyring_and_notifications_and_can_be_seen() -> Result<()> {
    let mut desk = Desk::start().await?;
    for name in [TRAY, NOTIFICATIONS, KEYRING] {
        within(name, desk.name_is(name, true)).await?;
    }

    let sent = desk
        .command("notify-send")
        .args(["Ada Lovelace", "is back"])
        .output()
        .await?;
    assert!(sent.status.success(), "{sent:?}");

    let mut store = desk.command("secret-tool");
    store
        .args(["store", "--label=probe", "probe", "1"])
        .stdin(Stdio::piped());
    let mut store = store.spawn()?;
    store.stdin.take().expect("piped").write_all(b"a secret").await?;
    assert!(
        within("the secret to be stored", async { Ok(store.wait().await?) })
            .await?
            .success()
    );
    let found = desk
        .command("secret-tool")
        .args(["lookup", "probe", "1"])
        .output()
        .await?;
    assert_eq!(String::from_utf8(found.stdout)?, "a secret");

    let file = desk.folder().join("screen.png");
    picture::take(&desk, None, &file).await?;
    assert!(picture::colours(&desk, &file).await? > 100, "the screen is blank");
    let icons = picture::status_icons(&desk).await?;
    assert!(icons.y > 700, "the panel is at the bottom: {icons:?}");

    desk.restart_panel().await?;
    if let Some(kept) = std::env::var_os("PICTURES") {
        std::fs::copy(file, std::path::Path::new(&kept).join("ground.png"))?;
    }
    Ok(())
}

#[tokio::test]
async fn the_browser_that_is_opened_clicks_through_a_page() -> Result<()> {
    let desk = Desk::builder()
        .without_panel()
        .without_keyring()
        .without_notifications()
        .start()
        .await?;
    let page = page_on_loopback().await?;
    let mut opener = Opener::install(&desk).await?;
    let called = desk.command(opener.program()).arg(&page).status().await?;
    assert!(called.success());

    let browser = Browser::start(&desk).await?;
    let address = opener.address().await?;
    assert_eq!(address, page);
    browser.open(&address).await?;
    browser.click("#person-megan").await?;
    assert_eq!(browser.text().await?.lines().last(), Some("clicked"));
    browser.close().await
}

#[tokio::test]
async fn what_is_left_out_is_missing_and_what_was_started_is_gone_afterwards() -> Result<()> {
    let desk = Desk::builder().without_display().without_keyring().start().await?;
    let bus = zbus::fdo::DBusProxy::new(desk.bus()).await?;
    for name in [TRAY, NOTIFICATIONS, KEYRING] {
        assert!(!bus.name_has_owner(name.try_into()?).await?, "{name}");
    }
    let looked = desk
        .command("secret-tool")
        .args(["lookup", "probe", "1"])
        .output()
        .await?;
    assert!(!looked.status.success(), "a keyring was started on demand");

    // One that leaves its process group and does not want to go.
    let mut refuses = desk
        .command("setsid")
        .args(["sh", "-c", "trap '' TERM; echo here; while :; do sleep 1; done"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdout = refuses.stdout.take().expect("piped");
    stdout.read_exact(&mut [0; 5]).await?;
    let folder = desk.folder().to_owned();
    drop(desk);
    assert!(
        !within("the stubborn process", async { Ok(refuses.wait().await?) })
            .await?
            .success()
    );
    assert!(!folder.exists());
    Ok(())
}

/// A page with a button, served to whoever asks until the test ends.
async fn page_on_loopback() -> Result<String> {
    const PAGE: &str = "<!doctype html><title>Sign in</title><h1>Who are you?</h1>\
        <button id=person-megan onclick=\"document.body.append(Object.assign(document.createElement('p'),{textContent:'clicked'}))\">Megan</button>";
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/?a=1&b=two", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let length = PAGE.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{PAGE}"
            );
            let mut request = [0; 4096];
            let _ = connection.read(&mut request).await;
            let _ = connection.write_all(answer.as_bytes()).await;
        }
    });
    Ok(address)
}
