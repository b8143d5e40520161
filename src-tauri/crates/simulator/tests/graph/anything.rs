//! Bodies and paths from a generator that knows what Graph would like, and seldom keeps to it.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::string::string_regex;
use serde_json::{Value, json};

use super::script::play;

const WORDS: &str = "me|ME|users|communications|presences|presence|places|\\$batch|getPresencesByUserId|setPresence|\
    clearPresence|setUserPreferredPresence|clearUserPreferredPresence|setStatusMessage|setManualLocation|\
    setAutomaticLocation|clearAutomaticLocation|clearLocation|microsoft\\.graph\\.building|graph\\.setPresence|\
    5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531|users\\('5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531'\\)|%2e%2e|%ff|''|";
const NAMES: &str = "availability|activity|sessionId|expirationDuration|statusMessage|message|content|contentType|\
    expiryDateTime|dateTime|timeZone|publishedDateTime|workLocationType|placeId|ids|requests|id|method|url|headers|body|\
    dependsOn|@odata\\.type|Content-Type";
const TEXTS: &str = "Busy|Available|Away|DoNotDisturb|InACall|Offline|OffWork|PT1H|PT5M|P999999D|PT0S|office|remote|text|\
    html|UTC|Europe/Berlin|Pacific Standard Time|2099-01-01T00:00:00|9999-12-31T23:59:59\\.9999999|0000-00-00T00:00:00|\
    a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab|9b2f4e60-c3a7-4d18-8e51-f0a6d7123c94|GET|POST|/me/presence|/\\$batch|1|2|\
    application/json|<pinnednote></pinnednote>|\\PC{0,300}";

fn regex(pattern: &str) -> impl Strategy<Value = String> + use<> {
    string_regex(pattern).unwrap()
}

fn target() -> impl Strategy<Value = String> {
    let query =
        prop_oneof![4 => Just(String::new()), 1 => regex("\\?(\\$(top|skip|skiptoken|select)=[a-z0-9,-]{0,9}&?){0,3}")];
    (prop::collection::vec(regex(WORDS), 0..6), query)
        .prop_map(|(segments, query)| format!("/v1.0/{}{query}", segments.join("/")))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => regex(TEXTS).prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::vec((regex(NAMES), inner), 0..5)
                .prop_map(|properties| Value::Object(properties.into_iter().collect())),
        ]
    })
}

/// A body of one of the documented shapes with anything in the places of its values.
fn shaped() -> impl Strategy<Value = Value> {
    let text = || regex(TEXTS);
    prop_oneof![
        (text(), text(), text())
            .prop_map(|(a, b, c)| json!({"availability": a, "activity": b, "expirationDuration": c})),
        (text(), text(), text()).prop_map(|(a, b, c)| json!({"sessionId": a, "availability": b, "activity": c})),
        (text(), text(), text()).prop_map(|(a, b, c)| {
            let expiry = json!({"dateTime": b, "timeZone": c});
            json!({"statusMessage": {"message": {"content": a, "contentType": "text"}, "expiryDateTime": expiry}})
        }),
        (text(), text()).prop_map(|(a, b)| json!({"workLocationType": a, "placeId": b})),
        prop::collection::vec(text(), 0..4).prop_map(|ids| json!({ "ids": ids })),
        (target(), text(), value()).prop_map(|(url, id, body)| {
            let headers = json!({"Content-Type": "application/json"});
            json!({"requests": [{"id": id, "method": "POST", "url": url, "headers": headers, "body": body}]})
        }),
        value(),
    ]
}

proptest! {
    #[test]
    fn any_conversation_is_answered(
        requests in prop::collection::vec((regex("GET|POST|POST|PATCH|x"), target(), shaped()), 1..5)
    ) {
        let scripts = requests.iter().map(|(method, target, body)| format!("{method} {target} application/json\n{body}"));
        play(scripts.collect::<Vec<_>>().join("\u{1e}").as_bytes());
    }

    #[test]
    fn any_bytes_are_answered(script in prop::collection::vec(any::<u8>(), 0..600)) {
        play(&script);
    }
}
