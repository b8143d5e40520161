//! The loopback port the browser comes back to.

#[cfg(windows)]
mod windows;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::callback::{Answer, Callback, Rejection};
use crate::page::{self, Page, PageTexts};

#[cfg(windows)]
use windows::bind;

const BODY_CAP: usize = 64 * 1024;
const HEAD_CAP: usize = 16 * 1024;
const MOST_CONNECTIONS: usize = 8;
/// How long a connection may take for its head, and again for its body.
const SILENCE: Duration = Duration::from_secs(5);
/// How much of a body that is too long is still read, so that the browser sees the answer instead of a reset.
const DRAIN_CAP: usize = 1024 * 1024;
/// Ports tried until both address families are free.
const TRIES: usize = 16;

/// Both listening sockets. Dropping it closes the port.
pub(crate) struct Listener {
    sockets: Sockets<TcpListener>,
    port: u16,
}

struct Sockets<L> {
    v4: L,
    /// `None` where the machine has no IPv6.
    v6: Option<L>,
}

impl Listener {
    /// Takes a free port on 127.0.0.1 and on `::1`: browsers may try either for `localhost`, and a neighbour that held
    /// the other one would be sent the code.
    pub(crate) fn bind() -> io::Result<Self> {
        let v4 = || bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let v6 = |v4: &TcpListener| bind(SocketAddr::from((Ipv6Addr::LOCALHOST, v4.local_addr()?.port())));
        let sockets = bind_pair(v4, v6)?;
        let port = sockets.v4.local_addr()?.port();
        for socket in [Some(&sockets.v4), sockets.v6.as_ref()].into_iter().flatten() {
            socket.set_nonblocking(true)?;
        }
        Ok(Self { sockets, port })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves until a request settles the attempt; the browser has its page and the port is closed on return.
    /// Dropping the future closes the port and every connection.
    pub(crate) async fn wait(self, state: String, texts: PageTexts) -> io::Result<Answer> {
        let v4 = tokio::net::TcpListener::from_std(self.sockets.v4)?;
        let v6 = self.sockets.v6.map(tokio::net::TcpListener::from_std).transpose()?;
        let desk = Arc::new(Desk {
            callback: Callback::new(self.port, state),
            texts,
            settled: AtomicBool::new(false),
        });
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                Some(ended) = connections.join_next() => match ended {
                    Ok(Some(answer)) => return Ok(answer),
                    _ => continue,
                },
                accepted = v4.accept() => accepted,
                Some(accepted) = accept(v6.as_ref()) => accepted,
            };
            match accepted {
                Ok((stream, _)) if connections.len() < MOST_CONNECTIONS => {
                    connections.spawn(serve(stream, Arc::clone(&desk)));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    // Out of file descriptors, say. No event tells when that is over, and the attempt has its own end.
                    tracing::debug!(%error, "no connection could be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

async fn accept(listener: Option<&tokio::net::TcpListener>) -> Option<io::Result<(TcpStream, SocketAddr)>> {
    Some(listener?.accept().await)
}

/// What all connections of an attempt share.
struct Desk {
    callback: Callback,
    texts: PageTexts,
    /// The state is good for one answer.
    settled: AtomicBool,
}

/// Serves the one request of a connection; the answer, if it settled the attempt, once the page is sent.
async fn serve(stream: TcpStream, desk: Arc<Desk>) -> Option<Answer> {
    let answer = Mutex::new(None);
    let service = service_fn(async |request| {
        let (response, settled) = desk.answer(request).await?;
        if settled.is_some() {
            *answer.lock().unwrap_or_else(PoisonError::into_inner) = settled;
        }
        Ok::<_, io::Error>(response)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SILENCE)
        .max_buf_size(HEAD_CAP)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // How a connection ended does not matter: the answer came or it did not. Twice for head and body, once for a
    // browser that is slow to read.
    let _ = timeout(3 * SILENCE, connection).await;
    answer.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// An error closes the connection without a word.
    async fn answer(&self, request: Request<Incoming>) -> io::Result<(Response<Full<Bytes>>, Option<Answer>)> {
        let (head, body) = request.into_parts();
        let judged = match self.callback.head(&head) {
            Ok(()) => match timeout(SILENCE, read(body)).await?? {
                Some(body) => self.callback.form(&body),
                None => Err(Rejection(StatusCode::PAYLOAD_TOO_LARGE, Page::Waiting)),
            },
            Err(rejection) => Err(rejection),
        };
        let answer = match judged {
            Ok(answer) if !self.settled.swap(true, Ordering::Relaxed) => answer,
            Ok(_) => return Ok((self.page(StatusCode::BAD_REQUEST, &Page::Stray), None)),
            Err(Rejection(status, page)) => return Ok((self.page(status, &page), None)),
        };
        let page = match &answer {
            Answer::Code(_) => Page::Received,
            Answer::Error(refusal) => Page::Refused(refusal.to_string()),
        };
        Ok((self.page(StatusCode::OK, &page), Some(answer)))
    }

    fn page(&self, status: StatusCode, page: &Page) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from(page.render(&self.texts)));
        *response.status_mut() = status;
        for (name, value) in page::headers() {
            if let Ok(value) = value.try_into() {
                response.headers_mut().insert(name, value);
            }
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response
                .headers_mut()
                .insert(header::ALLOW, header::HeaderValue::from_static("GET, POST"));
        }
        response
    }
}

/// The body, or `None` if it is too long.
async fn read(mut body: Incoming) -> io::Result<Option<Vec<u8>>> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(io::Error::other)?.into_data() else {
            continue;
        };
        seen += data.len();
        if seen <= BODY_CAP {
            kept.extend_from_slice(&data);
        } else if seen > DRAIN_CAP {
            break;
        }
    }
    Ok((seen <= BODY_CAP).then_some(kept))
}

#[cfg(not(windows))]
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address)
}

