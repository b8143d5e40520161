use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Response, StatusCode, response::Builder},
};
use graph::Graph;
use serde_json::Value;
use tokio::net::TcpListener;

/// What one request looked like.
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

type Answers = dyn Fn(&Seen) -> Response<Body> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
    /// Without a slash at the end.
    pub(crate) origin: String,
    answer: Arc<Answers>,
}

/// A server that always answers so, and a client of it.
pub(crate) async fn server(answer: impl Fn(&Seen) -> Response<Body> + Send + Sync + 'static) -> (Server, Graph) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server {
        seen: Arc::default(),
        origin: format!("http://{}", listener.local_addr().unwrap()),
        answer: Arc::new(answer),
    };
    let app = Router::new().fallback(record).with_state(server.clone());
    tokio::spawn(async { axum::serve(listener, app).await });
    let graph = Graph::new(http(), format!("{}/", server.origin).parse().unwrap());
    (server, graph)
}

pub(crate) fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn record(State(server): State<Server>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let seen = Seen {
        line: format!("{} {}", head.method, head.uri),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let answer = (server.answer)(&seen);
    server.seen.lock().unwrap().push(seen);
    answer
}

pub(crate) fn status(status: u16) -> Builder {
    Response::builder().status(StatusCode::from_u16(status).unwrap())
}

pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
