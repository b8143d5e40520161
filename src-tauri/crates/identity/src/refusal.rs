//! What the identity service says when it says no.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::registration::is_guid;

/// Longest description kept; the service's own are about 200 characters.
const DESCRIPTION_LIMIT: usize = 300;

/// An error of the identity service, in its own words.
///
/// Decide by `error` and `suberror`; `codes` choose a help text only, since Microsoft changes them
/// (Entra documentation, "reference-error-codes").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// `invalid_grant`, `interaction_required`, ….
    pub error: String,
    /// `basic_action`, `bad_token`, …, where one was given.
    pub suberror: Option<String>,
    /// AADSTS numbers: 50076 for AADSTS50076.
    pub codes: Vec<u64>,
    /// First line of the service's text, at most 300 characters, no control characters. Hostile: never make it a link.
    pub description: Option<String>,
    /// What the next interactive sign-in must hand back (a claims challenge), JSON text.
    pub claims: Option<String>,
    /// Names this request to an administrator.
    pub trace_id: Option<String>,
    /// Names this attempt to an administrator.
    pub correlation_id: Option<String>,
}

impl Refusal {
    /// From an error that has numbers and ids in its text alone: a callback's, a device code's.
    pub(crate) fn from_callback(error: &str, description: Option<&str>) -> Self {
        Self {
            error: one_line(error),
            codes: description.map(codes_in).unwrap_or_default(),
            trace_id: description.and_then(|text| id_in(text, "Trace ID:")),
            correlation_id: description.and_then(|text| id_in(text, "Correlation ID:")),
            description: description.map(one_line),
            ..Self::default()
        }
    }
}

impl Refusal {
    /// Whether a permission that was asked for is not consented to (AADSTS65001).
    pub(crate) fn lacks_consent(&self) -> bool {
        self.error == "consent_required"
            || self.suberror.as_deref() == Some("consent_required")
            || self.codes.contains(&65_001)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.description {
            Some(description) => f.write_str(description)?,
            None => f.write_str(&self.error)?,
        }
        match &self.correlation_id {
            Some(id) => write!(f, " (correlation id {id})"),
            None => Ok(()),
        }
    }
}

/// The error body of the token endpoint. `error_codes` is an `Option`, as a JSON null would break a defaulted `Vec`.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct EntraError {
    error: String,
    error_description: Option<String>,
    error_codes: Option<Vec<u64>>,
    suberror: Option<String>,
    claims: Option<String>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
}

impl oauth2::ErrorResponse for EntraError {}

impl fmt::Display for EntraError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&self.error))
    }
}

impl From<EntraError> for Refusal {
    fn from(entra: EntraError) -> Self {
        let line = |text: Option<String>| text.as_deref().map(one_line).filter(|text| !text.is_empty());
        let codes = entra.error_codes.filter(|codes| !codes.is_empty());
        Self {
            error: one_line(&entra.error),
            suberror: line(entra.suberror),
            codes: codes
                .or_else(|| entra.error_description.as_deref().map(codes_in))
                .unwrap_or_default(),
            description: line(entra.error_description),
            claims: entra.claims,
            trace_id: line(entra.trace_id),
            correlation_id: line(entra.correlation_id),
        }
    }
}

/// The first line, without control characters, cut to the limit.
fn one_line(text: &str) -> String {
    let first = text.trim_start().lines().next().unwrap_or_default();
    first
        .chars()
        .filter(|char| !char.is_control())
        .take(DESCRIPTION_LIMIT)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// The id on the line that begins with `name`.
pub(crate) fn id_in(text: &str, name: &str) -> Option<String> {
    let id = text.lines().find_map(|line| line.trim().strip_prefix(name))?.trim();
    is_guid(id).then(|| id.to_owned())
}

/// Every number behind an `AADSTS` in the text.
pub(crate) fn codes_in(text: &str) -> Vec<u64> {
    let number = |rest: &str| {
        let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    text.split("AADSTS").skip(1).filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_from_the_list_or_else_from_the_text() {
        for (body, codes) in [
            (r#"{"error":"x","error_codes":[50076]}"#, vec![50076]),
            (r#"{"error":"x","error_codes":null}"#, vec![]),
            (r#"{"error":"x"}"#, vec![]),
            (
                r#"{"error":"x","error_codes":[],"error_description":"AADSTS70043: no"}"#,
                vec![70043],
            ),
            (
                r#"{"error":"x","error_description":"AADSTS65001 and AADSTS: and AADSTS90094."}"#,
                vec![65001, 90094],
            ),
            (
                r#"{"error":"x","error_description":"AADSTS99999999999999999999999"}"#,
                vec![],
            ),
        ] {
            let refusal: Refusal = serde_json::from_str::<EntraError>(body).unwrap().into();
            assert_eq!(refusal.codes, codes, "{body}");
        }
    }

    #[test]
    fn ids_are_found_in_the_text() {
        let text =
            "AADSTS65004: no\r\nTrace ID: 0c4c15cf-98ad-4c2c-a55b-2d3b4b3a7300\r\nCorrelation ID: none\r\nTimestamp: x";
        let refusal = Refusal::from_callback("access_denied", Some(text));
        assert_eq!(
            refusal.trace_id.as_deref(),
            Some("0c4c15cf-98ad-4c2c-a55b-2d3b4b3a7300")
        );
        assert_eq!(refusal.correlation_id, None);
    }

    #[test]
    fn a_description_is_cut_to_its_first_line() {
        let long = format!("AADSTS50076: no\u{7}pe{}\r\nTrace ID: 1", "é".repeat(400));
        let description = Refusal::from_callback("x", Some(&long)).description.unwrap();
        assert!(description.starts_with("AADSTS50076: nopeé") && description.ends_with('é'));
        assert_eq!(description.chars().count(), 300);
    }
}
