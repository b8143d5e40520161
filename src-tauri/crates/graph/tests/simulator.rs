//! The operations against the simulated tenant, which has its own view of the wire: what is set is what is read back.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::net::SocketAddr;

use graph::{Graph, RequestError};
use jiff::{SignedDuration, Timestamp};
use presence::{
    Activity, LocationKind, LocationSource, MessageText, PreferredPresence, Presence, SessionLength, SessionPresence,
    WorkLocation,
};
use serde_json::{Value, json};
use simulator::Simulator;
use url::Url;

const SCOPES: &str = "openid profile offline_access Presence.Read Presence.ReadWrite";
const REDIRECT: &str = "http://localhost:50505";
// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Somebody who is signed in to a tenant of their own.
struct Person {
    simulator: Simulator,
    http: reqwest::Client,
    graph: Graph,
    token: String,
}

impl Person {
    async fn signed_in(scopes: &str) -> Person {
        let simulator = Simulator::start(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let builder = reqwest::Client::builder().no_proxy();
        let http = builder.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let tenant = simulator.announcement();
        let authority = format!("{}/organizations/oauth2/v2.0", tenant.authority);
        let chosen = http
            .post(format!("{authority}/authorize"))
            .query(&[
                ("client_id", tenant.client_id.as_str()),
                ("response_type", "code"),
                ("redirect_uri", REDIRECT),
                ("scope", scopes),
                ("nonce", "n0nce"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ])
            .form(&[("person", tenant.oid.as_str())])
            .send()
            .await
            .unwrap();
        let back = Url::parse(chosen.headers()["location"].to_str().unwrap()).unwrap();
        let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
        let redeemed = http
            .post(format!("{authority}/token"))
            .form(&[
                ("grant_type", "authorization_code"),
                ("client_id", &tenant.client_id),
                ("code", &code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", VERIFIER),
            ])
            .send()
            .await
            .unwrap();
        let answer: Value = redeemed.json().await.unwrap();
        let graph = Graph::new(http.clone(), tenant.graph.parse().unwrap());
        Person {
            token: answer["access_token"].as_str().unwrap().to_owned(),
            simulator,
            http,
            graph,
        }
    }

    fn oid(&self) -> &str {
        &self.simulator.announcement().oid
    }

    fn app(&self) -> &str {
        &self.simulator.announcement().client_id
    }

    async fn presence(&self) -> Presence {
        self.graph.read_presence(&self.token).await.unwrap()
    }

    /// Something that happens outside of the application.
    async fn meanwhile(&self, what: &str, mut body: Value) {
        body["oid"] = self.oid().into();
        let url = format!("{}/simulator/{what}", self.simulator.announcement().graph);
        let done = self.http.post(url).json(&body).send().await.unwrap();
        assert!(done.status().is_success(), "{done:?}");
    }
}

#[tokio::test]
async fn every_session_presence_is_accepted_and_reads_back_until_it_is_cleared() {
    let me = Person::signed_in(SCOPES).await;
    let (graph, token, oid, app) = (&me.graph, &me.token, me.oid(), me.app());
    me.meanwhile("person", json!({"teams": null})).await;
    assert_eq!(me.presence().await.doing(), Activity::Offline);
    for presence in SessionPresence::ALL {
        for length in [None, Some(SessionLength::SHORTEST), Some(SessionLength::LONGEST)] {
            graph.set_presence(token, oid, app, presence, length).await.unwrap();
            let shown = me.presence().await;
            assert!(presence.is_shown_by(&shown), "{presence:?} {length:?}: {shown:?}");
        }
    }
    graph.clear_presence(token, oid, app).await.unwrap();
    assert_eq!(me.presence().await.doing(), Activity::Offline);
    graph.clear_presence(token, oid, app).await.unwrap();

    let other = graph
        .set_presence(token, oid, "another app", SessionPresence::Away, None)
        .await;
    assert!(
        matches!(other, Err(RequestError::Refused { status: 400, .. })),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_preferred_presence_shows_while_there_is_a_session_and_until_it_is_cleared() {
    let me = Person::signed_in(SCOPES).await;
    let (graph, token, oid, app) = (&me.graph, &me.token, me.oid(), me.app());
    for presence in PreferredPresence::ALL {
        for length in [
            None,
            Some(SignedDuration::from_mins(90)),
            Some(SignedDuration::from_hours(30 * 24)),
        ] {
            graph
                .set_user_preferred_presence(token, oid, presence, length)
                .await
                .unwrap();
            let shown = me.presence().await;
            assert!(presence.is_shown_by(&shown), "{presence} {length:?}: {shown:?}");
        }
    }
    graph
        .set_user_preferred_presence(token, oid, PreferredPresence::Busy, None)
        .await
        .unwrap();
    me.meanwhile("person", json!({"teams": null})).await;
    assert_eq!(me.presence().await.doing(), Activity::Offline, "without a session");
    graph
        .set_presence(token, oid, app, SessionPresence::Away, None)
        .await
        .unwrap();
    assert_eq!(me.presence().await.doing(), Activity::Busy, "a session carries it");
    graph.clear_user_preferred_presence(token, oid).await.unwrap();
    assert_eq!(me.presence().await.doing(), Activity::Away);
}

#[tokio::test]
async fn a_message_reads_back_with_its_end_and_whether_it_is_pinned() {
    let me = Person::signed_in(SCOPES).await;
    let (graph, token, oid) = (&me.graph, &me.token, me.oid());
    let end: Timestamp = "2099-10-25T00:30:00Z".parse().unwrap();
    for text in ["Deep work", "<b>not bold</b> & \"so\" on", "日本語 🙂\nin two lines"] {
        for (end, pinned) in [(None, false), (Some(end), false), (None, true), (Some(end), true)] {
            let text = MessageText::new(text).unwrap();
            graph.set_status_message(token, oid, &text, end, pinned).await.unwrap();
            let shown = me.presence().await.message().unwrap();
            assert_eq!(
                (shown.text.as_str(), shown.until, shown.pinned),
                (text.as_str(), end, pinned)
            );
            assert!(shown.published.is_some());
        }
    }
    graph.clear_status_message(token, oid).await.unwrap();
    assert_eq!(me.presence().await.message(), None);
}

#[tokio::test]
async fn a_location_reads_back_with_the_layer_that_won() {
    let me = Person::signed_in(SCOPES).await;
    let (graph, token) = (&me.graph, &me.token);
    let location = |kind, place: Option<&str>| WorkLocation {
        kind,
        place: place.map(str::to_owned),
    };
    let office = location(LocationKind::Office, Some(simulator::places()[0].id));
    let remote = location(LocationKind::Remote, None);
    let time_off = location(LocationKind::TimeOff, None);
    let source = async |wanted: &WorkLocation| {
        let shown = me.presence().await.location().unwrap();
        assert!(wanted.is_shown_by(&shown), "{wanted:?}: {shown:?}");
        shown.source
    };
    assert_eq!(me.presence().await.location(), None);
    me.meanwhile("person", json!({"scheduled": {"kind": "remote"}})).await;
    assert_eq!(source(&remote).await, LocationSource::Scheduled);
    graph.set_automatic_location(token, &office).await.unwrap();
    assert_eq!(source(&office).await, LocationSource::Automatic);
    graph.set_manual_location(token, &time_off).await.unwrap();
    assert_eq!(source(&time_off).await, LocationSource::Manual);
    graph.clear_automatic_location(token).await.unwrap();
    assert_eq!(source(&time_off).await, LocationSource::Manual);
    graph.clear_location(token).await.unwrap();
    assert_eq!(source(&remote).await, LocationSource::Scheduled);

    let nowhere = location(LocationKind::Office, Some("no such place"));
    let refused = graph.set_manual_location(token, &nowhere).await;
    assert!(
        matches!(&refused, Err(RequestError::Refused { status: 400, message, .. }) if !message.is_empty()),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_presence_is_the_same_under_every_path_and_others_need_a_scope_of_their_own() {
    let me = Person::signed_in(SCOPES).await;
    let (graph, token, oid) = (&me.graph, &me.token, me.oid());
    me.meanwhile("person", json!({"out_of_office": "Back on Monday"})).await;
    let presence = me.presence().await;
    assert_eq!(presence.id(), oid);
    let message = presence.out_of_office().unwrap().message;
    assert_eq!(message.as_deref(), Some("Back on Monday"));
    assert_eq!(graph.read_presence_of(token, oid).await.unwrap(), presence);
    assert_eq!(graph.read_presence_by_id(token, oid).await.unwrap(), presence);

    let other = simulator::tenant::people::PEOPLE[1].oid;
    assert_eq!(graph.read_presence_of(token, other).await, Err(RequestError::Forbidden));
    let write = graph.clear_user_preferred_presence(token, other).await;
    assert_eq!(write, Err(RequestError::Unauthorized { claims: None }));
}
