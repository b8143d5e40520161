//! A person at the sign-in pages without a browser to draw them: fills in the forms by plain HTTP. Quick, and with every answer that a
//! page takes; [`browser`](crate::browser) is the real thing.

use anyhow::{Context, Result};
use reqwest::Client;

/// Answers on the pages of one tenant.
#[derive(Debug, Clone)]
pub struct Forms {
    http: Client,
}

impl Forms {
    /// Loopback is never sent through a proxy, whatever the environment says.
    pub fn new() -> Result<Self> {
        let http = Client::builder().no_proxy().build()?;
        Ok(Self { http })
    }

    /// Answers at `address`, and carries what comes of it back to the application, as a browser does. The page that is shown then.
    pub async fn answer(&self, address: &str, answers: &[(&str, &str)]) -> Result<String> {
        let page = self.post(address, answers).await?;
        let Some(back) = between(&page, "<form method=\"post\" action=\"", "\"") else {
            return Ok(page);
        };
        let fields: Vec<_> = page
            .split("<input type=\"hidden\" ")
            .skip(1)
            .filter_map(|field| Some((between(field, "name=\"", "\"")?, between(field, "value=\"", "\"")?)))
            .collect();
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(&back, &fields).await
    }

    async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Result<String> {
        let answer = self.http.post(address).form(fields).send().await;
        let answer = answer.with_context(|| format!("posting to {address}"))?;
        Ok(answer.text().await?)
    }
}

/// What stands in a page between two marks, unescaped.
fn between(page: &str, before: &str, after: &str) -> Option<String> {
    let from = &page[page.find(before)? + before.len()..];
    let text = &from[..from.find(after)?];
    let plain = [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    Some(
        plain
            .iter()
            .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain)),
    )
}
