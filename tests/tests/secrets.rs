//! A token lives in memory and in the keychain, nowhere else: looked for after a day's use, wherever this program could have left one.

use std::fs;

use anyhow::{Context, Result};
use end_to_end::Desk;
use end_to_end::product::{Resident, run};
use end_to_end::tenant::Tenant;
use serde_json::json;

/// How the simulator's access and refresh tokens begin, and enough of the rest not to be something else.
const TOKENS: &str = r"(EwB|1\.A)[A-Za-z0-9_-]{60}";

/// The files below the session's folder that match.
async fn files_with_tokens(desk: &Desk) -> Result<String> {
    let mut search = desk.command("grep");
    search
        .args([
            "--recursive",
            "--text",
            "--files-with-matches",
            "--extended-regexp",
            "--",
            TOKENS,
        ])
        .arg(desk.folder());
    Ok(run(search).await?.stdout)
}

#[tokio::test]
async fn after_a_days_use_no_token_is_in_any_file_log_output_or_command_line() -> Result<()> {
    let desk = Desk::builder().without_display().start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    // As talkative as it gets.
    let mut command = tenant.command(&desk, &["--background"])?;
    command.env("RUST_LOG", "trace");
    let resident = Resident::start(&desk, command)?;
    resident.listens(&desk).await?;
    let mut printed = tenant.sign_in(&desk).await?.stdout;

    let hour = |hour: usize| [&["set", "busy", "--for", "30m"][..], &["reset"]][hour % 2];
    let forget = json!({"oid": tenant.simulated.oid, "access": true});
    for number in 0..24 {
        // The access token is over: a new one, and a new refresh token with it, each hour.
        tenant.simulated.post("revoke", &forget).await?;
        for arguments in [
            hour(number),
            &["message", "On site", "--for", "1h"],
            &["status", "--json"],
        ] {
            let mut command = tenant.command(&desk, arguments)?;
            command.env("RUST_LOG", "trace");
            let ended = run(command).await?;
            assert_eq!(ended.code, 0, "{}", ended.stderr);
            printed.push_str(&ended.stdout);
            printed.push_str(&ended.stderr);
        }
    }
    printed.push_str(&tenant.done(&desk, &["doctor", "--json"]).await?);

    let refreshes = tenant.simulated.requests().await?;
    let refreshes = refreshes
        .iter()
        .filter(|request| request["path"].as_str().is_some_and(|path| path.ends_with("/token")));
    assert!(refreshes.count() > 24, "tokens were made");
    assert_eq!(files_with_tokens(&desk).await?, "");
    let process = resident.process_id().context("it runs")?;
    for part in ["cmdline", "environ"] {
        printed.push_str(&String::from_utf8_lossy(&fs::read(format!("/proc/{process}/{part}"))?));
    }
    printed.push_str(&resident.said());
    assert!(printed.len() > 10_000, "there is something to look through");
    fs::write(desk.folder().join("everything"), &printed)?;
    assert_eq!(files_with_tokens(&desk).await?, "");

    // The search finds what is there.
    let bait = format!("EwB{}", "x".repeat(60));
    fs::write(desk.folder().join("everything"), bait)?;
    assert!(files_with_tokens(&desk).await?.contains("everything"));
    Ok(())
}
