//! Accepting connections, and closing one without an answer.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// More than any client opens; the next one waits until one of these is closed.
const MOST_CONNECTIONS: usize = 64;

/// Marks a response that must not be sent.
#[derive(Clone)]
struct Dropped;

/// Answers until the task is aborted, which closes the port and every connection.
pub(super) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => { connections.spawn(connection(stream, router.clone())); }
                // Out of file descriptors: accepting fails at once until one is given back.
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// The response that makes [`serve`] close the connection instead of sending it.
pub(super) fn drop_connection() -> Response {
    let mut response = ().into_response();
    response.extensions_mut().insert(Dropped);
    response
}

/// What the client will see; `None` if the connection is dropped.
pub(super) fn status_unless_dropped(response: &Response) -> Option<StatusCode> {
    response
        .extensions()
        .get::<Dropped>()
        .is_none()
        .then(|| response.status())
}

async fn connection(stream: TcpStream, router: Router) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let answer = router.call(request);
        async move {
            let response = answer.await.unwrap_or_else(|never: Infallible| match never {});
            match status_unless_dropped(&response) {
                Some(_) => Ok(response),
                None => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
            }
        }
    });
    let served = hyper::server::conn::http1::Builder::new()
        // The timer is what makes hyper end a connection that never finishes its headers.
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}
