//! Microsoft Graph's presence operations for the signed-in user: one function an operation, and errors as Graph means them.
//!
//! | function of [`Graph`] | request | page of the API reference |
//! |---|---|---|
//! | [`read_presence`](Graph::read_presence) | `GET /v1.0/me/presence` | Get presence |
//! | [`set_user_preferred_presence`](Graph::set_user_preferred_presence) | `POST /v1.0/users/{oid}/presence/setUserPreferredPresence` | presence: setUserPreferredPresence |
//! | [`clear_user_preferred_presence`](Graph::clear_user_preferred_presence) | `POST /v1.0/users/{oid}/presence/clearUserPreferredPresence` | presence: clearUserPreferredPresence |
//! | [`set_status_message`](Graph::set_status_message) | `POST /v1.0/users/{oid}/presence/setStatusMessage` | presence: setStatusMessage |
//! | [`clear_status_message`](Graph::clear_status_message) | the same, with an empty text | – |
//! | [`set_manual_location`](Graph::set_manual_location) | `POST /v1.0/me/presence/setManualLocation` | presence: setManualLocation |
//! | [`set_automatic_location`](Graph::set_automatic_location) | `POST /v1.0/me/presence/setAutomaticLocation` | presence: setAutomaticLocation |
//! | [`clear_location`](Graph::clear_location) | `POST /v1.0/me/presence/clearLocation` | presence: clearLocation |
//! | [`clear_automatic_location`](Graph::clear_automatic_location) | `POST /v1.0/me/presence/clearAutomaticLocation` | presence: clearAutomaticLocation |
//!
//! The paths are the documented ones: the location actions have no other than `/me`, the other writes none but `/users/{oid}`, where `oid` is the
//! user's object id in the tenant. Reading needs the scope `Presence.Read`, writing `Presence.ReadWrite`. The location actions exist in the
//! global cloud alone.
//!
//! # Rules
//!
//! - The token is passed with each call, goes into the `Authorization` header and nowhere else.
//! - A body holds the documented keys and no nulls. Any 2xx is success, since the pages contradict each other on which; the body of a successful
//!   write is not read.
//! - Answers are hostile until parsed: at most 64 KiB are read, and nothing that comes can cause a panic.
//! - One call is one request. Whether and when to ask again is the caller's: [`RequestError`] says what is known of that.
//!
//! # Use
//!
//! ```no_run
//! # async fn example(token: &str, oid: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use graph::Graph;
//! use presence::PreferredPresence;
//!
//! let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
//! let graph = Graph::new(http, "https://graph.microsoft.com".parse()?);
//! graph.set_user_preferred_presence(token, oid, PreferredPresence::Busy, None).await?;
//! println!("{}", graph.read_presence(token).await?.availability());
//! # Ok(())
//! # }
//! ```

mod body;
mod challenge;
mod error;
mod exchange;
mod operations;
mod retry_after;

pub use error::RequestError;
pub use operations::Graph;
pub use retry_after::retry_after;
