//! The face of the tenant on one loopback port. The wall clock enters here and nowhere else.

mod control;
mod entra;
mod graph;
mod journal;
mod pages;
mod server;
mod weather;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::tenant::Tenant;
use crate::tenant::people::{CLIENT_ID, PEOPLE, TENANT_ID};
use crate::{Announcement, StartError};
use journal::{Exchange, Journal};
use weather::{Outcome, Weather};

/// Longest body of a request; a presence write needs a few hundred bytes.
const LONGEST_BODY: usize = 32 * 1024;

/// A running simulator. Dropping it closes its port and every connection.
pub struct Simulator {
    announcement: Announcement,
    task: JoinHandle<()>,
}

impl Simulator {
    /// Listens on a loopback address (port 0 for any free port), with a tenant as new as the moment.
    ///
    /// Works on a current-thread runtime, and answers as long as that runtime runs.
    pub async fn start(listen: SocketAddr) -> Result<Self, StartError> {
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(listen));
        }
        let refused = |source: std::io::Error| match source.kind() {
            ErrorKind::AddrInUse => StartError::PortInUse(listen),
            _ => StartError::Listen {
                address: listen,
                source,
            },
        };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let origin = format!("http://{}", listener.local_addr().map_err(refused)?);
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| StartError::Random)?;
        let shared = Arc::new(Shared {
            world: Mutex::new(World {
                tenant: Tenant::new(&origin, seed, Timestamp::now()),
                advanced: SignedDuration::ZERO,
                weather: Weather::default(),
                journal: Journal::default(),
            }),
            origin: origin.clone(),
        });
        let [first, ..] = PEOPLE;
        let announcement = Announcement {
            graph: origin.clone(),
            authority: origin,
            client_id: CLIENT_ID.to_owned(),
            tenant: TENANT_ID.to_owned(),
            user: first.mail.to_owned(),
            oid: first.oid.to_owned(),
        };
        let task = tokio::spawn(server::serve(listener, router(shared)));
        Ok(Self { announcement, task })
    }

    /// Where it listens and who is there.
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// Ends, and returns once the port is free again.
    pub async fn stop(mut self) {
        self.task.abort();
        // The only outcome of an aborted task is that it was aborted.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What every handler can reach.
struct Shared {
    /// `http://127.0.0.1:PORT`, authority and Graph in one.
    origin: String,
    world: Mutex<World>,
}

struct World {
    tenant: Tenant,
    /// How far the tenant's clock is ahead of the wall clock.
    advanced: SignedDuration,
    weather: Weather,
    journal: Journal,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// The tenant's time.
    fn now(&self) -> Timestamp {
        Timestamp::now().checked_add(self.advanced).unwrap_or(Timestamp::MAX)
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", get(entra::ask).post(entra::choose))
        .route("/{tenant}/oauth2/v2.0/token", post(entra::token))
        .route("/v1.0/{*path}", any(graph::answer))
        .nest("/simulator", control::routes())
        .fallback(graph::answer)
        .layer(from_fn_with_state(Arc::clone(&shared), observe))
        .with_state(shared)
}

/// Before every handler: is the request meant for us, is it small enough, what does the weather do to it; and
/// afterwards a line in the journal. The control face is outside of weather and journal.
async fn observe(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if !is_for_loopback(&request) {
        return (
            StatusCode::MISDIRECTED_REQUEST,
            "This simulator answers to loopback names only.\n",
        )
            .into_response();
    }
    if request.uri().path().starts_with("/simulator/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST_BODY).await;
    let mut exchange = Exchange::begin(&parts, body.as_deref().unwrap_or_default());
    let outcome = {
        let mut world = shared.world();
        exchange.at = world.now();
        world.weather.meets(&parts.method, parts.uri.path())
    };
    tokio::time::sleep(Duration::from_millis(outcome.latency_ms())).await;
    let response = match (outcome, body) {
        (Outcome::Drop, _) => server::drop_connection(),
        (Outcome::Answer(rule), _) => weathered(&shared, &parts, &rule),
        (Outcome::Pass { .. }, Ok(body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
        (Outcome::Pass { .. }, Err(_)) => graph::too_large(&shared, &parts.headers),
    };
    exchange.status = server::status_unless_dropped(&response).map(|status| status.as_u16());
    shared.world().journal.push(exchange);
    response
}

/// The error a weather rule asks for, in the words of the face it happens to.
fn weathered(shared: &Shared, parts: &axum::http::request::Parts, rule: &weather::Rule) -> Response {
    let status = rule.status();
    let mut response = match rule.body() {
        Some(body) => (
            status,
            [(header::CONTENT_TYPE, "text/html")],
            Bytes::from(body.to_owned()),
        )
            .into_response(),
        None if parts.uri.path().contains("/oauth2/") => entra::weathered(shared, status, rule.code()),
        None => graph::weathered(shared, &parts.headers, status, rule.code()),
    };
    if let Some(retry_after) = rule.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, retry_after);
    }
    response
}

/// A page of the web whose name was pointed at 127.0.0.1 must not get an answer (DNS rebinding).
fn is_for_loopback(request: &Request) -> bool {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|loopback| loopback.eq_ignore_ascii_case(name))
}
