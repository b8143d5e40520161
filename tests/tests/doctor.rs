//! `presence-tray doctor` in a healthy world, in broken ones, and as a guide past an administrator.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use end_to_end::Desk;
use end_to_end::product::{Ended, Resident, run};
use end_to_end::tenant::Tenant;
use serde_json::{Value, json};

async fn desk() -> Result<Desk> {
    Desk::builder().without_display().start().await
}

/// The findings by name, each as state and code.
fn findings(ended: &Ended) -> Result<Vec<(String, String, Option<String>)>> {
    let report: Value = serde_json::from_str(&ended.stdout).with_context(|| ended.stdout.clone())?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let checks = report["checks"].as_array().context("no checks")?;
    checks
        .iter()
        .map(|check| {
            let state = text(&check["state"]).context("a state")?;
            assert!(
                text(&check["message"]).is_some_and(|message| !message.contains("doctor.")),
                "{check}"
            );
            assert_eq!(
                state == "ok",
                check["advice"].is_null(),
                "what is not well has advice: {check}"
            );
            Ok((text(&check["check"]).context("a name")?, state, text(&check["code"])))
        })
        .collect()
}

#[tokio::test]
async fn in_a_healthy_world_all_is_well_and_nothing_personal_is_said() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.signed_in(&desk).await?;
    let mut lookup = desk.command("secret-tool");
    lookup.args(["lookup", "service", "org.presencetray.PresenceTray"]);
    let kept = run(lookup).await?.stdout;
    let token = kept.get(1..).context("a format version and a token")?.trim().to_owned();

    let mut resident = None;
    for running in [false, true] {
        if running {
            let started = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
            started.listens(&desk).await?;
            resident = Some(started);
        }
        let ended = tenant.run(&desk, &["doctor", "--json"]).await?;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
        let found = findings(&ended)?;
        assert!(found.iter().all(|(_, state, _)| state == "ok"), "{found:?}");
        for check in [
            "program",
            "files",
            "settings",
            "registration",
            "keychain",
            "sign-in-service",
            "graph",
            "clock",
            "resident",
            "account",
            "permissions",
            "presence",
            "session-bus",
            "start-at-login",
            "state",
            "proxy",
        ] {
            assert!(found.iter().any(|(name, ..)| name == check), "{check}: {found:?}");
        }
        let mut german = tenant.command(&desk, &["doctor"])?;
        german.env("LC_ALL", "de_DE.UTF-8");
        let german = run(german).await?;
        assert!(
            german.stdout.contains("Die Präsenz wurde gelesen."),
            "{}",
            german.stdout
        );
        for said in [ended.stdout, tenant.done(&desk, &["doctor"]).await?, german.stdout] {
            let simulated = &tenant.simulated;
            let home = desk.home().display().to_string();
            for secret in [
                token.as_str(),
                "Megan",
                &simulated.user,
                &simulated.oid,
                &simulated.tenant,
                &simulated.client_id,
                &home,
            ] {
                assert!(!said.contains(secret), "{secret} is in: {said}");
            }
        }
    }
    drop(resident);
    Ok(())
}

