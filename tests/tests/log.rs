//! What is left behind of what happened: the log, and how the program comes back from its own death.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use end_to_end::Desk;
use end_to_end::deadline::within;
use end_to_end::product::{Resident, presence_tray, run};
use end_to_end::tenant::Tenant;
use end_to_end::watching::Watching;
use serde_json::Value;

async fn desk() -> Result<Desk> {
    Desk::builder().without_display().start().await
}

fn log_folder(desk: &Desk) -> PathBuf {
    desk.state_folder().join("presence-tray/log")
}

fn log(desk: &Desk) -> String {
    fs::read_to_string(log_folder(desk).join("presence-tray.log")).unwrap_or_default()
}

/// Waits until the log has `count` lines with this in them: nothing outside of the process tells when it writes.
async fn logged(desk: &Desk, what: &str, count: usize) -> Result<()> {
    within(what, async {
        while log(desk).lines().filter(|line| line.contains(what)).count() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    })
    .await
}

async fn signal(resident: &Resident, name: &str) -> Result<()> {
    let process = resident.process_id().context("it has ended")?.to_string();
    let told = tokio::process::Command::new("kill")
        .args([name, &process])
        .status()
        .await?;
    ensure!(told.success(), "kill ended with {told}");
    Ok(())
}

/// What `doctor` finds of one thing: its state, and what it says.
async fn found(tenant: &Tenant, desk: &Desk, check: &str) -> Result<Option<(String, String)>> {
    let ended = tenant.run(desk, &["doctor", "--json"]).await?;
    let report: Value = serde_json::from_str(&ended.stdout).with_context(|| ended.stdout.clone())?;
    let checks = report["checks"].as_array().context("no checks")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found = checks.iter().find(|finding| finding["check"] == check);
    Ok(found.map(|finding| (text(&finding["state"]), text(&finding["message"]))))
}

#[tokio::test]
async fn the_log_says_what_happened_and_names_nobody() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.settings(&desk, &format!("{}[log]\nlevel = \"trace\"\n", tenant.good_settings()))?;
    let mut resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    tenant.signed_in(&desk).await?;
    tenant
        .done(&desk, &["message", "Interview with the competition"])
        .await?;
    tenant.done(&desk, &["set", "busy", "--for", "1h"]).await?;
    let mut lookup = desk.command("secret-tool");
    lookup.args(["lookup", "service", "org.presencetray.PresenceTray"]);
    let kept = run(lookup).await?.stdout;
    let token = kept.get(1..40).context("a format version and a token")?;
    tenant.done(&desk, &["quit"]).await?;
    assert_eq!(resident.ended().await?, Some(0));

    let log = log(&desk);
    for told in [
        "the resident starts",
        "signed_in=true",
        "Graph answered",
        "the resident ends",
    ] {
        assert!(log.contains(told), "{told} is not in: {log}");
    }
    let simulated = &tenant.simulated;
    let home = desk.home().display().to_string();
    for secret in [
        token,
        "Megan",
        "competition",
        &simulated.user,
        &simulated.oid,
        &simulated.tenant,
        &simulated.client_id,
        &home,
    ] {
        assert!(!log.contains(secret), "{secret} is in: {log}");
    }
    let mode = |path: &Path| Ok::<_, std::io::Error>(fs::metadata(path)?.permissions().mode() & 0o777);
    let folder = log_folder(&desk);
    assert_eq!(
        (mode(&folder)?, mode(&folder.join("presence-tray.log"))?),
        (0o700, 0o600)
    );
    let (state, message) = found(&tenant, &desk, "log").await?.context("doctor knows of it")?;
    assert_eq!(state, "ok");
    assert!(
        message.contains("presence-tray/log") && message.contains("kB"),
        "{message}"
    );
    Ok(())
}

