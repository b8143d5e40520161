//! Microsoft Graph's presence operations: one function an operation, and errors as Graph means them.
//!
//! | function of [`Graph`] | request | page of the API reference |
//! |---|---|---|
//! | [`read_presence`](Graph::read_presence) | `GET /v1.0/me/presence` | Get presence |
//! | [`read_presence_of`](Graph::read_presence_of) | `GET /v1.0/users/{oid}/presence` | Get presence |
//! | [`read_presence_by_id`](Graph::read_presence_by_id) | `GET /v1.0/communications/presences/{oid}` | Get presence |
//! | [`get_presences_by_user_id`](Graph::get_presences_by_user_id) | `POST /v1.0/communications/getPresencesByUserId` | cloudCommunications: getPresencesByUserId |
//! | [`set_presence`](Graph::set_presence) | `POST /v1.0/users/{oid}/presence/setPresence` | presence: setPresence |
//! | [`clear_presence`](Graph::clear_presence) | `POST /v1.0/users/{oid}/presence/clearPresence` | presence: clearPresence |
//! | [`set_user_preferred_presence`](Graph::set_user_preferred_presence) | `POST /v1.0/users/{oid}/presence/setUserPreferredPresence` | presence: setUserPreferredPresence |
//! | [`clear_user_preferred_presence`](Graph::clear_user_preferred_presence) | `POST /v1.0/users/{oid}/presence/clearUserPreferredPresence` | presence: clearUserPreferredPresence |
//! | [`set_status_message`](Graph::set_status_message) | `POST /v1.0/users/{oid}/presence/setStatusMessage` | presence: setStatusMessage |
//! | [`clear_status_message`](Graph::clear_status_message) | the same, with an empty text | – |
//! | [`set_manual_location`](Graph::set_manual_location) | `POST /v1.0/me/presence/setManualLocation` | presence: setManualLocation |
//! | [`set_automatic_location`](Graph::set_automatic_location) | `POST /v1.0/me/presence/setAutomaticLocation` | presence: setAutomaticLocation |
//! | [`clear_location`](Graph::clear_location) | `POST /v1.0/me/presence/clearLocation` | presence: clearLocation |
//! | [`clear_automatic_location`](Graph::clear_automatic_location) | `POST /v1.0/me/presence/clearAutomaticLocation` | presence: clearAutomaticLocation |
//! | [`list_buildings`](Graph::list_buildings) | `GET /v1.0/places/microsoft.graph.building` | List places |
//!
//! The paths are the documented ones: the location actions have no other than `/me`, the other writes none but `/users/{oid}`, where `oid` is the
//! signed-in user's object id in the tenant. Writing for somebody else is refused with 401.
//!
//! | scope | for | consent |
//! |---|---|---|
//! | `Presence.Read` | the signed-in user's own presence, also by id | the user's |
//! | `Presence.Read.All` | anybody's presence, and `getPresencesByUserId` in any case | the user's |
//! | `Presence.ReadWrite` | writing. The pages do not list it for reading | the user's |
//! | `Place.Read.All` | buildings | an administrator's |
//!
//! The location actions exist in the global cloud alone: elsewhere they are refused, and a presence has no work location. The national clouds also
//! lack `sequenceNumber` and `outOfOfficeSettings` (published schemas of the clouds).
//!
//! # Rules
//!
//! - The token is passed with each call, goes into the `Authorization` header and nowhere else.
//! - A body holds the documented keys and no nulls. Any 2xx is success, since the pages contradict each other on which; the body of a successful
//!   write is not read.
//! - Answers are hostile until parsed: 256 KiB are read of an object and 4 MiB of a list, the next page of a list is fetched from Graph's own
//!   origin alone, and nothing that comes can cause a panic.
//! - One call is one request, but for the two that read lists. Whether and when to ask again is the caller's: [`RequestError`] says what is known
//!   of that.
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
mod graph;
mod places;
mod reads;
mod retry_after;
mod writes;

pub use error::RequestError;
pub use graph::Graph;
pub use places::Building;
pub use retry_after::retry_after;
