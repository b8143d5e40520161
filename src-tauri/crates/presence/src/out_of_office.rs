use serde_json::Value;

use crate::html;

/// Being out of office: inside a window of automatic replies, or while an event in the calendar says so
/// (resource page «outOfOfficeSettings»).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfOffice {
    /// What people are told, as plain text, where something is. Written by somebody else.
    pub message: Option<String>,
}

impl OutOfOffice {
    pub(crate) fn from_graph(value: &Value) -> Option<OutOfOffice> {
        if value.get("isOutOfOffice")? != &Value::Bool(true) {
            return None;
        }
        let message = value.get("message").and_then(Value::as_str).unwrap_or_default().trim();
        // The page does not say whether it is plain; Outlook's own replies are HTML documents.
        let message = if message.starts_with('<') {
            html::plain_text(message)
        } else {
            message.to_owned()
        };
        Some(OutOfOffice {
            message: Some(message).filter(|message| !message.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn somebody_is_out_of_office_only_where_graph_says_so() {
        let out = |message: Option<&str>| {
            Some(OutOfOffice {
                message: message.map(str::to_owned),
            })
        };
        for (settings, expected) in [
            (
                json!({"isOutOfOffice": true, "message": "Back on Monday"}),
                out(Some("Back on Monday")),
            ),
            (
                json!({"isOutOfOffice": true, "message": "<html><body><p>Back on Monday</p></body></html>"}),
                out(Some("Back on Monday")),
            ),
            (json!({"isOutOfOffice": true, "message": null}), out(None)),
            (json!({"isOutOfOffice": true}), out(None)),
            (json!({"isOutOfOffice": false, "message": "Back on Monday"}), None),
            (json!({"isOutOfOffice": null, "message": "Back on Monday"}), None),
            (json!({"isOutOfOffice": "true"}), None),
            (json!({}), None),
            (json!(null), None),
            (json!("out"), None),
        ] {
            assert_eq!(OutOfOffice::from_graph(&settings), expected, "{settings}");
        }
    }
}