#[tokio::test]
async fn without_a_place_for_a_log_the_program_works_and_doctor_says_so() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    fs::create_dir_all(desk.state_folder().join("presence-tray"))?;
    fs::write(log_folder(&desk), "a file where the folder would be")?;
    let mut resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    assert_eq!(found(&tenant, &desk, "log").await?.context("a finding")?.0, "warn");
    tenant.done(&desk, &["quit"]).await?;
    assert_eq!(resident.ended().await?, Some(0));
    assert!(resident.said().contains("no log is kept"), "{}", resident.said());

    fs::remove_file(log_folder(&desk))?;
    let mut demo = Resident::start(&desk, presence_tray(&desk, &["--demo", "--background"])?)?;
    within("the demonstration", async {
        // As in `Resident::listens`.
        while !listens(&desk, "demo") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    })
    .await?;
    assert_eq!(run(presence_tray(&desk, &["--demo", "quit"])?).await?.code, 0);
    assert_eq!(demo.ended().await?, Some(0));
    assert!(!log_folder(&desk).exists(), "the demonstration leaves nothing behind");
    Ok(())
}

fn listens(desk: &Desk, who: &str) -> bool {
    let socket = desk.runtime_folder().join(format!("presence-tray/{who}.sock"));
    UnixStream::connect(socket).is_ok()
}

/// In a build for tests SIGUSR1 makes a thread of the resident panic.
#[tokio::test]
async fn a_resident_that_panics_starts_again_once_and_says_so() -> Result<()> {
    let desk = Desk::builder().without_panel().start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    let mut resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    tenant.signed_in(&desk).await?;
    tenant.done(&desk, &["set", "busy"]).await?;
    assert_eq!(found(&tenant, &desk, "last-run").await?, None);
    let mut watch = Watching::start(tenant.command(&desk, &["watch", "--json"])?)?;
    watch.until("a snapshot at once", |_| true).await?;

    signal(&resident, "-USR1").await?;
    logged(&desk, "the resident starts", 2).await?;
    desk.notifications_shown(1).await?;
    // Whoever watched goes on watching, and what was set is still known.
    watch
        .until("the resident that started again", |snapshot| {
            snapshot["signed_in"] == true && snapshot["asked"]["presence"]["value"] == "busy"
        })
        .await?;
    let (state, message) = found(&tenant, &desk, "last-run").await?.context("doctor knows of it")?;
    assert_eq!(state, "warn", "{message}");
    let log = log(&desk);
    assert!(log.contains("panicked at") && log.contains("told to"), "{log}");

    signal(&resident, "-USR1").await?;
    assert_eq!(resident.ended().await?, Some(1), "not again: {}", resident.said());
    assert!(
        resident.said().contains("it is not started again"),
        "{}",
        resident.said()
    );
    assert!(!watch.ended().await?, "nobody came back");
    Ok(())
}

#[tokio::test]
async fn a_resident_that_was_killed_is_told_of_until_one_ends_as_it_should() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    let mut killed = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    killed.listens(&desk).await?;
    // It listens before it is whole. Once it has answered, it is.
    tenant.run(&desk, &["status"]).await?;
    signal(&killed, "-KILL").await?;
    assert_eq!(killed.ended().await?, None, "no exit code");
    let (state, _) = found(&tenant, &desk, "last-run").await?.context("doctor knows of it")?;
    assert_eq!(state, "warn");

    let mut next = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    next.listens(&desk).await?;
    assert!(found(&tenant, &desk, "last-run").await?.is_some());
    logged(&desk, "ended unexpectedly", 1).await?;
    tenant.done(&desk, &["quit"]).await?;
    assert_eq!(next.ended().await?, Some(0));
    assert_eq!(found(&tenant, &desk, "last-run").await?, None);
    Ok(())
}

#[tokio::test]
async fn quit_is_done_where_nobody_runs_and_does_not_wait_for_one_that_hangs() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    tenant.done(&desk, &["quit"]).await?;

    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    signal(&resident, "-STOP").await?;
    let ended = tenant.run(&desk, &["quit"]).await?;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("does not answer"), "{}", ended.stderr);
    signal(&resident, "-CONT").await?;
    // Where it has hung up, it is gone.
    tenant.done(&desk, &["quit"]).await?;
    assert!(!listens(&desk, "control"));
    Ok(())
}
