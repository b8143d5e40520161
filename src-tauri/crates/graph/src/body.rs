//! What is written: the documented keys, no nulls, nothing else.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use presence::{PreferredPresence, SessionLength, SessionPresence, WorkLocation};
use serde_json::{Value, json};

pub(crate) fn ids(ids: &[&str]) -> Value {
    json!({"ids": ids})
}

pub(crate) fn session(client_id: &str, presence: SessionPresence, length: Option<SessionLength>) -> Value {
    let mut body = json!({"sessionId": client_id});
    set_presence(&mut body, presence.wire(), length.map(SessionLength::duration));
    body
}

pub(crate) fn session_end(client_id: &str) -> Value {
    json!({"sessionId": client_id})
}

pub(crate) fn preferred_presence(presence: PreferredPresence, length: Option<SignedDuration>) -> Value {
    let mut body = json!({});
    set_presence(&mut body, presence.wire(), length);
    body
}

fn set_presence(body: &mut Value, (availability, activity): (&str, &str), length: Option<SignedDuration>) {
    body["availability"] = availability.into();
    body["activity"] = activity.into();
    if let Some(length) = length {
        body["expirationDuration"] = edm_duration(length).into();
    }
}

pub(crate) fn nothing() -> Value {
    json!({})
}

pub(crate) fn status_message(text: &str, end: Option<Timestamp>) -> Value {
    let mut message = json!({"message": {"content": text, "contentType": "text"}});
    if let Some(end) = end {
        // The page wants neither `Z` nor an offset in `dateTime`.
        let time = end.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S").to_string();
        message["expiryDateTime"] = json!({"dateTime": time, "timeZone": "UTC"});
    }
    json!({"statusMessage": message})
}

pub(crate) fn location(location: &WorkLocation) -> Value {
    let mut body = json!({"workLocationType": location.kind.wire()});
    if let Some(place) = &location.place {
        body["placeId"] = place.as_str().into();
    }
    body
}

/// Edm.Duration: days and smaller units, no weeks, months or years (`OData`). In whole seconds; less than none is none.
fn edm_duration(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let part = |count: i64, unit: char| {
        if count == 0 {
            String::new()
        } else {
            format!("{count}{unit}")
        }
    };
    let days = part(seconds / 86_400, 'D');
    let time = [
        part(seconds / 3_600 % 24, 'H'),
        part(seconds / 60 % 60, 'M'),
        part(seconds % 60, 'S'),
    ]
    .concat();
    match (days.is_empty(), time.is_empty()) {
        (true, true) => "PT0S".to_owned(),
        (false, true) => format!("P{days}"),
        (_, false) => format!("P{days}T{time}"),
    }
}

#[cfg(test)]
mod tests {
    use presence::LocationKind;

    use super::*;

    #[test]
    fn durations_are_balanced_and_without_weeks() {
        for (seconds, text) in [
            (93_600, "P1DT2H"),
            (5_400, "PT1H30M"),
            (28_800, "PT8H"),
            (86_400, "P1D"),
            (2_592_000, "P30D"),
            (61, "PT1M1S"),
            (86_401, "P1DT1S"),
            (0, "PT0S"),
            (-5, "PT0S"),
        ] {
            assert_eq!(edm_duration(SignedDuration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn what_was_not_asked_for_is_not_in_the_body() {
        let end = "2026-11-20T17:30:00.987+01:00".parse().ok();
        let office = |place: Option<&str>| WorkLocation {
            kind: LocationKind::Office,
            place: place.map(str::to_owned),
        };
        for (body, text) in [
            (
                preferred_presence(PreferredPresence::Offline, None),
                r#"{"availability":"Offline","activity":"OffWork"}"#,
            ),
            (
                session("app", SessionPresence::InACall, None),
                r#"{"sessionId":"app","availability":"Busy","activity":"InACall"}"#,
            ),
            (
                session("app", SessionPresence::Presenting, Some(SessionLength::LONGEST)),
                r#"{"sessionId":"app","availability":"DoNotDisturb","activity":"Presenting","expirationDuration":"PT4H"}"#,
            ),
            (session_end("app"), r#"{"sessionId":"app"}"#),
            (ids(&["a", "b"]), r#"{"ids":["a","b"]}"#),
            (nothing(), "{}"),
            (
                status_message("", None),
                r#"{"statusMessage":{"message":{"content":"","contentType":"text"}}}"#,
            ),
            (
                status_message("a \"b\"", end),
                r#"{"statusMessage":{"message":{"content":"a \"b\"","contentType":"text"},"expiryDateTime":{"dateTime":"2026-11-20T16:30:00","timeZone":"UTC"}}}"#,
            ),
            (location(&office(None)), r#"{"workLocationType":"office"}"#),
            (
                location(&office(Some("b1"))),
                r#"{"workLocationType":"office","placeId":"b1"}"#,
            ),
        ] {
            assert_eq!(body.to_string(), text);
        }
    }
}
