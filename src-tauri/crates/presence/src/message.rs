use std::fmt;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// A status message that may be sent: not blank, at most [`MessageText::LIMIT`] units.
///
/// Teams keeps no more; Graph's pages give no limit, so it is kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(String);

/// Why a text cannot be a status message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum MessageError {
    #[error("a status message needs some text")]
    Empty,
    #[error("a status message has at most {limit} characters; this one has {length}", limit = MessageText::LIMIT)]
    TooLong {
        /// In UTF-16 units.
        length: usize,
    },
}

impl MessageText {
    /// In UTF-16 units, as Teams counts.
    pub const LIMIT: usize = 280;

    /// Takes a text, without the white space around it.
    pub fn new(text: &str) -> Result<MessageText, MessageError> {
        let text = text.trim();
        let length = text.encode_utf16().count();
        if text.is_empty() {
            Err(MessageError::Empty)
        } else if length > MessageText::LIMIT {
            Err(MessageError::TooLong { length })
        } else {
            Ok(MessageText(text.to_owned()))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MessageText {
    type Error = MessageError;

    fn try_from(text: String) -> Result<Self, MessageError> {
        MessageText::new(&text)
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> String {
        text.0
    }
}

/// A status message as Graph shows it. Its text was written by somebody else: hostile until drawn as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownMessage {
    /// Without the mark that Teams appends to a message shown to people who write.
    pub text: String,
    /// When it ends, as far as that is known. `None` for a message without end *and* for a zone this program cannot place:
    /// an unknown end is never taken for a past one.
    pub until: Option<Timestamp>,
}

/// Teams appends this, literally, to a message with «Show when people message me».
const PINNED: &str = "<pinnednote></pinnednote>";

impl ShownMessage {
    pub(crate) fn from_graph(value: &Value) -> Option<ShownMessage> {
        let content = value.get("message")?.get("content")?.as_str()?.trim_end();
        let text = content.strip_suffix(PINNED).unwrap_or(content).trim();
        if text.is_empty() {
            return None;
        }
        Some(ShownMessage {
            text: text.to_owned(),
            until: value.get("expiryDateTime").and_then(date_time_with_zone),
        })
    }
}

/// Graph's `dateTimeTimeZone`: a date and time without offset, and the name of a zone beside it.
fn date_time_with_zone(value: &Value) -> Option<Timestamp> {
    let local: DateTime = value.get("dateTime")?.as_str()?.parse().ok()?;
    let zone = match value.get("timeZone")?.as_str()? {
        utc if utc.eq_ignore_ascii_case("utc") => TimeZone::UTC,
        name => TimeZone::get(name).ok()?,
    };
    Some(local.to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn length_is_counted_in_utf16_units() {
        assert_eq!(MessageText::new(&"x".repeat(280)).unwrap().as_str().len(), 280);
        assert_eq!(
            MessageText::new(&"x".repeat(281)),
            Err(MessageError::TooLong { length: 281 })
        );
        assert_eq!(
            MessageText::new(&"🙂".repeat(141)),
            Err(MessageError::TooLong { length: 282 })
        );
        assert_eq!(MessageText::new(" \n"), Err(MessageError::Empty));
        assert!(
            serde_json::from_value::<MessageText>(json!("x".repeat(281))).is_err(),
            "also from another process"
        );
    }

    #[test]
    fn a_message_is_read_with_its_end_and_without_the_mark_of_a_pinned_one() {
        let shown = |expiry: Value, content: &str| {
            ShownMessage::from_graph(
                &json!({"message": {"content": content, "contentType": "text"}, "expiryDateTime": expiry}),
            )
        };
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        for (expiry, until) in [
            (
                json!({"dateTime": "2026-01-15T17:00:00.0000000", "timeZone": "UTC"}),
                at("2026-01-15T17:00:00Z"),
            ),
            (
                json!({"dateTime": "2026-01-15T17:00:00", "timeZone": "Europe/Berlin"}),
                at("2026-01-15T16:00:00Z"),
            ),
            (
                json!({"dateTime": "2026-01-15T17:00:00", "timeZone": "Moon/Crater"}),
                None,
            ),
            (json!({"dateTime": "soon", "timeZone": "UTC"}), None),
            (Value::Null, None),
        ] {
            let message = shown(expiry, "Deep work<pinnednote></pinnednote>").unwrap();
            assert_eq!(
                message,
                ShownMessage {
                    text: "Deep work".into(),
                    until
                }
            );
        }
        assert_eq!(shown(Value::Null, ""), None, "an empty message is none");
    }
}
