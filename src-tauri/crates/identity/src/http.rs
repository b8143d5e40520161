//! The HTTP client tokens travel over.

use std::time::Duration;

use reqwest::redirect::Policy;

use crate::endpoint::Endpoint;

/// A client for `endpoint`: no redirects (they would carry tokens elsewhere), with time limits, https alone.
///
/// For a loopback endpoint plain http is allowed and no proxy is asked, whatever the environment says; every other
/// endpoint uses the system's proxy. So each endpoint gets a client of its own.
pub fn http_client(endpoint: &Endpoint) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30));
    if endpoint.is_loopback() {
        builder.no_proxy()
    } else {
        builder.https_only(true)
    }
}

/// Reads a body of at most `cap` bytes; reqwest by itself would read without end.
pub async fn read_body(mut response: reqwest::Response, cap: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| BodyError::Broken(root_cause(&error)))?
    {
        if body.len() + chunk.len() > cap {
            return Err(BodyError::TooLarge(cap));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The connection broke off.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// More than the given number of bytes.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(usize),
}

/// The innermost reason: "Connection refused" says more than "error sending request".
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}
