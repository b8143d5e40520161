//! What arrived at the simulated tenant: the result is read here, not from the product.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::Desk;

/// A running simulator. The fields are those of the line that `presence-tray simulator` prints when it is ready.
#[derive(Debug, Clone, Deserialize)]
pub struct Simulated {
    /// What stands before `/v1.0/me/presence`.
    pub graph: String,
    /// What stands before `/{tenant}/oauth2/v2.0/authorize`.
    pub authority: String,
    /// Id of the registered application.
    pub client_id: String,
    /// Id of the tenant.
    pub tenant: String,
    /// User name of the first person.
    pub user: String,
    /// Object id of the first person.
    pub oid: String,
    #[serde(skip)]
    http: reqwest::Client,
}

impl Simulated {
    /// From the line that `presence-tray simulator` printed.
    pub fn from_announcement(line: &str) -> Result<Self> {
        let simulated: Self = serde_json::from_str(line).with_context(|| format!("not an announcement: {line:?}"))?;
        // Loopback is never sent through a proxy, whatever the environment says.
        Ok(Self {
            http: reqwest::Client::builder().no_proxy().build()?,
            ..simulated
        })
    }

    /// The one that a resident started with `--demo` has in it. It is there when the tray icon is.
    pub fn of_demo(desk: &Desk) -> Result<Self> {
        let file = desk.runtime_folder().join("presence-tray/demo-simulator.json");
        Self::from_announcement(&read(&file)?)
    }

    /// Everything about everybody.
    pub async fn state(&self) -> Result<Value> {
        self.get("state").await
    }

    /// Everything about the first person, who is signed in unless a test chose another one.
    pub async fn person(&self) -> Result<Value> {
        let state = self.state().await?;
        let people = state["people"].as_array().context("no people in the state")?;
        people
            .iter()
            .find(|person| person["oid"] == self.oid.as_str())
            .cloned()
            .context("the first person is not in the state")
    }

    /// The last requests to Entra and Graph, oldest first.
    pub async fn requests(&self) -> Result<Vec<Value>> {
        Ok(serde_json::from_value(self.get("requests").await?)?)
    }

    /// Makes trouble; the simulator's documentation has examples.
    pub async fn weather(&self, rule: &Value) -> Result<()> {
        self.post("weather", rule).await.map(drop)
    }

    /// Tells the simulator something: `clock`, `revoke`, `person`; its documentation has examples.
    pub async fn post(&self, control: &str, body: &Value) -> Result<Value> {
        let answer = self.http.post(self.address(control)).json(body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        anyhow::ensure!(status.is_success(), "{control} answered {status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("{control} answered {text:?}"))
    }

    async fn get(&self, control: &str) -> Result<Value> {
        Ok(self
            .http
            .get(self.address(control))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?)
    }

    fn address(&self, control: &str) -> String {
        format!("{}/simulator/{control}", self.graph.trim_end_matches('/'))
    }
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}
