//! Whoever lives in the tray menu needs no window: every entry is clicked, and what came of it is read back from the service.

use anyhow::{Context, Result, ensure};
use end_to_end::Desk;
use end_to_end::demo::Demo;
use end_to_end::picture;
use end_to_end::tray::{Entry, Shown};
use serde_json::{Value, json};

/// The labels of entries that lead somewhere, and the paths to them.
fn leaves(entries: &[Entry], above: &[&str]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.label.is_empty()) {
        let path = [above, &[entry.label.as_str()]].concat();
        if entry.children.is_empty() {
            found.push(path.iter().map(ToString::to_string).collect());
        } else {
            found.extend(leaves(&entry.children, &path));
        }
    }
    found
}

fn preferred(person: &Value) -> &Value {
    &person["preferred"]["availability"]
}

fn message(person: &Value) -> &Value {
    &person["status_message"]["content"]
}

fn has_own_session(person: &Value) -> bool {
    let sessions = person["sessions"].as_array().into_iter().flatten();
    sessions.into_iter().any(|session| session["reporter"] == "application")
}

fn is_checked(shown: &Shown, path: &[&str]) -> bool {
    shown.entry(path).is_ok_and(|entry| entry.checked == Some(true))
}

#[tokio::test]
async fn every_presence_of_the_menu_arrives_and_carries_the_only_mark() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;
    let presences = [
        ("Busy", "Busy"),
        ("Do not disturb", "DoNotDisturb"),
        ("Be right back", "BeRightBack"),
        ("Appear away", "Away"),
        ("Appear offline", "Offline"),
        ("Available", "Available"),
    ];
    for (label, availability) in presences {
        demo.tray.click(&[label]).await?;
        demo.person(label, |person| preferred(person) == availability).await?;
        let shown = demo
            .tray
            .wait_until("its mark", |shown| is_checked(shown, &[label]))
            .await?;
        let marked = presences.iter().filter(|(label, _)| is_checked(&shown, &[label]));
        ensure!(marked.count() == 1, "{label}:\n{shown}");
    }
    demo.tray.click(&["Reset to automatic"]).await?;
    demo.person("nothing preferred", |person| person["preferred"].is_null())
        .await?;
    demo.tray
        .wait_until("no mark", |shown| !is_checked(shown, &["Available"]))
        .await?;
    Ok(())
}

#[tokio::test]
async fn what_is_set_for_a_while_can_be_ended_and_what_it_covered_comes_back() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;
    for (length, label, availability) in [
        ("2 hours", "Do not disturb", "DoNotDisturb"),
        ("30 minutes", "Busy", "Busy"),
    ] {
        demo.tray.click(&[length]).await?;
        demo.tray
            .wait_until("the length", |shown| is_checked(shown, &[length]))
            .await?;
        demo.tray.click(&[label]).await?;
        demo.person(label, |person| preferred(person) == availability).await?;
        demo.tray
            .wait_until("the end", |shown| shown.tooltip.starts_with(&format!("{label} until")))
            .await?;
    }
    demo.tray.click(&["End now, back to what was before"]).await?;
    demo.person("what was covered", |person| preferred(person) == "DoNotDisturb")
        .await?;
    demo.tray
        .wait_until("it shown", |shown| shown.tooltip.starts_with("Do not disturb until"))
        .await?;
    demo.tray.click(&["End now, back to what was before"]).await?;
    demo.person("nothing preferred", |person| person["preferred"].is_null())
        .await?;
    Ok(())
}

