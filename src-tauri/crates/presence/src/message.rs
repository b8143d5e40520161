use std::fmt;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::{html, windows_zones};

/// A status message that may be sent: not blank, at most [`MessageText::LIMIT`] units.
///
/// Teams keeps no more; Graph's pages give no limit, so it is kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(type = "string"))]
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

    /// Takes a text, without the white space around it. The mark of a pinned message is no part of a text either: whether to pin is asked
    /// each time, see [`MessageText::wire`].
    pub fn new(text: &str) -> Result<MessageText, MessageError> {
        let (text, _) = without_mark(text);
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

    /// The `content` to send. Graph has no property for «Show when people message me»; what Teams appends to the text is appended here.
    pub fn wire(&self, pinned: bool) -> String {
        let mark = if pinned { PINNED } else { "" };
        format!("{}{mark}", self.0)
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
    /// Plain text, without the mark of a pinned message.
    pub text: String,
    /// Whether Teams shows it to people who write to its owner. Seen on the wire, not documented.
    pub pinned: bool,
    /// When it ends, as far as that is known. `None` for a message without end *and* for a zone this program cannot place:
    /// an unknown end is never taken for a past one.
    pub until: Option<Timestamp>,
    /// When it was set. Graph tells it to the owner alone.
    pub published: Option<Timestamp>,
}

/// Teams appends this, literally, to a message with «Show when people message me».
const PINNED: &str = "<pinnednote></pinnednote>";

impl ShownMessage {
    pub(crate) fn from_graph(value: &Value) -> Option<ShownMessage> {
        let message = value.get("message")?;
        let (content, pinned) = without_mark(message.get("content")?.as_str()?);
        let is_html = message
            .get("contentType")
            .and_then(Value::as_str)
            .is_some_and(|kind| kind.eq_ignore_ascii_case("html"));
        let text = if is_html {
            html::plain_text(content)
        } else {
            content.to_owned()
        };
        if text.is_empty() {
            return None;
        }
        Some(ShownMessage {
            text,
            pinned,
            until: value.get("expiryDateTime").and_then(date_time_with_zone),
            published: value.get("publishedDateTime").and_then(|at| at.as_str()?.parse().ok()),
        })
    }
}

/// Whether the mark stood at the end, however often, and what was before it, without white space around it.
fn without_mark(content: &str) -> (&str, bool) {
    let mut text = content.trim();
    let mut pinned = false;
    while let Some(before) = text.strip_suffix(PINNED) {
        text = before.trim_end();
        pinned = true;
    }
    (text, pinned)
}

/// Graph's `dateTimeTimeZone`: a date and time without offset, and beside it the name of a zone, IANA's or Windows'.
fn date_time_with_zone(value: &Value) -> Option<Timestamp> {
    let local: DateTime = value.get("dateTime")?.as_str()?.parse().ok()?;
    let zone = match value.get("timeZone")?.as_str()? {
        utc if utc.eq_ignore_ascii_case("utc") => TimeZone::UTC,
        name => windows_zones::zone(name).or_else(|| TimeZone::get(name).ok())?,
    };
    Some(local.to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
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
    fn a_message_is_read_with_its_end_in_whatever_zone_graph_names() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        for (date_time, zone, until) in [
            ("2026-01-15T17:00:00.0000000", "UTC", at("2026-01-15T17:00:00Z")),
            ("2026-01-15T17:00:00", "utc", at("2026-01-15T17:00:00Z")),
            ("2026-01-15T17:00:00.1234567", "UTC", at("2026-01-15T17:00:00.1234567Z")),
            ("2026-01-15T17:00:00", "Europe/Berlin", at("2026-01-15T16:00:00Z")),
            (
                "2026-07-15T17:00:00",
                "W. Europe Standard Time",
                at("2026-07-15T15:00:00Z"),
            ),
            (
                "2022-10-18T17:05:33.2079781",
                "Pacific Standard Time",
                at("2022-10-19T00:05:33.2079781Z"),
            ),
            // Twice on that day: the first one. Not at all on that day: an hour later.
            ("2026-10-25T02:30:00", "Europe/Berlin", at("2026-10-25T00:30:00Z")),
            ("2026-03-29T02:30:00", "Europe/Berlin", at("2026-03-29T01:30:00Z")),
            ("2026-01-15T17:00:00", "Moon/Crater", None),
            ("2026-01-15T17:00:00", "", None),
            ("soon", "UTC", None),
            ("", "UTC", None),
        ] {
            let shown = ShownMessage::from_graph(&json!({
                "message": {"content": "Deep work", "contentType": "text"},
                "expiryDateTime": {"dateTime": date_time, "timeZone": zone},
            }));
            assert_eq!(shown.unwrap().until, until, "{date_time} {zone}");
        }
    }

    #[test]
    fn what_else_graph_may_send_is_read_as_a_message_or_as_none() {
        let shown = |text: &str, pinned| ShownMessage {
            text: text.to_owned(),
            pinned,
            until: None,
            published: None,
        };
        for (value, message) in [
            (
                json!({"message": {"content": "Deep work", "contentType": "text"}}),
                Some(shown("Deep work", false)),
            ),
            (
                json!({"message": {"content": " Deep work <pinnednote></pinnednote>\n"}, "expiryDateTime": null}),
                Some(shown("Deep work", true)),
            ),
            (
                json!({"message": {"content": "a<pinnednote></pinnednote> b"}, "expiryDateTime": "2026-01-15T17:00:00Z"}),
                Some(shown("a<pinnednote></pinnednote> b", false)),
            ),
            (
                json!({"message": {"content": "<p>R&amp;D <b>now</b></p><pinnednote></pinnednote>", "contentType": "html"}}),
                Some(shown("R&D now", true)),
            ),
            (
                json!({"message": {"content": "1 < 2 &amp; 3", "contentType": "text"}}),
                Some(shown("1 < 2 &amp; 3", false)),
            ),
            (
                json!({"message": {"content": "<p>&nbsp;</p>", "contentType": "HTML"}}),
                None,
            ),
            (
                json!({"message": {"content": "<pinnednote></pinnednote>", "contentType": "text"}}),
                None,
            ),
            (json!({"message": {"content": "", "contentType": "text"}}), None),
            (json!({"message": {"content": null}}), None),
            (json!({"message": null}), None),
            (Value::Null, None),
        ] {
            assert_eq!(ShownMessage::from_graph(&value), message, "{value}");
        }
        let published = json!({"message": {"content": "x"}, "publishedDateTime": "2026-01-15T08:00:00.0000000Z"});
        assert_eq!(
            ShownMessage::from_graph(&published).unwrap().published,
            Some("2026-01-15T08:00:00Z".parse().unwrap())
        );
    }

    proptest! {
        #[test]
        fn what_is_sent_reads_back_as_it_was_meant(text in ".{1,140}", marks in 0_usize..3, pinned: bool) {
            if let Ok(text) = MessageText::new(&format!("{text}{}", PINNED.repeat(marks))) {
                prop_assert!(!text.as_str().ends_with(PINNED));
                let sent = json!({"message": {"content": text.wire(pinned), "contentType": "text"}});
                let shown = ShownMessage::from_graph(&sent).unwrap();
                prop_assert_eq!((shown.text.as_str(), shown.pinned), (text.as_str(), pinned));
            }
        }
    }
}
