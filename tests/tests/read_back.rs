//! What is shown was read, what was asked is told apart from it, and why they differ is said: over the real executable and real HTTP.

use std::fs;

use anyhow::{Context, Result};
use end_to_end::Desk;
use end_to_end::product::Resident;
use end_to_end::tenant::Tenant;
use end_to_end::watching::Watching;
use serde_json::{Value, json};

/// Somebody who is signed in, with a resident that runs, and a watch on it.
struct Ground {
    desk: Desk,
    tenant: Tenant,
    resident: Resident,
    watch: Watching,
}

impl Ground {
    async fn start() -> Result<Self> {
        let desk = Desk::builder().without_display().start().await?;
        let mut tenant = Tenant::start(&desk).await?;
        tenant.sign_in(&desk).await?;
        let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
        resident.listens(&desk).await?;
        let mut watch = Watching::start(tenant.command(&desk, &["watch", "--json"])?)?;
        watch
            .until("a presence", |snapshot| {
                snapshot["presence"]["availability"] == "Available"
            })
            .await?;
        Ok(Self {
            desk,
            tenant,
            resident,
            watch,
        })
    }

    /// What happens to the person outside of the program.
    async fn person(&self, changes: Value) -> Result<()> {
        let mut body = changes;
        body["oid"] = self.tenant.simulated.oid.as_str().into();
        self.tenant.simulated.post("person", &body).await.map(drop)
    }

    async fn done(&self, arguments: &[&str]) -> Result<String> {
        self.tenant.done(&self.desk, arguments).await
    }
}

#[tokio::test]
async fn without_teams_what_was_set_shows_once_the_person_lets_the_program_keep_a_session() -> Result<()> {
    let mut ground = Ground::start().await?;
    ground.person(json!({"teams": null})).await?;
    ground.done(&["set", "busy", "--for", "1h"]).await?;
    let told = ground
        .watch
        .until("the reason", |snapshot| snapshot["why"]["kind"] == "settling")
        .await?;
    assert_eq!(told["asked"]["presence"]["state"], "pending");

    ground.done(&["keep-alive", "on"]).await?;
    let shown = ground
        .watch
        .until("what was asked to be shown", |snapshot| {
            snapshot["presence"]["availability"] == "Busy"
        })
        .await?;
    assert_eq!(
        (&shown["why"]["kind"], &shown["asked"]["presence"]["state"]),
        (&json!("asked"), &json!("confirmed"))
    );
    assert!(shown["keep_alive"]["until"].is_string(), "{shown}");
    let settings = fs::read_to_string(ground.desk.config_folder().join("presence-tray/settings.toml"))?;
    assert!(
        settings.contains("keep_alive = true") && settings.contains("client_id"),
        "{settings}"
    );

    let (action, body) = ground.tenant.writes().await?.last().cloned().context("a write")?;
    let client_id = &ground.tenant.simulated.client_id;
    let session =
        json!({"sessionId": client_id, "availability": "Away", "activity": "Away", "expirationDuration": "PT1H"});
    assert_eq!(
        (action.as_str(), serde_json::from_str::<Value>(&body)?),
        ("setPresence", session)
    );

    ground.done(&["quit"]).await?;
    assert_eq!(ground.resident.ended().await?, Some(0));
    let (action, body) = ground.tenant.writes().await?.last().cloned().context("a write")?;
    assert_eq!(
        (action.as_str(), serde_json::from_str::<Value>(&body)?),
        ("clearPresence", json!({"sessionId": client_id}))
    );
    Ok(())
}

#[tokio::test]
async fn what_is_chosen_in_teams_counts_and_what_could_not_be_sent_is_sent_later() -> Result<()> {
    let mut ground = Ground::start().await?;
    ground.done(&["set", "busy", "--for", "1h"]).await?;
    ground
        .watch
        .until("the confirmation", |snapshot| {
            snapshot["asked"]["presence"]["state"] == "confirmed"
        })
        .await?;
    ground
        .person(json!({"preferred": {"availability": "DoNotDisturb", "activity": "DoNotDisturb"}}))
        .await?;
    // Whoever opens the window looks at once; so does a command that reads.
    let told = ground
        .watch
        .until("the other choice", |snapshot| {
            snapshot["presence"]["availability"] == "DoNotDisturb"
        })
        .await?;
    assert_eq!(
        (&told["asked"]["presence"], &told["why"]["kind"]),
        (&Value::Null, &json!("overtaken"))
    );

    // A patient command tries four times.
    let path = "setStatusMessage";
    let rule = json!({"method": "POST", "path": format!("/v1.0/users/{}/presence/{path}", ground.tenant.simulated.oid), "times": 4, "status": 503});
    ground.tenant.simulated.weather(&rule).await?;
    let failed = ground.tenant.run(&ground.desk, &["message", "Back at four"]).await?;
    assert_eq!(failed.code, 5, "{}", failed.stderr);
    assert!(failed.stderr.contains("It is kept"), "{}", failed.stderr);
    let shown = ground
        .watch
        .until("the message", |snapshot| {
            snapshot["presence"]["statusMessage"]["message"]["content"] == "Back at four"
        })
        .await?;
    assert_eq!(shown["asked"]["message"]["state"], "confirmed");
    Ok(())
}

#[tokio::test]
async fn a_damaged_state_is_set_aside_and_that_is_said() -> Result<()> {
    let desk = Desk::builder().without_display().start().await?;
    let tenant = Tenant::start(&desk).await?;
    let state = desk.state_folder().join("presence-tray");
    fs::create_dir_all(&state)?;
    fs::write(state.join("state.json"), "{\"account\": {\"na")?;
    let status = tenant.run(&desk, &["status", "--json"]).await?;
    assert_eq!(status.code, 3, "nobody is signed in");
    let snapshot: Value = serde_json::from_str(&status.stdout)?;
    assert_eq!(snapshot["notices"][0]["code"], "state-damaged");
    assert_eq!(
        fs::read_to_string(state.join("state.damaged.json"))?,
        "{\"account\": {\"na"
    );
    Ok(())
}

#[tokio::test]
async fn alone_keep_alive_opens_a_session_for_as_long_as_graph_takes_and_closes_it() -> Result<()> {
    let desk = Desk::builder().without_display().start().await?;
    let mut tenant = Tenant::start(&desk).await?;
    tenant.sign_in(&desk).await?;
    let said = tenant.done(&desk, &["keep-alive", "on"]).await?;
    assert!(said.contains("You stay visible until"), "{said}");
    tenant.done(&desk, &["keep-alive", "off"]).await?;
    tenant.done(&desk, &["keep-alive", "off"]).await?;
    let written = tenant.writes().await?;
    let actions: Vec<_> = written.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(
        actions,
        ["setPresence", "clearPresence", "clearPresence"],
        "a missing session is as good as closed"
    );
    assert!(written[0].1.contains("PT4H"), "{}", written[0].1);
    Ok(())
}
