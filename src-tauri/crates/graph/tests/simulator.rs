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
use simulator::{Simulator, tenant::people::PEOPLE};
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
        let permissions: Vec<&str> = scopes.split(' ').filter(|scope| scope.contains('.')).collect();
        let consent = json!({"oid": tenant.oid, "permissions": permissions});
        let control = format!("{}/simulator/consent", tenant.graph);
        let consented = http.post(control).json(&consent).send().await.unwrap();
        assert!(consented.status().is_success(), "{consented:?}");
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

    /// Something that happens outside of the application, to the signed-in person where nobody is named.
    async fn meanwhile(&self, what: &str, mut body: Value) {
        if what == "person" && body.get("oid").is_none() {
            body["oid"] = self.oid().into();
        }
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

    let other = PEOPLE[1].oid;
    assert_eq!(graph.read_presence_of(token, other).await, Err(RequestError::Forbidden));
    let many = graph.get_presences_by_user_id(token, &[oid]).await;
    assert_eq!(many, Err(RequestError::Forbidden), "also for oneself");
    let write = graph.clear_user_preferred_presence(token, other).await;
    assert_eq!(write, Err(RequestError::Unauthorized { claims: None }));
}

#[tokio::test]
async fn others_are_read_one_by_one_and_by_the_thousand() {
    let me = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let (graph, token) = (&me.graph, &me.token);
    let other = PEOPLE[1].oid;
    let call = json!({"availability": "Busy", "activity": "InACall"});
    me.meanwhile("person", json!({"oid": other, "teams": call})).await;
    for read in [
        graph.read_presence_of(token, other).await,
        graph.read_presence_by_id(token, other).await,
    ] {
        let presence = read.unwrap();
        assert_eq!((presence.id(), presence.doing()), (other, Activity::InACall));
    }

    // Two requests, with somebody who exists in each.
    let mut oids: Vec<String> = (0..1_000).map(|n| format!("00000000-0000-0000-0000-{n:012}")).collect();
    oids[3] = me.oid().to_owned();
    oids[999] = other.to_uppercase();
    let read = graph.get_presences_by_user_id(token, &oids).await.unwrap();
    assert_eq!(read.len(), oids.len());
    let mut known = read
        .iter()
        .enumerate()
        .filter_map(|(at, read)| Some((at, read.as_ref()?.doing())));
    assert_eq!(known.next(), Some((3, Activity::Available)));
    assert_eq!(known.next(), Some((999, Activity::InACall)));
    assert_eq!(known.next(), None);
}

#[tokio::test]
async fn buildings_are_those_that_a_work_location_takes_and_need_an_administrators_consent() {
    let me = Person::signed_in(SCOPES).await;
    assert_eq!(me.graph.list_buildings(&me.token).await, Err(RequestError::Forbidden));

    let me = Person::signed_in(&format!("{SCOPES} Place.Read.All")).await;
    let buildings = me.graph.list_buildings(&me.token).await.unwrap();
    assert!(!buildings.is_empty());
    for building in buildings {
        let office = WorkLocation {
            kind: LocationKind::Office,
            place: Some(building.id),
        };
        me.graph.set_manual_location(&me.token, &office).await.unwrap();
        let shown = me.presence().await.location().unwrap();
        assert!(office.is_shown_by(&shown), "{office:?}: {shown:?}");
    }
}

#[tokio::test]
async fn a_cloud_without_the_newer_properties_is_read_and_says_no_to_locations() {
    let me = Person::signed_in(SCOPES).await;
    me.meanwhile("tenant", json!({"cloud": "us-gov"})).await;
    let presence = me.presence().await;
    assert_eq!(presence.doing(), Activity::Available);
    assert_eq!(
        (
            presence.sequence_number(),
            presence.out_of_office(),
            presence.location()
        ),
        (None, None, None)
    );
    let text = MessageText::new("Deep work").unwrap();
    me.graph
        .set_status_message(&me.token, me.oid(), &text, None, false)
        .await
        .unwrap();
    assert_eq!(me.presence().await.message().unwrap().text, "Deep work");
    let refused = me.graph.clear_location(&me.token).await;
    assert!(matches!(refused, Err(RequestError::Refused { .. })), "{refused:?}");
}

#[tokio::test]
async fn throttling_and_a_claims_challenge_are_told_as_they_are() {
    let me = Person::signed_in(SCOPES).await;
    for (weather, error) in [
        (
            json!({"status": 429, "retry_after": "2.128", "times": 1}),
            RequestError::Throttled {
                retry_after: Some(SignedDuration::from_millis(2_128)),
            },
        ),
        (
            json!({"status": 429, "retry_date": "PT30S", "times": 1}),
            RequestError::Throttled {
                retry_after: Some(SignedDuration::from_secs(30)),
            },
        ),
        (
            json!({"status": 401, "claims": {"access_token": {"nbf": {"essential": true}}}, "times": 1}),
            RequestError::Unauthorized {
                claims: Some(r#"{"access_token":{"nbf":{"essential":true}}}"#.to_owned()),
            },
        ),
    ] {
        me.meanwhile("weather", weather.clone()).await;
        assert_eq!(me.graph.read_presence(&me.token).await, Err(error), "{weather}");
    }
    for weather in [
        json!({"status": 200, "body": "<h1>Hotel Wi-Fi</h1>", "times": 1}),
        json!({"status": 200, "body": "{\"id\":", "content_type": "application/json", "times": 1}),
    ] {
        me.meanwhile("weather", weather.clone()).await;
        let read = me.graph.read_presence(&me.token).await;
        assert!(matches!(read, Err(RequestError::Nonsense(_))), "{weather}: {read:?}");
    }
    for weather in [json!({"drop": true, "times": 1}), json!({"truncate": true, "times": 1})] {
        me.meanwhile("weather", weather.clone()).await;
        let read = me.graph.read_presence(&me.token).await;
        assert!(matches!(read, Err(RequestError::Unreachable(_))), "{weather}: {read:?}");
    }
}
