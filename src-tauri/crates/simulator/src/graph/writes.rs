//! The nine presence actions: their bodies, to the letter.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::body::{Object, RequestBody};
use super::refusal::Refusal;
use crate::tenant::location::{Location, LocationError};
use crate::tenant::message::{StatusMessage, expiry, visible_length};
use crate::tenant::person::Person;
use crate::tenant::presence::Pair;

/// Longest status message that Teams takes, in UTF-16 units.
const LONGEST_MESSAGE: usize = 280;

/// What can be posted to `…/presence/{action}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    SetPresence,
    ClearPresence,
    SetUserPreferredPresence,
    ClearUserPreferredPresence,
    SetStatusMessage,
    SetManualLocation,
    SetAutomaticLocation,
    ClearAutomaticLocation,
    ClearLocation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetPresence {
    session_id: Option<String>,
    availability: String,
    activity: String,
    expiration_duration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClearPresence {
    session_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetUserPreferredPresence {
    availability: String,
    activity: String,
    expiration_duration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetStatusMessage {
    status_message: Object<PresenceStatusMessage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PresenceStatusMessage {
    message: Object<ItemBody>,
    expiry_date_time: Option<Object<DateTimeTimeZone>>,
    /// Read-only: a client that posts what it read may send it, and it is not looked at (`OData`: computed properties
    /// of a request are ignored).
    #[serde(rename = "publishedDateTime")]
    _published: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemBody {
    content: String,
    content_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DateTimeTimeZone {
    date_time: String,
    time_zone: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetLocation {
    work_location_type: String,
    place_id: Option<String>,
}

impl Action {
    const ALL: [(&str, Self); 9] = [
        ("setPresence", Self::SetPresence),
        ("clearPresence", Self::ClearPresence),
        ("setUserPreferredPresence", Self::SetUserPreferredPresence),
        ("clearUserPreferredPresence", Self::ClearUserPreferredPresence),
        ("setStatusMessage", Self::SetStatusMessage),
        ("setManualLocation", Self::SetManualLocation),
        ("setAutomaticLocation", Self::SetAutomaticLocation),
        ("clearAutomaticLocation", Self::ClearAutomaticLocation),
        ("clearLocation", Self::ClearLocation),
    ];

    /// The action of this name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, action)| *action)
    }

    /// Whether it is one of the four that are about the work location.
    pub(super) fn is_about_location(self) -> bool {
        matches!(
            self,
            Self::SetManualLocation | Self::SetAutomaticLocation | Self::ClearAutomaticLocation | Self::ClearLocation
        )
    }

    /// Does it to `person` on behalf of the application `client_id`; the status of the empty answer.
    pub(super) fn perform(
        self,
        body: &RequestBody<'_>,
        person: &mut Person,
        client_id: &str,
        now: Timestamp,
    ) -> Result<StatusCode, Refusal> {
        match self {
            Self::SetPresence => {
                let asked: SetPresence = body.read()?;
                let session_id = required_session(asked.session_id)?;
                let pair = Pair::new(asked.availability, asked.activity);
                let duration = asked.expiration_duration.as_deref();
                person
                    .change(now)
                    .presence
                    .set_session(client_id, &session_id, &pair, duration, now)
                    .map_err(bad_request)?;
            }
            Self::ClearPresence => {
                let session_id = required_session(body.read::<ClearPresence>()?.session_id)?;
                let cleared = person.change(now).presence.clear_session(&session_id, now);
                cleared.map_err(|error| Refusal::new(StatusCode::NOT_FOUND, "NotFound", &error.to_string()))?;
            }
            Self::SetUserPreferredPresence => {
                let asked: SetUserPreferredPresence = body.read()?;
                let pair = Pair::new(asked.availability, asked.activity);
                let duration = asked.expiration_duration.as_deref();
                person
                    .change(now)
                    .presence
                    .set_preferred(&pair, duration, now)
                    .map_err(bad_request)?;
            }
            Self::ClearUserPreferredPresence => {
                body.nothing_or_empty()?;
                person.change(now).presence.clear_preferred();
            }
            Self::SetStatusMessage => {
                let asked: SetStatusMessage = body.read()?;
                person.set_message(message(asked.status_message.0, now)?);
            }
            Self::SetManualLocation => {
                let location = location(body)?;
                person.change(now).locations.set_manual(location, now);
            }
            Self::SetAutomaticLocation => {
                let location = location(body)?;
                person.change(now).locations.set_automatic(location, now);
            }
            Self::ClearAutomaticLocation => {
                body.none()?;
                person.change(now).locations.clear_automatic();
            }
            Self::ClearLocation => {
                body.none()?;
                person.change(now).locations.clear();
                // The page's sample shows 204, its text 200; clients must take either.
                return Ok(StatusCode::NO_CONTENT);
            }
        }
        Ok(StatusCode::OK)
    }
}

fn required_session(session_id: Option<String>) -> Result<String, Refusal> {
    session_id.ok_or_else(|| Refusal::bad_request("The SessionId field is required."))
}

fn message(asked: PresenceStatusMessage, now: Timestamp) -> Result<StatusMessage, Refusal> {
    let Object(text) = asked.message;
    if text.content_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("text")) {
        return Err(Refusal::bad_request("Only the contentType text is supported."));
    }
    let expires = asked
        .expiry_date_time
        .map(|Object(at)| expiry(&at.date_time, &at.time_zone))
        .transpose()
        .map_err(bad_request)?;
    // Neither is documented: Teams' own limit is taken, and a message that is over before it begins is a mistake.
    if visible_length(&text.content) > LONGEST_MESSAGE {
        return Err(Refusal::bad_request("The message is longer than 280 characters."));
    }
    if expires.is_some_and(|expires| expires <= now) {
        return Err(Refusal::bad_request("The expiryDateTime is in the past."));
    }
    Ok(StatusMessage {
        content: text.content,
        published: now,
        expires,
    })
}

fn location(body: &RequestBody<'_>) -> Result<Location, Refusal> {
    let asked: SetLocation = body.read()?;
    Location::new(&asked.work_location_type, asked.place_id.as_deref()).map_err(|error| match error {
        // Seen from a sibling action: a message that is itself a JSON text.
        LocationError::UnknownPlace => {
            let inner = json!({ "ErrorCode": "400", "Message": error.to_string(), "InstanceAnnotations": [] });
            Refusal::new(StatusCode::BAD_REQUEST, "UnknownError", &inner.to_string())
        }
        _ => bad_request(error),
    })
}

// Taken by value to be handed to `map_err` as it is.
#[allow(clippy::needless_pass_by_value)]
fn bad_request(error: impl std::error::Error) -> Refusal {
    Refusal::bad_request(&error.to_string())
}
