//! A tenant in a box: Entra ID sign-in and Microsoft Graph presence, with no account and no network.
//!
//! Two halves. [`tenant`] is a pure model: people, sessions, messages, locations, calendars, tokens, weather, with time
//! and randomness as parameters; [`graph`] answers requests from it, still without a socket. `http` is the face on
//! both: one loopback port that answers as Entra ID, as Graph, and as itself.
//!
//! The crate has its own view of the wire and shares no type with the crates it is there to check, so it is an
//! independent oracle: a client that misreads the documentation does not find its mistake mirrored here. Where the
//! documentation is silent the simulator is strict, and says so beside the code.
//!
//! # Faces
//!
//! | path | answers as |
//! |---|---|
//! | `/{tenant}/oauth2/v2.0/authorize`, `…/token`, `…/devicecode`, `…/logout` | Entra ID |
//! | `/{tenant}/v2.0/.well-known/openid-configuration`, `/{tenant}/discovery/v2.0/keys`, `/common/discovery/instance`, `/oidc/userinfo` | Entra ID, for clients that find out by themselves |
//! | `/{tenant}/v2.0/adminconsent`, `/common/oauth2/deviceauth` (also `/devicelogin`), `/error?code=…` | Entra ID, pages |
//! | `/v1.0/me/presence`, `/v1.0/users/{id}/presence`, `/v1.0/communications/presences/{id}` | Graph, reading; the nine actions below each of them |
//! | `/v1.0/communications/getPresencesByUserId`, `/v1.0/me`, `/v1.0/places/microsoft.graph.building`, `/v1.0/$batch` | Graph |
//! | `/simulator/…` | itself: look inside, and make trouble |
//!
//! # Signing in
//!
//! `{tenant}` is `common`, `organizations`, `consumers`, or a tenant by id or domain. Who is there:
//!
//! | person | what happens |
//! |---|---|
//! | Megan, Tomas (Harbourlight) | let the application read and write their presence before; are asked for any other permission |
//! | Noor (Harbourlight) | has not consented to anything: gets the consent page |
//! | Priya (Ironbridge Clinics) | "Need admin approval", until `/ironbridge.example/v2.0/adminconsent` was answered |
//! | Riley | a personal account: refused under `organizations`, signed in under `common` and `consumers`, has no presence |
//!
//! Nobody has a password and nobody stays signed in, so `prompt=none` ends with `login_required`. A page is one form that
//! goes to its own address; without a browser, post `person` (object id), then `consent` (`accept`, `decline`, on an
//! approval page with workflow also `request`), or `cancel`. On the page for device codes `otc` goes with each.
//!
//! Access and refresh tokens are opaque random text of about the length of Entra's. An `id_token` is a JWT signed with
//! RS256; the key is made at the first need of it and published. Every address in a document or token is the one the
//! client used: what a TLS front says in `X-Forwarded-Proto` and `X-Forwarded-Host`, else the request's `Host`.
//!
//! Stricter than Entra: PKCE with `S256` is required, `redirect_uri` must be given.
//!
//! # The control face
//!
//! Bodies are JSON with `Content-Type: application/json`, so that no web page can send one across origins. `$S` is
//! the announced address, `$OID` a person's object id. A test runs these very lines.
//!
//! ```sh
//! curl $S/simulator/state         # the tenant, and everybody: presence, sessions, message, location layers, calendar
//! curl $S/simulator/requests      # the last 1,000 requests to the other faces, when each came and was answered; no secrets
//! curl $S/simulator/weather       # the rules that are left
//! ```
//!
//! Weather: the first rule that matches a request and strikes decides. Conditions are `method`, `path` (its beginning),
//! `from` and `until` (the tenant's time), `probability`, `times`; a fault is one of `status`, `drop`, `lose`, `truncate`,
//! `merge`, or only `latency_ms` and `jitter_ms`. See [`tenant::weather::Rule`].
//!
//! ```sh
//! json() { curl -H 'Content-Type: application/json' "$@"; }
//! json $S/simulator/weather -d '{"method":"GET","path":"/v1.0/me/presence","times":2,"status":429,"retry_after":"2.128"}'
//! json $S/simulator/weather -d '{"times":1,"status":429,"retry_date":"PT30S"}'          # Retry-After as a date
//! json $S/simulator/weather -d '{"latency_ms":80,"jitter_ms":40,"times":5}'              # slow, but answered
//! json $S/simulator/weather -d '{"path":"/v1.0/","probability":0.1,"status":503}'        # one in ten, until cleared
//! json $S/simulator/tenant -d '{"seed":7}'                                               # the same ones every time
//! json $S/simulator/weather -d '{"path":"/v1.0/","drop":true,"times":1}'                 # cut off before it is done
//! json $S/simulator/weather -d '{"method":"POST","lose":true,"times":1}'                 # done, and then cut off
//! json $S/simulator/weather -d '{"truncate":true,"times":1}'                             # half of the answer
//! json $S/simulator/weather -d '{"status":200,"body":"<h1>Hotel Wi-Fi</h1>","times":1}'  # a captive portal
//! json $S/simulator/weather -d '{"status":200,"body":"{\"id\":","content_type":"application/json","times":1}'
//! json $S/simulator/weather -d '{"merge":{"activity":"Holographic","sequenceNumber":null},"times":1}'
//! json $S/simulator/weather -d '{"status":401,"claims":{"access_token":{"nbf":{"essential":true}}},"times":1}'
//! json $S/simulator/weather -d '{"path":"/organizations/oauth2/v2.0/token","status":400,"code":"invalid_grant"}'
//! curl -X DELETE $S/simulator/weather
//! ```
//!
//! The tenant: its clock goes forward only. `budget` without `requests` is without limit.
//!
//! ```sh
//! json $S/simulator/clock -d '{"advance":"PT1H"}'
//! json $S/simulator/tenant -d '{"lag":"PT3S"}'                 # a write shows 3 seconds later; PT0S: at once
//! json $S/simulator/tenant -d '{"cloud":"us-gov"}'             # no location, no sequence number; or global
//! json $S/simulator/tenant -d '{"budget":{"requests":20,"window":"PT10S"}}'
//! json $S/simulator/revoke -d '{"oid":"$OID","access":true,"refresh":true}'
//! ```
//!
//! Accounts, and what people and administrators allow. Events are `disable`, `enable`, `revoke_sessions`,
//! `change_password`, `change_policy`, `require_second_factor`: refresh tokens end as at Entra, and access tokens of clients
//! that declared cp1 are answered with a claims challenge. A refusal has any AADSTS number, at `page`, `callback`, `code`,
//! `refresh` or `device`; `error`, `suberror` and `claims` are the usual ones of the number unless given.
//!
//! ```sh
//! curl $S/simulator/directory     # who consented to what, requests for approval, refusals, the registration
//! json $S/simulator/account -d '{"oid":"$OID","event":"change_policy"}'
//! json $S/simulator/refusals -d '{"at":"refresh","number":70043,"suberror":"token_expired","times":1}'
//! json $S/simulator/refusals -d '{"at":"callback","number":53003,"oid":"$OID"}'
//! curl -X DELETE $S/simulator/refusals
//! json $S/simulator/consent -d '{"oid":"$OID","permissions":[]}'                   # withdrawn
//! json $S/simulator/consent -d '{"oid":"$OID","ceiling":["Presence.Read"]}'        # whatever is accepted, no more than this
//! json $S/simulator/consent -d '{"tenant":"harbourlight.example","policy":"workflow","permissions":[]}'
//! json $S/simulator/application -d '{"redirect_uris":["http://localhost","http://127.0.0.1/app"],"device_code_interval":1}'
//! ```
//!
//! What happens to a person outside of the application: Teams opened, closed or in a call, a choice made in Teams, a
//! note written there, the calendar, the mailbox. What is not named stays, `null` takes away.
//!
//! ```sh
//! json $S/simulator/person -d '{"oid":"$OID","teams":{"availability":"Busy","activity":"InACall"}}'
//! json $S/simulator/person -d '{"oid":"$OID","teams":{"mobile":{"availability":"Away","activity":"Away"},"desktop":null}}'
//! json $S/simulator/person -d '{"oid":"$OID","teams":null}'
//! json $S/simulator/person -d '{"oid":"$OID","preferred":{"availability":"Away","activity":"Away","duration":"PT1H"}}'
//! json $S/simulator/person -d '{"oid":"$OID","message":{"content":"At the dentist","pinned":true,"expires":"2100-01-01T12:00:00Z"}}'
//! json $S/simulator/person -d '{"oid":"$OID","calendar":[{"start":"2026-01-01T00:00:00Z","end":"2100-01-01T00:00:00Z","show_as":"busy","meeting":true}]}'
//! json $S/simulator/person -d '{"oid":"$OID","automatic_replies":{"message":"Back on Monday","until":"2100-01-01T00:00:00Z"}}'
//! json $S/simulator/person -d '{"oid":"$OID","out_of_office":"Back on Monday"}'      # automatic replies without an end
//! json $S/simulator/person -d '{"oid":"$OID","scheduled":{"kind":"remote"},"zone":"Europe/Berlin"}'
//! ```
//!
//! # Figures
//!
//! `cargo bench -p simulator` measures what is promised: at least 5,000 presence reads a second over HTTP with the server
//! on one core, at least a million operations a second in the model, at most 50 ms from start to ready.

pub mod graph;
mod http;
mod origin;
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
