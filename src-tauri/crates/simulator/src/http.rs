//! The face of the tenant on one loopback port. The wall clock enters here and nowhere else.

mod control;
mod entra;
mod journal;
mod pages;
mod server;
mod signing;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::tenant::Tenant;
use crate::tenant::people::{CLIENT_ID, PEOPLE, TENANT_ID};
use crate::tenant::weather::{Instead, Trouble, merge};
use crate::{Announcement, StartError, graph};
use journal::{Exchange, Journal};

/// Longest body of a request: more than 20 of the longest status messages in one batch need.
const LONGEST_BODY: usize = 256 * 1024;

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
    entra::routes()
        .route("/v1.0/{*path}", any(as_graph))
        .nest("/simulator", control::routes())
        .fallback(as_graph)
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
    let fate = {
        let mut world = shared.world();
        exchange.at = world.now();
        let world = &mut *world;
        world
            .tenant
            .weather
            .meets(parts.method.as_str(), parts.uri.path(), exchange.at)
    };
    if fate.latency > SignedDuration::ZERO {
        tokio::time::sleep(Duration::try_from(fate.latency).unwrap_or_default()).await;
    }
    let response = match (&fate.trouble, body) {
        (Some(Trouble::Drop), _) => server::drop_connection(),
        (Some(Trouble::Answer(instead)), _) => weathered(&shared, &parts, instead),
        (_, Err(_)) if entra::is_entras(parts.uri.path()) => entra::too_large(&shared, &parts.headers),
        (_, Err(_)) => {
            let mut world = shared.world();
            let now = world.now();
            as_response(graph::too_large(&mut world.tenant, &parts.headers, now))
        }
        (trouble, Ok(body)) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            troubled(response, trouble.as_ref()).await
        }
    };
    exchange.status = server::status_unless_dropped(&response).map(|status| status.as_u16());
    let mut world = shared.world();
    exchange.answered = Some(world.now());
    world.journal.push(exchange);
    response
}

/// Any request that is not Entra's or the simulator's own.
async fn as_graph(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut world = shared.world();
    let now = world.now();
    let request = graph::Request {
        method: &method,
        target: uri.path_and_query().map_or(uri.path(), |target| target.as_str()),
        headers: &headers,
        body: &body,
    };
    let answer = graph::answer(&mut world.tenant, &request, now);
    drop(world);
    as_response(answer)
}

fn as_response(answer: graph::Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

/// The answer that the weather gives, in the words of the face it happens to.
fn weathered(shared: &Shared, parts: &Parts, instead: &Instead) -> Response {
    let status = StatusCode::from_u16(instead.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match &instead.body {
        Some(body) => {
            let kind = [(header::CONTENT_TYPE, instead.content_type.clone())];
            (status, kind, body.clone()).into_response()
        }
        None if entra::is_entras(parts.uri.path()) => {
            entra::weathered(shared, &parts.headers, status, instead.code.as_deref())
        }
        None => {
            let mut world = shared.world();
            let now = world.now();
            as_response(graph::weathered(&mut world.tenant, &parts.headers, instead, now))
        }
    };
    if let Some(retry_after) = instead.retry_after.as_deref().and_then(|text| text.parse().ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, retry_after);
    }
    response
}

/// What becomes of a finished answer on its way back.
async fn troubled(response: Response, trouble: Option<&Trouble>) -> Response {
    match trouble {
        Some(Trouble::Lose) => server::drop_connection(),
        Some(Trouble::Truncate) => server::break_off(response).await,
        Some(Trouble::Merge(patch)) if response.status().is_success() => {
            let (parts, body) = response.into_parts();
            // What the tenant made is in memory already; there is nothing to fail.
            let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let body = match serde_json::from_slice(&bytes) {
                Ok(mut json) => {
                    merge(&mut json, patch);
                    Body::from(json.to_string())
                }
                Err(_) => Body::from(bytes),
            };
            Response::from_parts(parts, body)
        }
        _ => response,
    }
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
