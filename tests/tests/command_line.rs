//! The contract that scripts rely on, over the real executable, a real keyring and real HTTP.

use std::fs::File;

use anyhow::{Context, Result};
use end_to_end::Desk;
use end_to_end::product::{PRESENCE_TRAY, Resident, executable, presence_tray, run};
use end_to_end::tenant::Tenant;
use end_to_end::watching::Watching;
use serde_json::{Value, json};

async fn desk() -> Result<Desk> {
    Desk::builder().without_display().start().await
}

fn json(text: &str) -> Result<Value> {
    serde_json::from_str(text).with_context(|| format!("not JSON: {text:?}"))
}

#[tokio::test]
async fn alone_a_command_does_its_one_job_with_the_token_from_the_keychain() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;

    let ended = tenant.sign_in(&desk).await?;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("Megan"), "{}", ended.stdout);

    let status = json(&tenant.done(&desk, &["status", "--json"]).await?)?;
    assert_eq!(status["signed_in"], true);
    assert_eq!(status["account"]["username"], tenant.simulated.user.as_str());
    assert_eq!(status["account"]["id"], tenant.simulated.oid.as_str());
    assert_eq!(status["presence"]["availability"], "Available");
    assert_eq!(status["problem"], Value::Null);
    assert!(
        status["read_at"].as_str().is_some_and(|at| at.ends_with('Z')),
        "{status}"
    );

    for arguments in [
        &["set", "do-not-disturb", "--for", "90m"][..],
        &["set", "offline"],
        &["reset"],
        &["message", "Back at four"],
        &["message", "--clear"],
        &["location", "time-off", "--automatic"],
        &["location", "--clear", "--automatic"],
        &["location", "remote"],
        &["location", "--clear"],
    ] {
        tenant.done(&desk, arguments).await?;
    }
    let written = tenant.writes().await?;
    let wanted = [
        (
            "setUserPreferredPresence",
            json!({"availability": "DoNotDisturb", "activity": "DoNotDisturb", "expirationDuration": "PT1H30M"}),
        ),
        (
            "setUserPreferredPresence",
            json!({"availability": "Offline", "activity": "OffWork"}),
        ),
        ("clearUserPreferredPresence", json!({})),
        (
            "setStatusMessage",
            json!({"statusMessage": {"message": {"content": "Back at four", "contentType": "text"}}}),
        ),
        (
            "setStatusMessage",
            json!({"statusMessage": {"message": {"content": "", "contentType": "text"}}}),
        ),
        ("setAutomaticLocation", json!({"workLocationType": "timeOff"})),
        ("clearAutomaticLocation", Value::Null),
        ("setManualLocation", json!({"workLocationType": "remote"})),
        ("clearLocation", Value::Null),
    ];
    assert_eq!(
        written.len(),
        wanted.len(),
        "one command is exactly one write: {written:?}"
    );
    for ((action, body), (wanted, fields)) in written.iter().zip(&wanted) {
        let body = if body.is_empty() { Value::Null } else { json(body)? };
        assert_eq!((action.as_str(), &body), (*wanted, fields));
    }

    let ended = tenant.run(&desk, &["sign-out"]).await?;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let ended = tenant.run(&desk, &["status", "--json"]).await?;
    assert_eq!(ended.code, 3);
    assert_eq!(json(&ended.stdout)?["signed_in"], false);
    assert_eq!(json(&ended.stderr)?["error"]["code"], "not-signed-in");
    Ok(())
}

#[tokio::test]
async fn what_was_asked_outlives_the_command_and_no_token_is_in_any_file() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.sign_in(&desk).await?;
    tenant.done(&desk, &["set", "busy"]).await?;

    let asked = &json(&tenant.done(&desk, &["status", "--json"]).await?)?["asked"]["presence"];
    assert_eq!(
        (&asked["value"], &asked["state"]),
        (&json!("busy"), &json!("confirmed"))
    );
    assert!(asked["until"].is_string(), "the service's own day is mirrored: {asked}");

    let mut lookup = desk.command("secret-tool");
    lookup.args(["lookup", "service", "org.presencetray.PresenceTray"]);
    let kept = run(lookup).await?.stdout;
    let token = kept.get(1..).context("a format version and a token")?.trim();
    assert!(token.len() > 20, "a refresh token is in the keyring");
    let mut search = desk.command("grep");
    search
        .args(["--recursive", "--files-with-matches", "--fixed-strings", "--", token])
        .arg(desk.folder());
    let found = run(search).await?;
    assert_eq!(found.stdout, "", "the token is in a file");
    Ok(())
}

