//! Trouble on demand: what happens to which requests.

use axum::http::{HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};

/// What happens to the requests it matches. Absent `method` and `path` match all; absent `times` is until cleared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    method: Option<String>,
    /// The beginning of the path.
    path: Option<String>,
    /// How many requests are still met.
    times: Option<u32>,
    #[serde(default)]
    latency_ms: u64,
    /// Answer with this instead of the tenant.
    status: Option<u16>,
    /// Text of the `Retry-After` header, whatever it is.
    retry_after: Option<String>,
    /// Graph's `code`, or OAuth's `error`.
    code: Option<String>,
    /// Sent as HTML in place of an error body: what a captive portal does.
    body: Option<String>,
    /// Close the connection without an answer.
    #[serde(default)]
    drop: bool,
}

impl Rule {
    /// What is wrong with the rule, if anything.
    pub(super) fn flaw(&self) -> Option<&'static str> {
        let answers = self.status.is_some();
        if self.status.is_some_and(|status| !(200..600).contains(&status)) {
            Some("status must be from 200 to 599")
        } else if !answers && (self.code.is_some() || self.body.is_some() || self.retry_after.is_some()) {
            Some("retry_after, code and body need a status")
        } else if self
            .retry_after
            .as_deref()
            .is_some_and(|text| HeaderValue::from_str(text).is_err())
        {
            Some("retry_after cannot be sent in a header")
        } else if !answers && !self.drop && self.latency_ms == 0 {
            Some("a rule needs one of status, drop, latency_ms")
        } else if self.times == Some(0) {
            Some("times must be at least 1")
        } else {
            None
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
            .and_then(|status| StatusCode::from_u16(status).ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) fn retry_after(&self) -> Option<HeaderValue> {
        self.retry_after
            .as_deref()
            .and_then(|text| HeaderValue::from_str(text).ok())
    }

    pub(super) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub(super) fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
            && self.path.as_deref().is_none_or(|prefix| path.starts_with(prefix))
    }
}

/// What happens to one request.
pub(super) enum Outcome {
    /// It reaches the tenant, perhaps late.
    Pass { latency_ms: u64 },
    /// The rule answers.
    Answer(Box<Rule>),
    /// Nobody answers.
    Drop,
}

impl Outcome {
    pub(super) fn latency_ms(&self) -> u64 {
        match self {
            Self::Pass { latency_ms } => *latency_ms,
            Self::Answer(rule) => rule.latency_ms,
            Self::Drop => 0,
        }
    }
}

/// The rules, in the order they were given.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Weather(Vec<Rule>);

impl Weather {
    pub(super) fn add(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The first rule that matches decides, and is spent by one.
    pub(super) fn meets(&mut self, method: &Method, path: &str) -> Outcome {
        let Some(index) = self.0.iter().position(|rule| rule.matches(method, path)) else {
            return Outcome::Pass { latency_ms: 0 };
        };
        let rule = self.0[index].clone();
        match rule.times {
            Some(0 | 1) => drop(self.0.remove(index)),
            Some(times) => self.0[index].times = Some(times - 1),
            None => {}
        }
        if rule.drop {
            Outcome::Drop
        } else if rule.status.is_some() {
            Outcome::Answer(Box::new(rule))
        } else {
            Outcome::Pass {
                latency_ms: rule.latency_ms,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::{Outcome, Rule, Weather};

    fn rule(json: &str) -> Rule {
        serde_json::from_str(json).unwrap()
    }

    fn status(outcome: &Outcome) -> Option<u16> {
        match outcome {
            Outcome::Answer(rule) => Some(rule.status().as_u16()),
            _ => None,
        }
    }

    #[test]
    fn the_first_match_decides_until_it_is_spent() {
        let mut weather = Weather::default();
        weather.add(rule(r#"{"method":"get","path":"/v1.0/me","times":2,"status":429}"#));
        weather.add(rule(r#"{"path":"/v1.0/","status":503}"#));
        let mut met = |method: Method, path: &str| status(&weather.meets(&method, path));
        assert_eq!(met(Method::POST, "/v1.0/me/presence/clearPresence"), Some(503));
        assert_eq!(met(Method::GET, "/v1.0/me/presence"), Some(429));
        assert_eq!(met(Method::GET, "/v1.0/users/x"), Some(503));
        assert_eq!(met(Method::GET, "/v1.0/me"), Some(429));
        assert_eq!(met(Method::GET, "/v1.0/me"), Some(503));
        assert_eq!(met(Method::GET, "/organizations/oauth2/v2.0/token"), None);
        weather.clear();
        assert_eq!(status(&weather.meets(&Method::GET, "/v1.0/me")), None);
    }

    #[test]
    fn a_rule_that_says_nothing_or_nonsense_is_named() {
        for flawed in [
            "{}",
            r#"{"status":99}"#,
            r#"{"status":600}"#,
            r#"{"retry_after":"2"}"#,
            r#"{"status":429,"retry_after":"a\nb"}"#,
            r#"{"status":429,"times":0}"#,
            r#"{"code":"x","drop":true}"#,
        ] {
            assert!(rule(flawed).flaw().is_some(), "{flawed}");
        }
        for good in [
            r#"{"drop":true}"#,
            r#"{"latency_ms":1}"#,
            r#"{"status":429,"retry_after":"2.128","times":1}"#,
        ] {
            assert_eq!(rule(good).flaw(), None, "{good}");
        }
    }
}
