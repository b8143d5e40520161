//! Signing in from the command line, in every way and with every end that the simulated Entra ID can make.

use anyhow::{Context, Result};
use end_to_end::Desk;
use end_to_end::forms::Forms;
use end_to_end::product::Resident;
use end_to_end::tenant::Tenant;
use serde_json::{Value, json};

async fn desk() -> Result<Desk> {
    Desk::builder().without_display().start().await
}

fn json(text: &str) -> Result<Value> {
    serde_json::from_str(text).with_context(|| format!("not JSON: {text:?}"))
}

/// As often as the specification allows, so that nobody waits for the next look.
async fn polled_quickly(tenant: &Tenant) -> Result<()> {
    let interval = json!({"device_code_interval": 1});
    tenant.simulated.post("application", &interval).await.map(drop)
}

#[tokio::test]
async fn a_code_signs_in_alone_and_at_a_resident() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    polled_quickly(&tenant).await?;
    let oid = tenant.simulated.oid.clone();

    let waiting = tenant.sign_in_by_code(&desk, &[]).await?;
    waiting.answer(&[("person", &oid)]).await?;
    let ended = waiting.ended().await?;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(json(&ended.stdout)?["username"], tenant.simulated.user.as_str());
    tenant.done(&desk, &["status"]).await?;
    tenant.done(&desk, &["sign-out"]).await?;

    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    let waiting = tenant.sign_in_by_code(&desk, &[]).await?;
    waiting.answer(&[("person", &oid)]).await?;
    assert_eq!(waiting.ended().await?.code, 0);
    let status = json(&tenant.done(&desk, &["status", "--json"]).await?)?;
    assert_eq!(
        (&status["signed_in"], &status["signing_in"]),
        (&json!(true), &Value::Null)
    );
    Ok(())
}

#[tokio::test]
async fn a_code_that_is_declined_expires_or_is_given_up_says_so() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    polled_quickly(&tenant).await?;
    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    for alone in [false, true] {
        if alone {
            tenant.done(&desk, &["quit"]).await?;
        } else {
            resident.listens(&desk).await?;
        }
        for (end, code, hint) in [
            ("declined", "sign-in-cancelled", "declined"),
            ("expired", "sign-in-timed-out", "The code expired"),
            ("interrupted", "sign-in-cancelled", "cancelled"),
        ] {
            let waiting = tenant.sign_in_by_code(&desk, &[]).await?;
            match end {
                "declined" => drop(waiting.answer(&[("cancel", "1")]).await?),
                "expired" => drop(tenant.simulated.post("clock", &json!({"advance": "PT16M"})).await?),
                _ => waiting.interrupt().await?,
            }
            let ended = waiting.ended().await?;
            let error = &json(&ended.stderr)?["error"];
            assert_eq!((ended.code, error["code"].as_str()), (3, Some(code)), "{end}: {error}");
            assert!(
                error["message"].as_str().is_some_and(|said| said.contains(hint)),
                "{end}: {error}"
            );
            let status = json(&tenant.run(&desk, &["status", "--json"]).await?.stdout)?;
            assert_eq!(
                (&status["signed_in"], &status["signing_in"]),
                (&json!(false), &Value::Null),
                "{end}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn without_a_keychain_a_sign_in_for_the_session_is_offered_and_kept_by_the_resident() -> Result<()> {
    let desk = Desk::builder().without_display().without_keyring().start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    let person = tenant.simulated.oid.clone();
    let person = [("person", person.as_str())];

    let ended = tenant.sign_in_with(&desk, &["sign-in"], &person).await?;
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(ended.stderr.contains("--session-only"), "{}", ended.stderr);
    let ended = tenant.run(&desk, &["sign-in", "--session-only"]).await?;
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "nobody would remember it");
    assert!(ended.stderr.contains("--background"), "{}", ended.stderr);

    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    let ended = tenant
        .sign_in_with(&desk, &["sign-in", "--session-only"], &person)
        .await?;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    tenant.done(&desk, &["status"]).await?;
    Ok(())
}

#[tokio::test]
async fn who_may_only_read_is_told_so_and_nothing_is_written() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    let oid = tenant.simulated.oid.clone();
    let ceiling = json!({"oid": oid, "permissions": ["Presence.Read"], "ceiling": ["Presence.Read"]});
    tenant.simulated.post("consent", &ceiling).await?;
    let answers = [("person", oid.as_str()), ("consent", "accept")];
    let ended = tenant.sign_in_with(&desk, &["sign-in"], &answers).await?;
    assert_eq!(ended.code, 0, "{}", ended.stderr);

    let said = tenant.done(&desk, &["status"]).await?;
    assert!(said.contains("Read only"), "{said}");
    assert_eq!(
        json(&tenant.done(&desk, &["status", "--json"]).await?)?["read_only"],
        true
    );
    let ended = tenant.run(&desk, &["set", "busy", "--json"]).await?;
    let error = &json(&ended.stderr)?["error"];
    assert_eq!((ended.code, error["code"].as_str()), (4, Some("read-only")));
    assert!(
        error["advice"]
            .as_str()
            .is_some_and(|advice| advice.contains("Sign in again")),
        "{error}"
    );
    assert_eq!(tenant.writes().await?, []);
    Ok(())
}