/// One port in both families: where the second is taken, another port is tried, and where the machine has no IPv6 the
/// first is enough.
fn bind_pair<L>(
    mut v4: impl FnMut() -> io::Result<L>,
    mut v6: impl FnMut(&L) -> io::Result<L>,
) -> io::Result<Sockets<L>> {
    let mut taken = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..TRIES {
        let first = v4()?;
        match v6(&first) {
            Ok(second) => {
                return Ok(Sockets {
                    v4: first,
                    v6: Some(second),
                });
            }
            Err(error) if lacks_ipv6(&error) => return Ok(Sockets { v4: first, v6: None }),
            Err(error) => taken = error,
        }
    }
    Err(taken)
}

/// EADDRNOTAVAIL, or EAFNOSUPPORT, which the standard library has no name for.
fn lacks_ipv6(error: &io::Error) -> bool {
    let family_not_supported = if cfg!(windows) {
        10047
    } else if cfg!(target_os = "linux") {
        97
    } else {
        47
    };
    matches!(
        error.kind(),
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported
    ) || error.raw_os_error() == Some(family_not_supported)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_on_the_other_family_is_given_up() {
        let mut next = 5000;
        let v4 = || {
            next += 1;
            Ok(next)
        };
        let v6 = |port: &i32| {
            if *port < 5003 {
                Err(io::ErrorKind::AddrInUse.into())
            } else {
                Ok(*port)
            }
        };
        let pair = bind_pair(v4, v6).unwrap();
        assert_eq!((pair.v4, pair.v6), (5003, Some(5003)));
        let never = bind_pair(|| Ok(1), |_| Err(io::ErrorKind::AddrInUse.into()));
        assert_eq!(never.err().unwrap().kind(), io::ErrorKind::AddrInUse);
    }

    #[test]
    fn a_machine_without_ipv6_listens_on_ipv4_alone() {
        let mut faults = vec![io::Error::from(io::ErrorKind::AddrNotAvailable)];
        if cfg!(target_os = "linux") {
            faults.push(io::Error::from_raw_os_error(97));
        }
        for fault in faults {
            let mut fault = Some(fault);
            let pair = bind_pair(|| Ok(1), |_| Err(fault.take().unwrap())).unwrap();
            assert_eq!((pair.v4, pair.v6), (1, None));
        }
    }

    #[test]
    fn two_attempts_never_share_a_port() {
        let (first, second) = (Listener::bind().unwrap(), Listener::bind().unwrap());
        assert_ne!(first.port(), second.port());
        assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, first.port())).is_err());
    }
}
