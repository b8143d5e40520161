//! A tenant in a box: Entra ID sign-in and Microsoft Graph presence, with no account and no network.
//!
//! Two halves. [`tenant`] is a pure model: people, sessions, messages, locations, tokens, with time and randomness as
//! parameters. `http` is the face on it: one loopback port that answers as Entra ID, as Graph, and as itself.
//!
//! The crate has its own view of the wire and shares no type with the crates it is there to check, so it is an
//! independent oracle: a client that misreads the documentation does not find its mistake mirrored here. Where the
//! documentation is silent the simulator is strict, and says so beside the code.
//!
//! # Faces
//!
//! | path | answers as |
//! |---|---|
//! | `/{tenant}/oauth2/v2.0/authorize`, `…/token` | Entra ID; `tenant` is `organizations`, the tenant's id or domain |
//! | `/v1.0/me`, `/v1.0/me/presence`, `/v1.0/users/{id}/presence`, `/v1.0/communications/presences/{id}` | Graph, reading |
//! | `/v1.0/me/presence/{action}`, `/v1.0/users/{id}/presence/{action}` | Graph, the nine presence actions |
//! | `/simulator/…` | itself: look inside, and make trouble |
//!
//! An `id_token` carries Entra's claims but **no signature that could be checked**; there is no discovery document and
//! no device code yet.
//!
//! # The control face
//!
//! Bodies are JSON with `Content-Type: application/json`, so that no web page can send one across origins. `$S` is
//! the announced address.
//!
//! ```sh
//! curl $S/simulator/state                    # everybody: presence, sessions, message, location layers
//! curl $S/simulator/requests                 # the last 1,000 requests to the other faces; no tokens, no codes
//!
//! json() { curl -H 'Content-Type: application/json' "$@"; }
//! # The next two presence reads are throttled; the first rule that matches a request answers it.
//! json $S/simulator/weather -d '{"method":"GET","path":"/v1.0/me/presence","times":2,"status":429,"retry_after":"2.128"}'
//! json $S/simulator/weather -d '{"path":"/v1.0/","drop":true}'            # until cleared
//! json $S/simulator/weather -d '{"latency_ms":800}'                       # slow, but answered
//! json $S/simulator/weather -d '{"status":200,"body":"<h1>Hotel Wi-Fi</h1>","times":1}'
//! json $S/simulator/weather -d '{"path":"/organizations/oauth2/v2.0/token","status":400,"code":"invalid_grant"}'
//! curl -X DELETE $S/simulator/weather
//!
//! json $S/simulator/clock -d '{"advance":"PT1H"}'                         # forward only
//! json $S/simulator/revoke -d '{"oid":"…","access":true,"refresh":true}'
//! # What happens to a person outside of the application: a meeting, Teams closed, a choice made in Teams, the calendar.
//! json $S/simulator/person -d '{"oid":"…","teams":{"availability":"Busy","activity":"InAMeeting"}}'
//! json $S/simulator/person -d '{"oid":"…","teams":null,"out_of_office":"Back on Monday","scheduled":{"kind":"remote"}}'
//! json $S/simulator/person -d '{"oid":"…","preferred":{"availability":"Away","activity":"Away"}}'
//! ```

pub mod graph;
mod http;
pub mod tenant;

use std::net::SocketAddr;

use serde::Serialize;

pub use http::Simulator;
pub use tenant::place::{Place, places};

/// What a client must know to use the simulator; the one line `presence-tray simulator` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Announcement {
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
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Only this machine may reach it: it hands out tokens to anybody.
    #[error("{0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// Somebody else listens there.
    #[error("{0} is in use")]
    PortInUse(SocketAddr),
    /// The system does not let it listen there for another reason.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system gave no randomness to make tokens of.
    #[error("no randomness from the system")]
    Random,
}