#[tokio::test]
async fn presets_messages_and_locations_are_set_and_cleared() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;

    demo.tray.click(&["Presets", "Lunch"]).await?;
    let at_lunch = demo
        .person("the preset", |person| {
            preferred(person) == "BeRightBack" && message(person) == "At lunch"
        })
        .await?;
    ensure!(!at_lunch["status_message"]["expires"].is_null(), "{at_lunch}");

    let shown = demo.tray.read().await?;
    let slots = shown.entry(&["Status message"])?.children.clone();
    for slot in slots.iter().take_while(|slot| !slot.label.is_empty()) {
        demo.tray.click(&["Status message", &slot.label]).await?;
        demo.person(&slot.label, |person| message(person) == slot.label.as_str())
            .await?;
    }
    demo.tray.click(&["Clear message"]).await?;
    demo.person("no message", |person| person["status_message"].is_null())
        .await?;

    let shown = demo.tray.read().await?;
    let places = shown.entry(&["Work location"])?.children.clone();
    for place in places.iter().filter(|place| !place.label.is_empty()) {
        demo.tray.click(&["Work location", &place.label]).await?;
        demo.tray
            .wait_until(&place.label, |shown| {
                place.checked.is_none() || is_checked(shown, &["Work location", &place.label])
            })
            .await?;
        let clears = place.checked.is_none();
        demo.person(&place.label, |person| person["location"]["manual"].is_null() == clears)
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_switches_of_the_menu_switch_and_signing_out_leaves_nobody() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;
    demo.tray.click(&["Stay visible without Teams"]).await?;
    demo.person("a session of our own", |person| {
        person["sessions"]
            .as_array()
            .is_some_and(|sessions| !sessions.is_empty())
    })
    .await?;
    demo.tray
        .wait_until("the mark", |shown| is_checked(shown, &["Stay visible without Teams"]))
        .await?;
    demo.tray.click(&["Stay visible without Teams"]).await?;
    demo.person("no session of our own", |person| !has_own_session(person))
        .await?;

    let name = demo.person("a name", |person| person["name"].is_string()).await?["name"].to_string();
    demo.tray
        .click(&[&format!("Sign out {}", name.trim_matches('"'))])
        .await?;
    let out = demo
        .tray
        .wait_until("nobody", |shown| shown.tooltip.starts_with("Not signed in"))
        .await?;
    for label in ["Busy", "Reset to automatic", "Clear message", "Office"] {
        ensure!(!out.entry(&[label])?.enabled, "{label} can be chosen:\n{out}");
    }
    Ok(())
}

/// Those that open the window, and where in it.
#[tokio::test]
async fn entries_of_the_menu_open_the_window_and_quit_ends_the_program() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    let shown = demo.tray.read().await?;
    let headline = shown.menu.first().context("a first entry")?.label.clone();
    ensure!(headline == "Not signed in", "{headline}");
    demo.tray.click(&["Settings…"]).await?;
    picture::drawn_window(&demo.desk, "presence-flyout").await?;
    let paths = leaves(&shown.menu, &[]);
    for label in [
        "Open Presence Tray",
        "Keyboard shortcuts…",
        "Write a message…",
        "Edit presets…",
    ] {
        ensure!(
            paths.iter().any(|path| path.last().is_some_and(|leaf| leaf == label)),
            "{label}"
        );
        demo.tray.click(&[label]).await?;
    }
    demo.tray.click(&["Quit"]).await?;
    ensure!(demo.resident.ended().await? == Some(0));
    Ok(())
}

#[tokio::test]
async fn a_person_who_chooses_in_teams_is_shown_and_never_overwritten() -> Result<()> {
    let mut demo = Demo::start(Desk::start().await?).await?;
    demo.sign_in().await?;
    let simulated = end_to_end::simulated::Simulated::of_demo(&demo.desk)?;
    let chosen =
        json!({"oid": simulated.oid, "preferred": {"availability": "DoNotDisturb", "activity": "DoNotDisturb"}});
    simulated.post("person", &chosen).await?;
    // Opening the window asks at once.
    demo.tray.click(&["Open Presence Tray"]).await?;
    demo.tray
        .wait_until("what was chosen elsewhere", |shown| {
            shown.tooltip.starts_with("Do not disturb")
        })
        .await?;
    Ok(())
}