/// Where Entra says no, with which number, and what a person then reads.
const REFUSALS: &[(&str, u32, i32, &str, &str)] = &[
    ("callback", 65_004, 3, "You declined", "Start it again"),
    ("callback", 90_094, 4, "an administrator to approve", "doctor --mail"),
    ("callback", 90_095, 4, "its page can ask for that", "Ask for approval"),
    ("callback", 50_105, 4, "assigned", "assign you"),
    ("callback", 65_005, 4, "lacks a permission", "Presence.ReadWrite"),
    ("callback", 50_076, 4, "second factor", "Sign in again"),
    ("callback", 53_003, 4, "A policy of your organisation", "the ids"),
    ("callback", 53_000, 4, "devices in that it manages", "managed device"),
    ("callback", 530_032, 4, "security policy", "administrator"),
    ("callback", 50_020, 4, "does not belong", "work or school account"),
    ("code", 50_057, 4, "disabled", "administrator"),
    ("code", 700_016, 4, "client id is not known", "client_id and tenant"),
    ("code", 90_002, 4, "no such tenant", "tenant"),
    ("code", 50_194, 4, "one organisation alone", "tenant id"),
    (
        "code",
        7_000_218,
        4,
        "not one of a desktop app",
        "Mobile and desktop applications",
    ),
    ("code", 9_002_327, 4, "single-page", "Mobile and desktop applications"),
    ("code", 54_005, 4, "did not complete", "Try again"),
    ("code", 70_011, 4, "mistake of the program", "Report"),
    ("callback", 123_456, 4, "Microsoft refused the sign-in", "administrator"),
];

#[tokio::test]
async fn every_refusal_is_the_sentence_that_a_person_needs_with_ids_to_copy() -> Result<()> {
    let desk = desk().await?;
    let mut tenant = Tenant::start(&desk).await?;
    let oid = tenant.simulated.oid.clone();
    let person = [("person", oid.as_str())];
    for (at, number, code, message, advice) in REFUSALS {
        let refusal = json!({"at": at, "number": number, "times": 1});
        tenant.simulated.post("refusals", &refusal).await?;
        let ended = tenant.sign_in_with(&desk, &["sign-in", "--json"], &person).await?;
        // The first line is where to go.
        let error = json(ended.stderr.lines().last().unwrap_or_default())?["error"].clone();
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(ended.code, *code, "{number}: {error}");
        assert!(
            text("message").contains(message) && text("advice").contains(advice),
            "{number}: {error}"
        );
        if *code == 3 {
            // Whoever declined needs no administrator.
            continue;
        }
        assert!(
            text("message").contains(&format!("AADSTS{number}")),
            "{number}: {error}"
        );
        for id in ["trace_id", "correlation_id"] {
            assert_eq!(text(id).len(), 36, "{number}: {error}");
            assert!(
                !text("message").contains(&text(id)),
                "{number}: an id stands by itself: {error}"
            );
        }
    }

    tenant
        .simulated
        .post("refusals", &json!({"at": "callback", "number": 53003, "times": 1}))
        .await?;
    let ended = tenant.sign_in_with(&desk, &["sign-in"], &person).await?;
    let lines: Vec<_> = ended
        .stderr
        .lines()
        .map(|line| line.split(": ").next().unwrap_or_default())
        .collect();
    assert!(lines.ends_with(&["Correlation ID", "Trace ID"]), "{}", ended.stderr);
    Ok(())
}

#[tokio::test]
async fn what_stays_in_the_browser_is_explained_by_its_number() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    let base = format!("{}/organizations/oauth2/v2.0/authorize", tenant.simulated.authority);
    for (query, hint) in [
        ("client_id=unknown&redirect_uri=http://localhost", "client id"),
        (
            &*format!(
                "client_id={}&redirect_uri=http://elsewhere.example",
                tenant.simulated.client_id
            ),
            "http://localhost",
        ),
    ] {
        let page = Forms::new()?.answer(&format!("{base}?{query}"), &[]).await?;
        let said = tenant.done(&desk, &["doctor", "--explain", &page]).await?;
        assert!(said.contains(hint), "{said}");
    }
    let ended = tenant.run(&desk, &["doctor", "--explain", "it does not work"]).await?;
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("AADSTS50011"), "{}", ended.stderr);
    Ok(())
}

#[tokio::test]
async fn a_resident_that_starts_while_a_command_waits_for_a_person_takes_the_sign_in_over() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    polled_quickly(&tenant).await?;
    let mut waiting = tenant.sign_in_by_code(&desk, &[]).await?;
    let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
    resident.listens(&desk).await?;
    waiting.shows_another().await?;
    waiting.answer(&[("person", &tenant.simulated.oid)]).await?;
    let ended = waiting.ended().await?;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let status = json(&tenant.done(&desk, &["status", "--json"]).await?)?;
    assert_eq!(status["signed_in"], true, "the resident knows");
    tenant.done(&desk, &["quit"]).await?;
    tenant.done(&desk, &["status"]).await?;
    Ok(())
}
