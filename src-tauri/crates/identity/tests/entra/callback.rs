//! The rules of the listening port.

use std::time::Duration;

use identity::SignInError;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::service::{Attempt, Service, read_all};

/// Runs junk against an attempt, checks each answer's status, and that the attempt still ends well.
async fn goes_on_after(junk: impl FnOnce(&Attempt) -> Vec<(&'static str, Vec<u8>)>) -> Vec<String> {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let id_token = service.id_token(&attempt.query["nonce"], &json!({}));
    service.then(Service::tokens(&json!({"id_token": id_token})));
    let finished = tokio::spawn(sign_in.finish());
    let mut answers = Vec::new();
    for (status, request) in junk(&attempt) {
        let answer = attempt.send(&request).await;
        let shown = String::from_utf8_lossy(&request[..request.len().min(300)]).into_owned();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{shown}\n=> {answer}"
        );
        answers.push(answer);
    }
    assert!(attempt.succeed().await.starts_with("HTTP/1.1 200 "));
    finished.await.unwrap().unwrap();
    assert_eq!(service.asked()[0]["code"], "the-code");
    answers
}

fn request(line: &str, host: &str, more: &str) -> Vec<u8> {
    format!("{line} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n").into_bytes()
}

#[tokio::test]
async fn junk_is_answered_and_the_attempt_goes_on() {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    goes_on_after(|attempt| {
        let (state, port) = (attempt.state(), attempt.port);
        let host = format!("localhost:{port}");
        let good = format!("code=evil&state={state}");
        let posting = |line: &str, headers: &str| {
            let mut bytes = request(line, &host, &format!("{headers}Content-Length: {}\r\n", good.len()));
            bytes.extend_from_slice(good.as_bytes());
            bytes
        };
        let elsewhere = |host: &str| {
            let text = String::from_utf8(attempt.form(&good)).unwrap();
            text.replace(&format!("Host: localhost:{port}\r\n"), host).into_bytes()
        };
        vec![
            ("400", attempt.form("code=evil")),
            ("400", attempt.form("code=evil&state=wrong")),
            ("400", attempt.form(&format!("code=evil&state={state}&state={state}"))),
            ("400", attempt.form(&format!("code=evil&code=evil&state={state}"))),
            ("400", attempt.form(&format!("state={state}"))),
            ("400", attempt.form("error=access_denied&state=wrong")),
            ("415", posting("POST /", "Content-Type: application/json\r\n")),
            (
                "415",
                posting("POST /", "Content-Type: multipart/form-data; boundary=x\r\n"),
            ),
            ("415", posting("POST /", "")),
            ("404", posting("POST /elsewhere", form)),
            ("400", request(&format!("GET /?code=evil&state={state}"), &host, "")),
            (
                "400",
                request(&format!("GET /x?error=access_denied&state={state}"), &host, ""),
            ),
            ("400", request("GET /", &host, "")),
            ("404", request("GET /favicon.ico", &host, "")),
            ("405", request("HEAD /", &host, "")),
            ("405", request("PUT /", &host, "")),
            ("405", request("OPTIONS /", &host, "")),
            ("400", elsewhere("Host: evil.example\r\n")),
            ("400", elsewhere(&format!("Host: evil.example:{port}\r\n"))),
            ("400", elsewhere("Host: localhost\r\n")),
            (
                "400",
                elsewhere(&format!("Host: localhost:{port}\r\nHost: localhost:{port}\r\n")),
            ),
            ("400", elsewhere("")),
            ("400", b"\x16\x03\x01\x02\x00\r\n\r\n".to_vec()),
            (
                "413",
                attempt.form(&format!("code=evil&state={state}&pad={}", "x".repeat(65 * 1024))),
            ),
            (
                "431",
                request("GET /", &host, &format!("X-Pad: {}\r\n", "x".repeat(17 * 1024))),
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn every_page_is_locked_down_and_says_what_is_allowed() {
    let answers = goes_on_after(|attempt| {
        let host = format!("localhost:{}", attempt.port);
        vec![
            ("405", request("DELETE /", &host, "")),
            ("400", request("GET /", &host, "")),
        ]
    })
    .await;
    assert!(answers[0].contains("\r\nallow: GET, POST\r\n"), "{}", answers[0]);
    for answer in answers {
        for header in [
            "content-security-policy: default-src 'none'; style-src 'sha256-",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
            "content-type: text/html; charset=utf-8",
            "connection: close",
        ] {
            assert!(answer.contains(&format!("\r\n{header}")), "{header}\n{answer}");
        }
        let answer = answer.to_ascii_lowercase();
        assert!(
            !answer.contains("access-control") && !answer.contains("\r\nlocation:"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn the_right_form_is_taken_under_each_name_of_this_machine() {
    for (address, host) in [
        ("127.0.0.1", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]"),
        ("::1", "LOCALHOST"),
    ] {
        let service = Service::start().await;
        let (sign_in, attempt) = service.begin();
        let id_token = service.id_token(&attempt.query["nonce"], &json!({}));
        service.then(Service::tokens(&json!({"id_token": id_token})));
        let finished = tokio::spawn(sign_in.finish());
        let form = String::from_utf8(attempt.form(&format!("code=c&state={}", attempt.state()))).unwrap();
        let form = form.replace("Host: localhost", &format!("Host: {host}"));
        let mut stream = TcpStream::connect((address, attempt.port)).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, form.as_bytes())
            .await
            .unwrap();
        let page = read_all(stream).await;
        assert!(
            page.starts_with("HTTP/1.1 200 ") && page.contains("return to Presence Tray"),
            "{page}"
        );
        finished.await.unwrap().unwrap();
        assert!(attempt.is_closed().await);
    }
}

#[tokio::test]
async fn a_state_is_good_for_one_answer() {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let id_token = service.id_token(&attempt.query["nonce"], &json!({}));
    service.then(Service::tokens(&json!({"id_token": id_token})));
    // Both are written before anybody is there to read.
    let form = attempt.form(&format!("code=the-code&state={}", attempt.state()));
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(("127.0.0.1", attempt.port)).await.unwrap();
        stream.write_all(&form).await.unwrap();
        streams.push(stream);
    }
    sign_in.finish().await.unwrap();
    let mut taken = 0;
    for stream in streams {
        taken += usize::from(read_all(stream).await.starts_with("HTTP/1.1 200 "));
    }
    assert_eq!((taken, service.asked().len()), (1, 1));
}

#[tokio::test]
async fn an_error_of_the_service_ends_the_attempt_and_is_shown_escaped() {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let finished = tokio::spawn(sign_in.finish());
    let text = "AADSTS65004%3A+%3Cscript%3E+declined%0D%0ATrace+ID%3A+1";
    let form = attempt.form(&format!(
        "error=access_denied&error_description={text}&state={}",
        attempt.state()
    ));
    let page = attempt.send(&form).await;
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    assert!(
        page.contains("AADSTS65004: &lt;script&gt; declined</p>") && !page.contains("Trace ID"),
        "{page}"
    );
    assert!(matches!(finished.await.unwrap(), Err(SignInError::Cancelled)));
    assert!(attempt.is_closed().await);
}

#[tokio::test]
async fn the_ninth_connection_is_refused() {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let finished = tokio::spawn(sign_in.finish());
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(TcpStream::connect(("127.0.0.1", attempt.port)).await.unwrap());
    }
    let ninth = TcpStream::connect(("127.0.0.1", attempt.port)).await.unwrap();
    // At once: an idle one would be hung up on as well, but only after five seconds.
    let refused = tokio::time::timeout(Duration::from_secs(2), read_all(ninth)).await;
    assert_eq!(refused.expect("still open"), "");
    assert!(!finished.is_finished());
    finished.abort();
}

#[tokio::test]
async fn two_hundred_strangers_do_not_keep_the_browser_from_answering() {
    goes_on_after(|attempt| {
        let host = format!("localhost:{}", attempt.port);
        vec![("404", request("GET /favicon.ico", &host, "")); 200]
    })
    .await;
}

#[tokio::test]
async fn who_is_silent_for_five_seconds_is_hung_up_on() {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let finished = tokio::spawn(sign_in.finish());
    let half_a_body = "POST / HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 50\r\n\
                       Content-Type: application/x-www-form-urlencoded\r\n\r\ncode=";
    let half_a_body = half_a_body.replace("PORT", &attempt.port.to_string());
    let hung_up = async |request: &[u8]| tokio::time::timeout(Duration::from_secs(8), attempt.send(request)).await;
    let (nothing, half_a_head, half_a_body) =
        tokio::join!(hung_up(b""), hung_up(b"GET / HT"), hung_up(half_a_body.as_bytes()));
    for answer in [nothing, half_a_head, half_a_body] {
        assert!(!answer.expect("still open after eight seconds").contains(" 200 "));
    }
    assert!(!finished.is_finished());
    finished.abort();
}

#[tokio::test]
async fn the_port_is_closed_after_a_timeout_and_after_a_cancel() {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let result = sign_in.with_patience(Duration::from_millis(20)).finish().await;
    assert!(matches!(result, Err(SignInError::TimedOut)));
    assert!(attempt.is_closed().await);

    let (sign_in, attempt) = service.begin();
    drop(sign_in);
    assert!(attempt.is_closed().await, "before it was waited for");

    let (sign_in, attempt) = service.begin();
    let finished = tokio::spawn(sign_in.finish());
    let open = TcpStream::connect(("127.0.0.1", attempt.port)).await.unwrap();
    finished.abort();
    assert!(finished.await.unwrap_err().is_cancelled());
    assert!(attempt.is_closed().await, "while it was waited for");
    assert_eq!(read_all(open).await, "", "its connections end with it");
}
