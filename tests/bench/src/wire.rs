//! The last stretch before the simulated service, encrypted as the real one is: what arrives, when, and how many bytes it takes.
//!
//! The simulator itself speaks plain HTTP. Without this the product would be measured without the memory and the time that TLS costs.

use std::fs;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{self, Poll};
use std::time::Instant;

use anyhow::{Context, Result};
use bytes::Bytes;
use end_to_end::deadline::within;
use http::{HeaderName, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// The system's own certificates, which every program on it reads.
const SYSTEM_CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// An HTTPS server that hands everything on to a plain one.
#[derive(Debug)]
pub(crate) struct Wire {
    /// What stands before `/v1.0/me/presence`.
    pub(crate) address: String,
    /// The certificates that a program is to trust (`SSL_CERT_FILE`): the system's, and this server's.
    pub(crate) certificates: PathBuf,
    seen: Arc<Seen>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
}

/// A request whose head has arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) at: Instant,
    pub(crate) method: Method,
    pub(crate) path: String,
}

/// What came over the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic {
    pub(crate) requests: u64,
    /// As they are on the wire, both ways, handshakes included.
    pub(crate) bytes: u64,
}

/// What is counted while connections come and go.
#[derive(Debug, Default)]
struct Seen {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Wire {
    /// Listens, and hands on to `behind`. Its certificate goes to `folder`.
    pub(crate) async fn before(behind: &str, folder: &std::path::Path) -> Result<Self> {
        let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let mut trusted = fs::read_to_string(SYSTEM_CERTIFICATES).context("the package ca-certificates is missing")?;
        trusted += &authority.cert.pem();
        let certificates = folder.join("certificates.pem");
        fs::write(&certificates, trusted)?;

        let key = rustls::pki_types::PrivateKeyDer::try_from(authority.signing_key.serialize_der())
            .map_err(|problem| anyhow::anyhow!("the key: {problem}"))?;
        let mut settings = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![authority.cert.der().clone()], key)?;
        settings.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];

        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("https://localhost:{}", listener.local_addr()?.port());
        let (tell, arrivals) = mpsc::unbounded_channel();
        let seen = Arc::new(Seen::default());
        let front = Front {
            behind: behind.trim_end_matches('/').to_owned(),
            http: reqwest::Client::builder().no_proxy().build()?,
            seen: Arc::clone(&seen),
            tell,
        };
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(settings)), front));
        Ok(Self {
            address,
            certificates,
            seen,
            arrivals,
        })
    }

    /// How much it was so far.
    pub(crate) fn traffic(&self) -> Traffic {
        Traffic {
            requests: self.seen.requests.load(Ordering::Relaxed),
            bytes: self.seen.bytes.load(Ordering::Relaxed),
        }
    }

    /// Forgets what has arrived.
    pub(crate) fn forget(&mut self) {
        while self.arrivals.try_recv().is_ok() {}
    }

    /// Waits for a request like this.
    pub(crate) async fn arrival(&mut self, method: &Method, end: &str) -> Result<Arrival> {
        within("a request", async {
            loop {
                let arrival = self.arrivals.recv().await.context("the server ended")?;
                if arrival.method == method && arrival.path.ends_with(end) {
                    return Ok(arrival);
                }
            }
        })
        .await
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Front {
    behind: String,
    http: reqwest::Client,
    seen: Arc<Seen>,
    tell: mpsc::UnboundedSender<Arrival>,
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, front: Front) {
    while let Ok((connection, _)) = listener.accept().await {
        let (tls, front) = (tls.clone(), front.clone());
        tokio::spawn(async move {
            let counted = Counted {
                connection,
                seen: Arc::clone(&front.seen),
            };
            // Who does not trust the certificate leaves here; the measurement then waits in vain and says so.
            let Ok(connection) = tls.accept(counted).await else {
                return;
            };
            let answer = service_fn(move |request| {
                let front = front.clone();
                async move { Ok::<_, std::convert::Infallible>(front.hand_on(request).await) }
            });
            let _ = auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(connection), answer)
                .await;
        });
    }
}

impl Front {
    async fn hand_on(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        self.seen.requests.fetch_add(1, Ordering::Relaxed);
        let _ = self.tell.send(Arrival {
            at: Instant::now(),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
        });
        self.answer(request).await.unwrap_or_else(|problem| {
            let mut answer = Response::new(Full::from(format!("{problem:#}")));
            *answer.status_mut() = StatusCode::BAD_GATEWAY;
            answer
        })
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let mut onward = self.http.request(head.method, format!("{}{target}", self.behind));
        for (name, value) in head.headers.iter().filter(|(name, _)| !is_of_one_connection(name)) {
            onward = onward.header(name, value);
        }
        let answer = onward.body(body.collect().await?.to_bytes()).send().await?;

        let mut back = Response::builder().status(answer.status());
        for (name, value) in answer.headers().iter().filter(|(name, _)| !is_of_one_connection(name)) {
            back = back.header(name, value);
        }
        Ok(back.body(Full::new(answer.bytes().await?))?)
    }
}

/// Headers that tell about a connection, not about what is asked.
fn is_of_one_connection(name: &HeaderName) -> bool {
    [
        header::HOST,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
    ]
    .contains(name)
}

/// A connection whose bytes are counted.
struct Counted {
    connection: TcpStream,
    seen: Arc<Seen>,
}

impl Counted {
    fn count(&self, bytes: usize) {
        self.seen.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.connection).poll_read(context, buffer);
        self.count(buffer.filled().len() - before);
        read
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.connection).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.count(count);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(context)
    }
}
