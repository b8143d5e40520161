//! The product on a desktop: tray, window, login item, shortcut, notification, each over the real part.

use std::time::Duration;

use anyhow::{Context, Result};
use end_to_end::Desk;
use end_to_end::deadline::within;
use end_to_end::demo::Demo;
use end_to_end::picture;
use end_to_end::product::{PRESENCE_FLYOUT, Resident, executable, presence_tray, run};
use end_to_end::simulated::Simulated;
use end_to_end::tenant::Tenant;
use end_to_end::tray::{Entry, Shown, Tray};
use end_to_end::window::{Appearance, Window};
use serde_json::json;

fn ids(entries: &[Entry]) -> Vec<i32> {
    entries
        .iter()
        .flat_map(|entry| [vec![entry.id], ids(&entry.children)].concat())
        .collect()
}

fn test_id(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

#[tokio::test]
async fn no_entry_of_the_menu_changes_its_id_whatever_happens() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    let before = demo.tray.read().await?;
    let signed_in = demo.sign_in().await?;
    assert_eq!(ids(&signed_in.menu), ids(&before.menu));
    assert_ne!(signed_in.icon, before.icon, "the state is in the icon");
    demo.tray.click(&["Do not disturb"]).await?;
    let busy = demo
        .tray
        .wait_until("the confirmation", |shown| {
            shown.tooltip.starts_with("Do not disturb until")
        })
        .await?;
    assert_eq!(ids(&busy.menu), ids(&before.menu));
    Ok(())
}

#[tokio::test]
async fn the_icon_outlives_its_panel() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.desk.restart_panel().await?;
    let tray = Tray::find(&demo.desk).await?;
    assert_eq!(tray.read().await?.tooltip_title, "Presence Tray");
    Ok(())
}

#[tokio::test]
async fn without_a_tray_the_window_opens_and_the_icon_comes_with_the_tray() -> Result<()> {
    let desk = Desk::builder().without_panel().start().await?;
    let mut resident = Resident::start(&desk, presence_tray(&desk, &["--demo"])?)?;
    picture::drawn_window(&desk, "presence-flyout").await?;
    assert!(resident.said().contains("No tray was found"), "{}", resident.said());
    let mut desk = desk;
    desk.restart_panel().await?;
    let tray = Tray::find(&desk).await?;
    tray.click(&["Quit"]).await?;
    assert_eq!(resident.ended().await?, Some(0));
    Ok(())
}

#[tokio::test]
async fn a_second_start_opens_the_window_of_the_first() -> Result<()> {
    let demo = Demo::start(Desk::start().await?).await?;
    let second = run(presence_tray(&demo.desk, &["--demo"])?).await?;
    assert_eq!(
        (second.code, second.stdout.as_str(), second.stderr.as_str()),
        (0, "", "")
    );
    picture::drawn_window(&demo.desk, "presence-flyout").await?;
    Ok(())
}

#[tokio::test]
async fn the_window_sets_presence_and_location_and_shows_hostile_text_as_text() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;
    let simulated = Simulated::of_demo(&demo.desk)?;
    let program = executable(PRESENCE_FLYOUT)?;
    let window = Window::open(&demo.desk, &program, &["--demo"], Appearance::Light).await?;
    window.shows("Available").await?;

    window.click(&format!("label:has({})", test_id("length-30m"))).await?;
    window
        .click(&format!("label:has({})", test_id("presence-be-right-back")))
        .await?;
    window.shows("Be right back until").await?;
    window
        .click(&format!("label:has({})", test_id("location-remote")))
        .await?;
    let hostile = "<img src=x onerror=alert(1)>\u{202e}abc";
    window.write(&test_id("message"), hostile).await?;
    window.click(&test_id("message-set")).await?;
    within("the message at the service", async {
        while simulated.person().await?["status_message"]["content"] != hostile {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    })
    .await?;

    let person = simulated.person().await?;
    assert_eq!(person["preferred"]["availability"], "BeRightBack");
    assert_eq!(person["location"]["manual"]["workLocationType"], "remote");
    let images = window.client().find_all(fantoccini::Locator::Css("img")).await?;
    assert!(images.is_empty(), "markup was followed");
    window.close().await
}

#[tokio::test]
async fn start_at_login_is_switched_from_the_menu() -> Result<()> {
    let desk = Desk::start().await?;
    let _tenant = Tenant::start(&desk).await?;
    let _resident = Resident::start(&desk, presence_tray(&desk, &["--background"])?)?;
    let tray = Tray::find(&desk).await?;
    let entry = desk
        .config_folder()
        .join("autostart/org.presencetray.PresenceTray.desktop");
    assert!(!entry.exists(), "off until asked for");

    let is = |on: bool| {
        move |shown: &Shown| {
            shown
                .entry(&["Start at login"])
                .is_ok_and(|entry| entry.checked == Some(on))
        }
    };
    tray.click(&["Start at login"]).await?;
    tray.wait_until("the mark", is(true)).await?;
    let text = std::fs::read_to_string(&entry)?;
    let program = executable("presence-tray")?;
    let start = text.lines().find(|line| line.starts_with("Exec=")).context("no Exec")?;
    assert!(
        start.contains(&*program.to_string_lossy()) && start.contains("--background"),
        "{start}"
    );

    tray.click(&["Start at login"]).await?;
    tray.wait_until("no mark", is(false)).await?;
    assert!(!entry.exists());
    Ok(())
}

#[tokio::test]
async fn the_shortcut_of_the_settings_opens_the_window() -> Result<()> {
    let desk = Desk::start().await?;
    let tenant = Tenant::start(&desk).await?;
    tenant.settings(
        &desk,
        &(tenant.good_settings() + "[shortcuts]\nopen = \"Ctrl+Alt+P\"\n"),
    )?;
    let _resident = Resident::start(&desk, presence_tray(&desk, &["--background"])?)?;
    // The resident listens for the keys before it puts its icon into the tray.
    Tray::find(&desk).await?;
    picture::key(&desk, "ctrl+alt+p").await?;
    picture::drawn_window(&desk, "presence-flyout").await?;
    Ok(())
}

#[tokio::test]
async fn a_sign_in_that_died_is_told_by_icon_and_notification_whose_button_signs_in() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;
    let simulated = Simulated::of_demo(&demo.desk)?;
    simulated
        .post(
            "revoke",
            &json!({"oid": simulated.oid, "access": true, "refresh": true}),
        )
        .await?;
    let status = run(presence_tray(&demo.desk, &["--demo", "set", "busy"])?).await?;
    assert_eq!(status.code, 3, "{}", status.stderr);
    demo.tray
        .wait_until("the icon of nobody", |shown| shown.tooltip.starts_with("Not signed in"))
        .await?;
    demo.desk.notifications_shown(1).await?;

    let mut press = demo.desk.command("dunstctl");
    press.arg("action");
    assert_eq!(run(press).await?.code, 0);
    let address = demo.opener.address().await?;
    assert!(address.contains("/oauth2/v2.0/authorize"), "{address}");
    Ok(())
}