#[tokio::test]
async fn in_a_broken_world_it_says_what_is_broken_and_never_hangs() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.signed_in(&desk).await?;
    let good = tenant.good_settings();
    // It takes every connection and never says a word.
    let mute = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address =
        |listener: &std::net::TcpListener| Ok::<_, std::io::Error>(format!("http://{}", listener.local_addr()?));
    let gone = address(&std::net::TcpListener::bind("127.0.0.1:0")?)?;
    let moved_to = |to: &str| {
        good.replace(&tenant.simulated.authority, to)
            .replace(&tenant.simulated.graph, to)
    };
    let state = desk.state_folder().join("presence-tray/state.json");
    let kept = fs::read_to_string(&state)?;
    let user = tenant.simulated.user.clone();
    let portal = json!({"status": 200, "body": "<h1>Hotel Wi-Fi</h1>", "times": 2});

    for (world, code, check, named) in [
        ("no client id", 2, "registration", "no-client-id"),
        ("wrong settings", 2, "settings", "settings"),
        ("no certificates", 2, "certificates", "settings"),
        ("nobody there", 5, "sign-in-service", "unreachable"),
        ("no answer", 5, "graph", "unreachable"),
        ("something else answers", 4, "graph", "nonsense"),
        ("damaged state", 3, "state", "state-damaged"),
        ("no session bus", 6, "keychain", "keychain-unavailable"),
    ] {
        tenant.settings(&desk, &good)?;
        let mut command = tenant.command(&desk, &["doctor", "--json"])?;
        match world {
            "no client id" => tenant.settings(&desk, &good.replace("client_id", "#"))?,
            // What is wrong is quoted, and here it is a name.
            "wrong settings" => tenant.settings(&desk, &format!("[account]\ntenant = \"{user}\"\n"))?,
            "no certificates" => tenant.settings(&desk, &format!("{good}[network]\nca_file = \"none.pem\"\n"))?,
            "nobody there" => tenant.settings(&desk, &moved_to(&gone))?,
            "no answer" => tenant.settings(&desk, &moved_to(&address(&mute)?))?,
            "something else answers" => tenant.simulated.weather(&portal).await?,
            "damaged state" => fs::write(&state, "{\"account\": ")?,
            _ => drop(command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")),
        }
        let began = Instant::now();
        let ended = run(command).await?;
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{world}: {:?}",
            began.elapsed()
        );
        assert_eq!(ended.code, code, "{world}: {}", ended.stdout);
        let said = [&*ended.stdout, &ended.stderr].concat();
        assert!(!said.contains(&user), "{world} names somebody: {said}");
        let found = findings(&ended)?;
        let broken = (check.to_owned(), "fail".to_owned(), Some(named.to_owned()));
        assert!(found.contains(&broken), "{world}: {found:?}");
        let error: Value = serde_json::from_str(&ended.stderr).with_context(|| ended.stderr.clone())?;
        assert!(error["error"]["advice"].is_string(), "{world}: {error}");
        if world == "wrong settings" {
            assert!(ended.stdout.contains("line 2"), "{}", ended.stdout);
        }
        if world == "damaged state" {
            assert!(
                fs::read_to_string(&state)?.starts_with("{\"account"),
                "looking changes nothing"
            );
            fs::write(&state, &kept)?;
        }
    }
    let ended = run(tenant.command(&desk, &["doctor"])?).await?;
    assert_eq!(ended.code, 0, "and all is well again: {}", ended.stdout);
    Ok(())
}

#[tokio::test]
async fn a_keychain_that_is_missing_is_a_failure_until_somebody_agreed_to_do_without() -> Result<()> {
    let desk = Desk::builder().without_display().without_keyring().start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    assert_eq!(tenant.run(&desk, &["doctor"]).await?.code, 6);
    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    let oid = tenant.simulated.oid.clone();
    let words = ["sign-in", "--session-only"];
    assert_eq!(tenant.sign_in_with(&desk, &words, &[("person", &oid)]).await?.code, 0);
    let ended = tenant.run(&desk, &["doctor", "--json"]).await?;
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    let keychain = findings(&ended)?.into_iter().find(|(name, ..)| name == "keychain");
    assert_eq!(keychain.map(|(_, state, _)| state).as_deref(), Some("warn"));
    Ok(())
}

#[tokio::test]
async fn whoever_is_held_up_by_it_gets_steps_a_script_a_link_and_a_mail() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    let recipe = tenant.done(&desk, &["doctor", "--recipe", "--device"]).await?;
    for part in [
        "http://localhost",
        "Mobile and desktop applications",
        "Presence.ReadWrite",
        "az ad app create",
        "public client flows",
        "/v2.0/adminconsent?",
    ] {
        assert!(recipe.contains(part), "{part}: {recipe}");
    }
    let how: Value = serde_json::from_str(&tenant.done(&desk, &["doctor", "--recipe", "--json"]).await?)?;
    assert_eq!(how["redirect_uri"], "http://localhost");
    assert_eq!(how["permissions"], json!(["Presence.Read", "Presence.ReadWrite"]));

    let mail = tenant
        .done(&desk, &["doctor", "--mail", "--explain", "AADSTS90094"])
        .await?;
    let link = how["admin_consent"].as_str().context("a link")?;
    for part in [link, &tenant.simulated.client_id, "AADSTS90094"] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    tenant.settings(&desk, "")?;
    assert_eq!(
        tenant.run(&desk, &["doctor", "--mail"]).await?.code,
        2,
        "there is nothing to approve yet"
    );
    assert!(
        tenant
            .done(&desk, &["doctor", "--recipe"])
            .await?
            .contains("az ad app create")
    );
    Ok(())
}
