//! Claims: what a token must have seen (continuous access evaluation).
//!
//! Every request declares the capability `cp1`: this client answers a resource's claims challenge, and gets tokens that
//! live for a day in return (Entra documentation, "claims-challenge").

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

/// A claims challenge: a JSON object, as a resource's `WWW-Authenticate` or the token endpoint's `claims` carries it
/// (already out of its base64). To be handed back with the next request for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims(Map<String, Value>);

impl FromStr for Claims {
    type Err = ClaimsError;

    fn from_str(text: &str) -> Result<Self, ClaimsError> {
        serde_json::from_str(text).map(Self).map_err(|_| ClaimsError)
    }
}

/// The text is no claims challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the claims challenge is not a JSON object")]
pub struct ClaimsError;

impl fmt::Display for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::Object(self.0.clone()).fmt(f)
    }
}

/// The `claims` parameter of a request: the capability, and the challenge where there is one.
pub(crate) fn parameter(challenge: Option<&Claims>) -> String {
    let mut claims = json!({"access_token": {"xms_cc": {"values": ["cp1"]}}});
    if let Some(Claims(challenge)) = challenge {
        merge(&mut claims, &Value::Object(challenge.clone()));
    }
    claims.to_string()
}

/// Objects are merged, anything else is replaced; the depth is the parser's, 128 at most.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_merged_with_the_capability() {
        assert_eq!(parameter(None), r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
        let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1"}},"id_token":{"x":null}}"#;
        assert_eq!(
            parameter(Some(&challenge.parse().unwrap())),
            r#"{"access_token":{"xms_cc":{"values":["cp1"]},"nbf":{"essential":true,"value":"1"}},"id_token":{"x":null}}"#
        );
    }

    #[test]
    fn what_is_no_object_is_no_challenge() {
        let deep = "{\"a\":".repeat(200) + &"}".repeat(200);
        for text in ["", "[]", "7", "null", "\"{}\"", "{", "e30", &deep] {
            assert_eq!(text.parse::<Claims>(), Err(ClaimsError), "{text}");
        }
    }
}
