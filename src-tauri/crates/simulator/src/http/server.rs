//! Accepting connections, and closing one without an answer.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, Incoming};
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

/// The response with half of its body and the whole length: the connection breaks in the middle.
pub(super) async fn break_off(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, bytes.len().into());
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, Body::new(Broken::After(half)))
}

/// A body that fails after its only piece.
enum Broken {
    After(Bytes),
    /// Once asked in vain: then what is there is sent before the failure is known.
    Soon,
    Now,
}

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match std::mem::replace(&mut *self, Self::Now) {
            Self::After(half) => {
                *self = Self::Soon;
                Poll::Ready(Some(Ok(Frame::data(half))))
            }
            Self::Soon => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Now => Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset)))),
        }
    }
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
