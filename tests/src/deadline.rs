//! How long anything is waited for.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result};

/// The longest wait for one event. Far beyond what any of them takes on an idle machine (a second or two), so that a
/// busy one does not fail a test; a missing event still fails it soon enough.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The longest wait for something that the program looks for by itself, each half minute.
pub const SOME_POLLS: Duration = Duration::from_secs(120);

/// `future`, given up after [`PATIENCE`] with an error that says what was missing.
pub async fn within<T>(what: &str, future: impl Future<Output = Result<T>>) -> Result<T> {
    within_time(PATIENCE, what, future).await
}

/// The same with another patience.
pub async fn within_time<T>(patience: Duration, what: &str, future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(patience, future)
        .await
        .with_context(|| format!("waited {} s for {what}", patience.as_secs()))?
        .with_context(|| format!("waiting for {what}"))
}
