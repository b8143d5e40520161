use jiff::SignedDuration;
use serde_json::Value;
use thiserror::Error;

/// Why an operation was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// 401: the token is not, or no longer, accepted; or (also as 403) more is wanted of the sign-in. Try once with a fresh token: it is not
    /// always the token's fault.
    #[error("the token was not accepted")]
    Unauthorized {
        /// What a new sign-in has to ask for: a JSON object, for the `claims` parameter of the authorize endpoint.
        claims: Option<String>,
    },
    /// 403: this user, or this app, may not do this. Asking again is in vain.
    #[error("the service forbids it")]
    Forbidden,
    /// Any other 4xx: the request was understood and refused. Asking again is in vain.
    #[error("the service refused it: {status} {code} {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Graph's code; empty where it gave none.
        code: String,
        /// The first line of Graph's message, for logs and bug reports; empty where it gave none.
        message: String,
    },
    /// 429: too many requests, perhaps not ours: every installation in a tenant draws on one budget.
    #[error("the service asks to be left alone for a while")]
    Throttled {
        /// For how long, where it said so: up to a day.
        retry_after: Option<SignedDuration>,
    },
    /// 5xx, and 408: the service has trouble of its own.
    #[error("the service has trouble ({status})")]
    Trouble {
        /// The HTTP status.
        status: u16,
        /// How long to leave it alone, where it said so: up to a day.
        retry_after: Option<SignedDuration>,
    },
    /// No answer, or half of one. A write may have been carried out all the same.
    #[error("the service could not be reached: {0}")]
    Unreachable(String),
    /// An answer that cannot be Graph's: a redirect, a web page, JSON of another kind, more than a sane answer holds, a next page that is
    /// somebody else's. Or a request that cannot be sent, since the base is no http address or the token no text for a header.
    #[error("it makes no sense: {0}")]
    Nonsense(String),
}

/// What an error's body says, for people who look into a failure: the status alone decides (page «Microsoft Graph error responses»).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Explanation {
    /// In characters.
    const LONGEST: usize = 200;

    /// Reads `{"error":{"code","message","innerError":{…}}}`. The message may be empty, and then an inner error may have one; it may itself be JSON
    /// in a string. Anything else explains nothing.
    pub(crate) fn read(body: &[u8]) -> Explanation {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return Explanation::default();
        };
        let error = &body["error"];
        // The schema spells it in one way, the samples in the other. They nest, no deeper than serde_json reads.
        let nested = std::iter::successors(Some(error), |error| {
            error.get("innerError").or_else(|| error.get("innererror"))
        });
        let message = nested
            .filter_map(|error| error.get("message")?.as_str())
            .map(unwrapped)
            .map(|message| first_line(&message))
            .find(|message| !message.is_empty());
        Explanation {
            code: first_line(error["code"].as_str().unwrap_or_default()),
            message: message.unwrap_or_default(),
        }
    }
}

/// `{"Message":"…"}` in a string, as some of the services behind Graph answer.
fn unwrapped(message: &str) -> String {
    let nested = serde_json::from_str::<Value>(message).unwrap_or_default();
    ["Message", "message"]
        .into_iter()
        .find_map(|key| nested.get(key)?.as_str())
        .unwrap_or(message)
        .to_owned()
}

/// Without control characters: it may end on a terminal.
pub(crate) fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars()
        .filter(|c| !c.is_control())
        .take(Explanation::LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_is_found_wherever_graph_puts_it_and_nonsense_has_none() {
        let long = format!(r#"{{"error":{{"code":"c","message":"{}"}}}}"#, "é".repeat(5_000));
        let example = |name: &str| match name {
            "generic" => include_str!("../tests/examples/error.generic.json"),
            "429" => include_str!("../tests/examples/error.429-throttled.json"),
            "400" => include_str!("../tests/examples/error.400-setCurrentLocation-placeid.json"),
            _ => include_str!("../tests/examples/error.401-setPresence-serviceerror.json"),
        };
        for (body, code, message) in [
            (
                example("generic"),
                "invalidRange",
                "Uploaded fragment overlaps with existing data.",
            ),
            (example("429"), "TooManyRequests", "Please retry again later."),
            (
                example("400"),
                "UnknownError",
                "Unable to validate place ID due to a service error. Please try again later.",
            ),
            (example("401"), "ServiceError", "An error has occurred."),
            (r#"{"error":{"code":"Forbidden","message":""}}"#, "Forbidden", ""),
            (
                r#"{"error":{"code":"x","message":"","innerError":{"message":"inner"}}}"#,
                "x",
                "inner",
            ),
            (
                r#"{"error":{"code":"x","message":null,"innererror":{"message":"inner"}}}"#,
                "x",
                "inner",
            ),
            (
                r#"{"error":{"code":"x","message":"","innererror":{"code":"y","innererror":{"message":"innermost"}}}}"#,
                "x",
                "innermost",
            ),
            (r#"{"error":{"code":"x","message":" one\ntwo"}}"#, "x", "one"),
            (
                r#"{"error":{"code":"x","message":"\u001b[31mred\u0007"}}"#,
                "x",
                "[31mred",
            ),
            (r#"{"error":{"code":7,"message":["a"]}}"#, "", ""),
            (r#"{"error":"invalid_grant"}"#, "", ""),
            ("[]", "", ""),
            ("<html><body>502 Bad Gateway</body></html>", "", ""),
            ("", "", ""),
            (&long, "c", &"é".repeat(200)),
        ] {
            let explanation = Explanation::read(body.as_bytes());
            assert_eq!(
                (explanation.code.as_str(), explanation.message.as_str()),
                (code, message),
                "{body}"
            );
        }
        assert_eq!(Explanation::read(b"\xff\xfe"), Explanation::default());
    }
}
