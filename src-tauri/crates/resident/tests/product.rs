//! The program as a script on Windows meets it: exit codes, standard streams, the named pipe, Credential Manager. What is read back is read from
//! the simulated tenant. (On Linux the top-level `tests` do more of this, in a desktop session of their own.)
#![cfg(windows)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::process::{Output, Stdio};
use std::time::Duration;

use control::Endpoint;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

fn presence_tray(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_presence-tray"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Exit code, standard output, standard error.
async fn ended(arguments: &[&str]) -> (Option<i32>, String, String) {
    told(presence_tray(arguments).output().await.unwrap())
}

fn told(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

async fn done(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = ended(arguments).await;
    assert_eq!(code, Some(0), "{arguments:?}: {stdout}{stderr}");
    stdout
}

#[tokio::test]
async fn results_go_to_standard_output_and_errors_with_their_code_to_standard_error() {
    assert!(done(&["--version"]).await.starts_with("presence-tray "));
    assert!(
        done(&["completions", "powershell"])
            .await
            .contains("Register-ArgumentCompleter")
    );
    let (code, stdout, stderr) = ended(&["set", "asleep", "--json"]).await;
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    let error: Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(error["error"]["code"], "usage");
}

#[tokio::test]
async fn the_shell_of_windows_sees_output_and_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("status.json").display().to_string();
    let program = env!("CARGO_BIN_EXE_presence-tray").replace('/', "\\");
    let mut shell = Command::new("cmd");
    shell.args(["/c", &program, "--demo", "status", "--json", ">", &file]);
    let (code, stdout, stderr) = told(shell.output().await.unwrap());
    assert_eq!((code, stdout.as_str()), (Some(3), ""), "nobody is signed in: {stderr}");
    let status: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(status["signed_in"], false);
}

/// `presence-tray simulator`, running.
struct Tenant {
    /// The line that it printed.
    at: Value,
    http: reqwest::Client,
    _running: Child,
}

impl Tenant {
    async fn start() -> Self {
        let mut running = presence_tray(&["simulator"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines: Lines<BufReader<ChildStdout>> = BufReader::new(running.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().expect("its announcement");
        Self {
            at: serde_json::from_str(&line).unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            _running: running,
        }
    }

    fn text(&self, name: &str) -> &str {
        self.at[name].as_str().unwrap()
    }

    /// Settings that lead here, in the place of this user's own.
    fn write_settings(&self) {
        let [client_id, authority, graph] = ["client_id", "authority", "graph"].map(|name| self.text(name));
        let folder = dirs::config_dir().unwrap().join("presence-tray");
        fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "[account]\nclient_id = \"{client_id}\"\ncloud = \"custom\"\n\
             [account.endpoints]\nauthority = \"{authority}/\"\ngraph = \"{graph}\"\n"
        );
        fs::write(folder.join("settings.toml"), text).unwrap();
    }

    /// Signs in from the command line; the page is answered as a browser would.
    async fn sign_in(&self) {
        let mut command = presence_tray(&["sign-in", "--json"]);
        // A browser that shows nothing.
        command.env(
            "BROWSER",
            format!("\"{}\" --version", env!("CARGO_BIN_EXE_presence-tray")),
        );
        let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines: Lines<BufReader<ChildStderr>> = BufReader::new(running.stderr.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().expect("where the page is");
        let told: Value = serde_json::from_str(&line).unwrap();
        let page = self
            .post(
                told["sign_in"]["url"].as_str().unwrap(),
                &[("person".into(), self.text("oid").to_owned())],
            )
            .await;
        let (back, fields) = form_in(&page);
        self.post(&back, &fields).await;
        let (code, stdout, _) = self::told(running.wait_with_output().await.unwrap());
        assert_eq!(code, Some(0), "{stdout}{:?}", lines.next_line().await);
    }

    async fn post(&self, address: &str, fields: &[(String, String)]) -> String {
        self.http
            .post(address)
            .form(fields)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// What the person prefers, as the tenant has it.
    async fn preferred(&self) -> Value {
        let address = format!("{}/simulator/state", self.text("graph"));
        let state: Value = self.http.get(address).send().await.unwrap().json().await.unwrap();
        let person = state["people"]
            .as_array()
            .unwrap()
            .iter()
            .find(|person| person["oid"] == self.at["oid"]);
        person.unwrap()["preferred"]["availability"].clone()
    }
}

/// Where the form of a page goes, and its hidden fields.
fn form_in(page: &str) -> (String, Vec<(String, String)>) {
    let attribute = |tag: &str, name: &str| {
        let from = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(from.split('"').next()?.replace("&amp;", "&"))
    };
    let form = page.split("<form").nth(1).unwrap_or_else(|| panic!("no form: {page}"));
    let inputs = form.split("<input").skip(1);
    let fields = inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)));
    (attribute(form, "action").unwrap(), fields.collect())
}

#[tokio::test]
#[ignore = "writes the settings and the sign-in of whoever runs it: for an account without any, as Wine's"]
async fn a_person_signs_in_sets_a_presence_alone_and_over_the_pipe_and_signs_out() {
    let tenant = Tenant::start().await;
    tenant.write_settings();
    let (code, _, stderr) = ended(&["status", "--json"]).await;
    assert_eq!(code, Some(3), "{stderr}");
    tenant.sign_in().await;
    done(&["set", "busy"]).await;
    assert_eq!(tenant.preferred().await, "Busy");

    let mut resident = presence_tray(&["--background"]).spawn().unwrap();
    let endpoint = Endpoint::for_user(false).unwrap();
    control::wait_for(&endpoint, Duration::from_secs(60))
        .await
        .expect("it listens");
    let status: Value = serde_json::from_str(&done(&["status", "--json"]).await).unwrap();
    assert_eq!(status["account"]["id"], tenant.at["oid"]);
    done(&["set", "do-not-disturb", "--for", "90m"]).await;
    assert_eq!(tenant.preferred().await, "DoNotDisturb");
    // A second start calls the first one and leaves.
    done(&["--background"]).await;
    done(&["quit"]).await;
    assert_eq!(resident.wait().await.unwrap().code(), Some(0));

    done(&["quit"]).await;
    done(&["sign-out"]).await;
    let (code, ..) = ended(&["status"]).await;
    assert_eq!(code, Some(3));
}
