use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use graph::{Graph, RequestError};
use jiff::SignedDuration;
use tokio::net::TcpListener;

use crate::{
    TOKEN,
    server::{http, server, status},
};

#[tokio::test]
async fn every_failure_is_told_apart() {
    let refused = |status, code: &str, message: &str| RequestError::Refused {
        status,
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let unauthorized = |claims: Option<&str>| RequestError::Unauthorized {
        claims: claims.map(str::to_owned),
    };
    let pause = |milliseconds| Some(SignedDuration::from_millis(milliseconds));
    let challenge = (
        "www-authenticate",
        r#"Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ==""#,
    );
    for (code, headers, body, error) in [
        (
            401,
            vec![],
            include_str!("../examples/error.401-presence-get-unauthorized.json"),
            unauthorized(None),
        ),
        (
            401,
            vec![("www-authenticate", "Negotiate"), challenge],
            "",
            unauthorized(Some(r#"{"a":1}"#)),
        ),
        (403, vec![challenge], "", unauthorized(Some(r#"{"a":1}"#))),
        (
            403,
            vec![],
            r#"{"error":{"code":"Forbidden","message":""}}"#,
            RequestError::Forbidden,
        ),
        (
            400,
            vec![],
            include_str!("../examples/error.400-setCurrentLocation-placeid.json"),
            refused(
                400,
                "UnknownError",
                "Unable to validate place ID due to a service error. Please try again later.",
            ),
        ),
        (404, vec![], "<html>not here</html>", refused(404, "", "")),
        (
            429,
            vec![("retry-after", "2.128")],
            include_str!("../examples/error.429-throttled.json"),
            RequestError::Throttled {
                retry_after: pause(2_128),
            },
        ),
        (
            429,
            vec![("retry-after", "soon")],
            "",
            RequestError::Throttled { retry_after: None },
        ),
        (
            503,
            vec![
                ("date", "Fri, 20 Nov 2026 12:00:00 GMT"),
                ("retry-after", "Fri, 20 Nov 2026 12:00:07 GMT"),
            ],
            "",
            RequestError::Trouble {
                status: 503,
                retry_after: pause(7_000),
            },
        ),
        (
            502,
            vec![],
            "<html>",
            RequestError::Trouble {
                status: 502,
                retry_after: None,
            },
        ),
        (
            302,
            vec![("location", "http://portal/")],
            "",
            RequestError::Nonsense("a redirect (302 Found)".into()),
        ),
    ] {
        let (_, graph) = server(move |_| {
            let answer = headers
                .iter()
                .fold(status(code), |answer, (name, value)| answer.header(*name, *value));
            answer.body(Body::from(body)).unwrap()
        })
        .await;
        assert_eq!(graph.read_presence(TOKEN).await, Err(error.clone()), "{code}");
        assert_eq!(graph.clear_location(TOKEN).await, Err(error), "{code}");
    }
}

#[tokio::test]
async fn the_documented_claims_challenge_is_found_among_several_headers() {
    let claims = include_str!("../examples/cae.claims-challenge.decoded.json").trim();
    let challenge = format!(
        r#"Bearer realm="", authorization_uri="https://login", error="insufficient_claims", claims="{}""#,
        STANDARD.encode(claims)
    );
    let (_, graph) = server(move |_| {
        let answer = status(401)
            .header("www-authenticate", "Basic")
            .header("www-authenticate", &challenge);
        let body = include_str!("../examples/error.401-setPresence-serviceerror.json");
        answer.body(Body::from(body)).unwrap()
    })
    .await;
    let wanted = RequestError::Unauthorized {
        claims: Some(claims.to_owned()),
    };
    assert_eq!(graph.read_presence(TOKEN).await, Err(wanted));
}

#[tokio::test]
async fn an_answer_that_is_no_presence_is_nonsense() {
    for body in [
        String::new(),
        "<html>Sign in to the hotel's network</html>".to_owned(),
        "[]".to_owned(),
        r#"{"error":{}}"#.to_owned(),
        r#"{"availability":null}"#.to_owned(),
        "[".repeat(60_000),
        format!(r#"{{"availability":"Busy","x":"{}"}}"#, "x".repeat(256 * 1024)),
    ] {
        let start: String = body.chars().take(40).collect();
        let (_, graph) = server(move |_| status(200).body(Body::from(body.clone())).unwrap()).await;
        let read = graph.read_presence(TOKEN).await;
        assert!(matches!(read, Err(RequestError::Nonsense(_))), "{start}: {read:?}");
    }
}

#[tokio::test]
async fn nobody_there_and_a_hang_up_are_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let graph = Graph::new(http(), base.parse().unwrap());
    let (answer, ()) = tokio::join!(graph.read_presence(TOKEN), async {
        drop(listener.accept().await.unwrap());
    });
    assert!(matches!(answer, Err(RequestError::Unreachable(_))), "{answer:?}");

    drop(listener);
    let answer = graph.clear_location(TOKEN).await.unwrap_err();
    assert!(
        matches!(&answer, RequestError::Unreachable(cause) if cause.contains("refused")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_nonsense_and_does_not_show_the_token() {
    let (_, graph) = server(|_| status(200).body(Body::empty()).unwrap()).await;
    let nowhere = Graph::new(http(), "data:text/plain,x".parse().unwrap());
    for (graph, token) in [(graph, "secret\ntoken"), (nowhere, "secret token")] {
        let error = graph.read_presence(token).await.unwrap_err();
        assert!(matches!(error, RequestError::Nonsense(_)), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
    }
}