#[tokio::test]
async fn trouble_has_its_exit_code_and_a_pause_that_is_asked_for_is_kept() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.sign_in(&desk).await?;
    let presence = "/v1.0/me/presence";

    tenant
        .simulated
        .weather(&json!({"path": presence, "status": 503, "times": 3}))
        .await?;
    tenant.done(&desk, &["status"]).await?;

    let weather = json!({"path": presence, "status": 429, "retry_after": "21", "times": 1});
    tenant.simulated.weather(&weather).await?;
    let ended = tenant.run(&desk, &["status", "--json"]).await?;
    assert_eq!(
        (ended.code, json(&ended.stderr)?["error"]["code"].as_str()),
        (5, Some("throttled"))
    );

    tenant
        .simulated
        .weather(&json!({"path": "/v1.0/", "status": 403, "times": 1}))
        .await?;
    let ended = tenant.run(&desk, &["set", "away", "--json"]).await?;
    assert_eq!(
        (ended.code, json(&ended.stderr)?["error"]["code"].as_str()),
        (4, Some("forbidden"))
    );
    assert_eq!(ended.stdout, "");

    // One 401 is answered by a refresh and one further call; the person notices nothing.
    tenant
        .simulated
        .weather(&json!({"path": presence, "status": 401, "times": 1}))
        .await?;
    tenant.done(&desk, &["status"]).await?;
    tenant
        .simulated
        .weather(&json!({"path": presence, "status": 401, "times": 2}))
        .await?;
    assert_eq!(tenant.run(&desk, &["status"]).await?.code, 3);
    Ok(())
}

#[tokio::test]
async fn a_resident_answers_over_the_socket_and_a_second_one_is_not_started() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    let mut resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    // It follows the resident once that listens; until then it would be a lone one.
    resident.listens(&desk).await?;
    let mut watch = Watching::start(tenant.command(&desk, &["watch", "--json"])?)?;
    watch
        .until("a snapshot at once", |snapshot| snapshot["signed_in"] == false)
        .await?;

    assert_eq!(tenant.sign_in(&desk).await?.code, 0);
    watch
        .until("the presence that was read", |snapshot| {
            snapshot["presence"]["availability"] == "Available"
        })
        .await?;
    tenant.done(&desk, &["set", "busy", "--for", "1h"]).await?;
    watch
        .until("the confirmation", |snapshot| {
            snapshot["asked"]["presence"]["state"] == "confirmed"
        })
        .await?;
    assert_eq!(tenant.writes().await?.len(), 1);

    let second = tenant.run(&desk, &["--background"]).await?;
    assert_eq!((second.code, second.stdout.as_str()), (0, ""));
    tenant.done(&desk, &["quit"]).await?;
    assert_eq!(resident.ended().await?, Some(0));
    assert!(watch.ended().await?);

    // The next one knows who is signed in, and reads with the token from the keychain.
    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    assert!(tenant.done(&desk, &["status"]).await?.starts_with("Busy until"));
    Ok(())
}

#[tokio::test]
async fn a_command_and_a_resident_that_start_together_lose_nothing_of_each_other() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.signed_in(&desk).await?;
    // Another process is at work: both wait for it.
    let lock = File::options()
        .write(true)
        .open(desk.state_folder().join("presence-tray/state.lock"))?;
    lock.lock()?;
    tenant.done(&desk, &["status"]).await?;
    let command = tokio::spawn(run(tenant.command(&desk, &["message", "Back at four"])?));
    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    assert!(tenant.writes().await?.is_empty());
    drop(lock);
    let ended = command.await??;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let status = json(&tenant.done(&desk, &["status", "--json"]).await?)?;
    assert_eq!(
        status["asked"]["message"]["value"], "Back at four",
        "the resident knows"
    );
    Ok(())
}

#[tokio::test]
async fn a_watch_ends_with_its_reader_and_a_resident_starts_where_one_is_leaving() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    let mut resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    let mut pipe = desk.command("sh");
    let program = executable(PRESENCE_TRAY)?;
    pipe.args(["-c", "\"$0\" watch | head -n 1"]).arg(program);
    assert_eq!(run(pipe).await?.stdout, "Not signed in\n");

    tenant.done(&desk, &["quit"]).await?;
    let _next = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    assert_eq!(resident.ended().await?, Some(0));
    resident.listens(&desk).await?;
    tenant.done(&desk, &["quit"]).await?;
    Ok(())
}

