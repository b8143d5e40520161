//! What a client may do to a resident: nothing but lose its own connection.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use std::time::{Duration, Instant};

use control::{Client, ConnectError, LONGEST_FRAME, Listener};
use engine::{Command, Reply};
use support::{Resident, reply_to_all, snapshot};
use tempfile::tempdir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    time::timeout,
};

const HELLO: &str = "{\"hello\":{\"version\":\"0\"}}\n";

/// More than the resident's own 5 seconds.
const LONG: Duration = Duration::from_secs(15);

async fn raw(resident: &Resident) -> UnixStream {
    UnixStream::connect(resident.endpoint.address()).await.unwrap()
}

/// A good request, made this long with white space.
fn padded(length: usize) -> Vec<u8> {
    let mut line = br#"{"id":1,"look":{}}"#.to_vec();
    line.resize(length, b' ');
    line
}

/// Everything up to the end of the connection.
async fn rest(stream: &mut UnixStream) -> Vec<u8> {
    let mut said = Vec::new();
    // A connection cut with lines unread ends in a reset: an end as good as another.
    let _ = timeout(LONG, stream.read_to_end(&mut said))
        .await
        .expect("the resident hangs up");
    said
}

#[tokio::test]
async fn a_line_out_of_the_grammar_ends_its_connection_and_nothing_else() {
    let folder = tempdir().unwrap();
    let mut resident = Resident::start(folder.path());
    let bystander = resident.client().await;
    let after_hello = |line: &[u8]| [HELLO.as_bytes(), line, b"\n"].concat();
    let deep = format!("{{\"id\":1,\"send\":{}", "[".repeat(100_000));
    for (what, bytes) in [
        ("a line that is too long", after_hello(&padded(LONGEST_FRAME + 1))),
        (
            "a line without an end",
            [HELLO.as_bytes(), &vec![b' '; LONGEST_FRAME * 2]].concat(),
        ),
        ("not UTF-8", after_hello(b"\xff\xfe\x00\x80")),
        ("not JSON", after_hello(b"look")),
        ("an empty line", after_hello(b"")),
        ("deep nesting", after_hello(deep.as_bytes())),
        (
            "deep nesting in a greeting",
            [b"[".repeat(200_000), b"\n".to_vec()].concat(),
        ),
        ("no id", after_hello(br#"{"look":{}}"#)),
        ("an id in words", after_hello(br#"{"id":"1","look":{}}"#)),
        ("a broken id", after_hello(br#"{"id":1.5,"look":{}}"#)),
        (
            "an id too large",
            after_hello(br#"{"id":18446744073709551616,"look":{}}"#),
        ),
        ("an unknown wish", after_hello(br#"{"id":1,"token":{}}"#)),
        ("an unknown command", after_hello(br#"{"id":1,"send":{"do":"rm"}}"#)),
        (
            "a command out of bounds",
            after_hello(br#"{"id":1,"send":{"do":"set-message","text":""}}"#),
        ),
        ("a second greeting", after_hello(HELLO.trim().as_bytes())),
        ("no greeting", b"{\"id\":1,\"look\":{}}\n".to_vec()),
        ("a browser", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
    ] {
        let mut peer = raw(&resident).await;
        // It may hang up before all is written.
        let _ = peer.write_all(&bytes).await;
        let said = rest(&mut peer).await;
        let lines = String::from_utf8_lossy(&said).lines().count();
        assert!(lines <= 1, "{what} is answered");
        assert_eq!(
            resident.client().await.look().await,
            Ok(snapshot("first")),
            "after {what}"
        );
    }
    assert_eq!(bystander.look().await, Ok(snapshot("first")));
    assert!(resident.commands.try_recv().is_err(), "no command came of it");
}

#[tokio::test]
async fn the_longest_line_is_answered() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let mut peer = raw(&resident).await;
    peer.write_all(HELLO.as_bytes()).await.unwrap();
    peer.write_all(&padded(LONGEST_FRAME)).await.unwrap();
    peer.write_all(b"\n").await.unwrap();
    let mut lines = BufReader::new(peer).lines();
    lines.next_line().await.unwrap().unwrap();
    let answer = lines.next_line().await.unwrap().unwrap();
    assert!(answer.starts_with(r#"{"id":1,"snapshot":{"#), "{answer}");
}

#[tokio::test]
async fn half_a_line_and_gone_is_no_command() {
    let folder = tempdir().unwrap();
    let mut resident = Resident::start(folder.path());
    let mut peer = raw(&resident).await;
    peer.write_all(HELLO.as_bytes()).await.unwrap();
    peer.write_all(br#"{"id":1,"send":{"do":"quit""#).await.unwrap();
    peer.shutdown().await.unwrap();
    rest(&mut peer).await;
    assert_eq!(resident.client().await.look().await, Ok(snapshot("first")));
    assert!(resident.commands.try_recv().is_err());
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_hung_up_on() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let mut peer = raw(&resident).await;
    assert_eq!(rest(&mut peer).await, b"");
}

#[tokio::test]
async fn a_subscriber_that_never_reads_is_dropped_and_the_others_get_their_snapshots() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let mut deaf = raw(&resident).await;
    deaf.write_all(HELLO.as_bytes()).await.unwrap();
    deaf.write_all(b"{\"id\":1,\"watch\":{}}\n").await.unwrap();
    let mut watch = resident.client().await.watch().await.unwrap();
    assert_eq!(watch.next().await, Some(snapshot("first")));

    // Far more than a socket holds for somebody who does not read.
    let filler = "x".repeat(100_000);
    for number in 0..50 {
        let shown = snapshot(&format!("{number}{filler}"));
        resident.snapshots.send_replace(shown.clone());
        let began = Instant::now();
        assert_eq!(watch.next().await, Some(shown));
        assert!(began.elapsed() < Duration::from_secs(2), "one waits for the other");
    }
    let dropped = async {
        // The resident's own, and two of the client that reads.
        while resident.snapshots.receiver_count() > 3 {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, dropped).await.expect("it is dropped unread");
    let said = rest(&mut deaf).await;
    assert!(said.len() < 40 * filler.len(), "nothing is kept for it");
}

#[tokio::test]
async fn one_client_too_many_is_hung_up_on_until_another_leaves() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let mut clients = Vec::new();
    for _ in 0..Listener::CONNECTIONS {
        clients.push(resident.client().await);
    }
    assert!(matches!(
        Client::connect(&resident.endpoint).await,
        Err(ConnectError::NoAnswer)
    ));
    clients.pop();
    let next = control::wait_for(&resident.endpoint, LONG).await.unwrap();
    assert_eq!(next.look().await, Ok(snapshot("first")));
}

#[tokio::test]
async fn too_many_open_requests_end_the_connection() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let mut peer = raw(&resident).await;
    peer.write_all(HELLO.as_bytes()).await.unwrap();
    for id in 0..300 {
        let _ = peer
            .write_all(format!("{{\"id\":{id},\"watch\":{{}}}}\n").as_bytes())
            .await;
    }
    rest(&mut peer).await;
    let client = resident.client().await;
    reply_to_all(resident.commands);
    assert_eq!(client.send(Command::Refresh).await, Ok(Reply::Done));
}
