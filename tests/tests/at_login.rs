//! Started with the desktop, whose parts come in any order; from wherever the program is by then.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, ensure};
use end_to_end::Desk;
use end_to_end::deadline::within;
use end_to_end::product::{Resident, executable, presence_tray};
use end_to_end::tenant::Tenant;
use end_to_end::tray::Tray;
use end_to_end::watching::Watching;

#[tokio::test]
async fn a_keyring_that_comes_after_the_program_is_used_once_it_is_there() -> Result<()> {
    let mut desk = Desk::start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.sign_in(&desk).await?;
    desk.stop_keyring().await?;

    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    let mut watch = Watching::start(tenant.command(&desk, &["watch", "--json"])?)?;
    let told = watch
        .until("the trouble with the keychain", |snapshot| {
            snapshot["problem"]["code"] == "keychain-unavailable"
        })
        .await?;
    ensure!(!told["problem"]["next_try"].is_null(), "it is tried again: {told}");

    desk.start_keyring().await?;
    watch
        .until("a presence that was read", |snapshot| {
            snapshot["presence"]["availability"] == "Available" && snapshot["problem"].is_null()
        })
        .await?;
    Ok(())
}

#[tokio::test]
async fn an_entry_of_before_the_program_was_moved_is_repaired_at_its_start() -> Result<()> {
    let desk = Desk::start().await?;
    let _tenant = Tenant::start(&desk).await?;
    let folder = desk.config_folder().join("autostart");
    fs::create_dir_all(&folder)?;
    let entry = folder.join("org.presencetray.PresenceTray.desktop");
    fs::write(
        &entry,
        "[Desktop Entry]\nType=Application\nName=Presence Tray\nExec=/old/place/presence-tray --background\n",
    )?;
    let _resident = Resident::start(&desk, presence_tray(&desk, &["--background"])?)?;
    Tray::find(&desk).await?;
    let text = fs::read_to_string(&entry)?;
    let exec = text.lines().find(|line| line.starts_with("Exec=")).context("no Exec")?;
    ensure!(
        exec.contains(&*executable("presence-tray")?.to_string_lossy()),
        "{exec}"
    );
    Ok(())
}

#[tokio::test]
async fn what_the_doctor_finds_opens_from_the_menu_and_names_nobody() -> Result<()> {
    let desk = Desk::start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.sign_in(&desk).await?;
    // Stands in for the desktop's own opener, which asks for a viewer that is not installed here.
    let (programs, shown) = (desk.folder().join("programs"), desk.folder().join("shown"));
    fs::create_dir_all(&programs)?;
    let opener = programs.join("xdg-open");
    fs::write(
        &opener,
        format!("#!/bin/sh\ncp \"$1\" {0}.part && mv {0}.part {0}\n", shown.display()),
    )?;
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755))?;

    let mut command = tenant.command(&desk, &["--background"])?;
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", programs.display()));
    let _resident = Resident::start(&desk, command)?;
    let tray = Tray::find(&desk).await?;
    tray.click(&["Check what works…"]).await?;
    let report = within("the report", async {
        loop {
            if let Ok(report) = fs::read_to_string(&shown) {
                return Ok(report);
            }
            // Nothing tells when a program of the desktop was run.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await?;
    ensure!(report.lines().count() > 5, "{report}");
    let user = &tenant.simulated.user;
    ensure!(!report.contains(user.as_str()) && !report.contains("Megan"), "{report}");
    Ok(())
}