/// There is no event for a socket that appears; this looks again and again, as `control::wait_for` does.
#[tokio::test]
async fn bad_input_is_one_clear_sentence_and_nothing_is_half_done() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    let long = "x".repeat(281);
    for (arguments, code, hint) in [
        (&["set", "asleep"][..], 2, "be-right-back"),
        (&["set", "busy", "--for", "banana"], 2, "90m"),
        (&["set", "busy", "--for", "-5m"], 2, "90m"),
        (&["set", "busy", "--for", "0"], 2, "90m"),
        (&["set", "busy", "--for", "31d"], 2, "30 days"),
        (&["set", "busy", "--until", "00:00"], 2, "tomorrow"),
        (&["set", "busy", "--until", "2020-01-01T00:00:00Z"], 2, "tomorrow"),
        (&["set", "busy", "--for", "1h", "--until", "17:00"], 2, "--until"),
        (&["message", ""], 2, "--clear"),
        (&["message", long.as_str()], 2, "280"),
        (&["location", "moon"], 2, "time-off"),
        (&["location", "remote", "--place", "x"], 2, "office"),
        (&["dance"], 2, "dance"),
        (&["set", "busy"], 3, "sign-in"),
        (&["simulator", "--listen", "0.0.0.0:0"], 2, "loopback"),
    ] {
        let ended = tenant.run(&desk, arguments).await?;
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(hint), "{arguments:?}: {}", ended.stderr);
        assert_eq!(
            ended.stderr.trim_end().lines().count(),
            2,
            "{arguments:?}: {}",
            ended.stderr
        );
        assert_eq!(ended.stdout, "", "{arguments:?}");
        let mut with_json = arguments.to_vec();
        with_json.push("--json");
        let ended = tenant.run(&desk, &with_json).await?;
        let error = &json(&ended.stderr)?["error"];
        assert_eq!(ended.code, code, "{with_json:?}");
        for field in ["code", "message", "advice"] {
            assert!(
                error[field].as_str().is_some_and(|text| !text.is_empty()),
                "{with_json:?}: {error}"
            );
        }
    }
    let taken = tenant.simulated.graph.replace("http://", "");
    let ended = tenant.run(&desk, &["simulator", "--listen", &taken]).await?;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains(&taken), "{}", ended.stderr);
    assert_eq!(
        tenant.simulated.requests().await?.len(),
        0,
        "nothing was asked of the service"
    );
    Ok(())
}

#[tokio::test]
async fn settings_are_warned_about_or_refused_with_the_line_and_the_fix() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    tenant.settings(&desk, &tenant.good_settings().replacen('\n', "\ncolour = \"red\"\n", 1))?;
    let ended = tenant.run(&desk, &["status"]).await?;
    assert_eq!(ended.code, 3, "an unknown key does not stop it");
    assert!(
        ended.stderr.contains("line 2") && ended.stderr.contains("colour"),
        "{}",
        ended.stderr
    );

    for (text, hint) in [
        ("[account]\nclient_id = 7\n", "line 2"),
        ("[account]\ncloud = \"moon\"\n", "us-gov-high"),
        (
            "[account]\ncloud = \"custom\"\n[account.endpoints]\nauthority = \"http://example.com\"\n",
            "https",
        ),
    ] {
        tenant.settings(&desk, text)?;
        let ended = tenant.run(&desk, &["status"]).await?;
        assert_eq!(ended.code, 2, "{text}");
        assert!(ended.stderr.contains(hint), "{text}: {}", ended.stderr);
    }

    tenant.settings(&desk, "")?;
    let ended = tenant.run(&desk, &["sign-in"]).await?;
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("client_id") && ended.stderr.contains("settings.toml"),
        "{}",
        ended.stderr
    );
    Ok(())
}

#[tokio::test]
async fn without_a_keychain_nobody_is_signed_in_by_halves() -> Result<()> {
    let desk = Desk::builder().without_display().without_keyring().start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    let ended = tenant.sign_in(&desk).await?;
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(ended.stderr.contains("keychain"), "{}", ended.stderr);
    assert_eq!(
        tenant.run(&desk, &["status"]).await?.code,
        3,
        "no account without its token"
    );
    Ok(())
}

#[tokio::test]
async fn a_demonstration_of_one_command_starts_signed_out_and_leaves_nothing_behind() -> Result<()> {
    let desk = desk().await?;
    let ended = run(presence_tray(&desk, &["--demo", "status", "--json"])?).await?;
    assert_eq!(ended.code, 3);
    let status = json(&ended.stdout)?;
    assert_eq!((&status["signed_in"], &status["demo"]), (&json!(false), &json!(true)));
    assert!(!desk.config_folder().join("presence-tray").exists());
    assert!(!desk.state_folder().join("presence-tray").exists());
    Ok(())
}
