//! Microsoft's own clients against the simulator: MSAL Python signs in, msgraph-sdk (Python) does every presence operation.
//!
//! They insist on https, so each scenario puts a TLS front with a throw-away certificate before the simulator (`front.py`). Their Python
//! environment is in the target folder; `cargo xtask setup` and `cargo xtask test` make it of `requirements.txt`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use simulator::Simulator;
use tokio::process::Command;

/// A script takes a few seconds; one with a browser on a busy machine takes longer.
const PATIENCE: Duration = Duration::from_secs(180);

/// Runs scenarios of a script, one after the other in one process, each against a simulator of its own.
async fn run(script: &str, scenarios: &[&str]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let python = target.join(if cfg!(windows) {
        "python/Scripts/python.exe"
    } else {
        "python/bin/python"
    });
    assert!(
        python.exists(),
        "there is no Python environment in {}: `cargo xtask setup` makes it",
        target.display()
    );
    let mut simulators = Vec::new();
    for _ in scenarios {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        simulators.push(Simulator::start(listen).await.unwrap());
    }
    let tenants = scenarios.iter().zip(&simulators).map(|(scenario, simulator)| {
        let mut tenant = serde_json::to_value(simulator.announcement()).unwrap();
        tenant["place"] = simulator::places()[0].id.into();
        tenant["other"] = simulator::tenant::people::PEOPLE[1].oid.into();
        json!({"scenario": scenario, "tenant": tenant})
    });
    let mut command = Command::new(python);
    // What a machine sets for its other programs: modules, a certificate store of its own, a proxy.
    for name in [
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONDONTWRITEBYTECODE",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name);
    }
    let ended = command
        .args(["-X", "utf8"])
        .arg(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/microsoft")
                .join(script),
        )
        .arg(tenants.collect::<Value>().to_string())
        .envs([("no_proxy", "localhost,127.0.0.1"), ("NO_PROXY", "localhost,127.0.0.1")])
        // Byte code of what is used, and none beside the scripts.
        .env("PYTHONPYCACHEPREFIX", target.join("python/cache"))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, ended)
        .await
        .unwrap_or_else(|_| panic!("{script} did not end in {PATIENCE:?}"))
        .unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let stdout = said(&output.stdout);
    let done: Vec<&str> = stdout.lines().filter_map(|line| line.strip_prefix("done: ")).collect();
    assert!(
        output.status.success() && done == scenarios,
        "{script} ended with {}\n{stdout}{}",
        output.status,
        said(&output.stderr)
    );
}

#[tokio::test]
async fn msal_signs_in_with_code_and_pkce_through_chromium() {
    run("sign_in.py", &["through_chromium"]).await;
}

#[tokio::test]
async fn msal_signs_in_with_code_and_pkce_over_plain_http_at_every_authority() {
    run("sign_in.py", &["over_plain_http", "at_every_authority"]).await;
}

#[tokio::test]
async fn msal_gets_a_token_silently_by_refresh_and_answers_a_claims_challenge() {
    run("sign_in.py", &["silently", "when_the_policy_changes"]).await;
}

#[tokio::test]
async fn msal_signs_in_with_a_code_on_another_device() {
    run("sign_in.py", &["on_another_device"]).await;
}

// The library loads some two thousand modules to read one presence: better once than eight times.
#[tokio::test]
async fn msgraph_sdk_does_every_presence_operation_under_every_path_and_reads_back_what_it_set() {
    let writes = ["sessions", "preferred", "messages", "locations"];
    let reads = ["others", "places", "batches", "patience"];
    run("presence.py", &[writes, reads].concat()).await;
}
