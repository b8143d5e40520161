//! Trouble on demand: what happens to a request on its way, by rule and by seed.
//!
//! No sockets here either: whoever carries a request asks [`Weather::meets`] first, waits for the latency, and does to
//! the request or its answer what [`Trouble`] says. The HTTP face does so, and so can a simulation of a client.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::duration;

/// What happens to the requests it matches. Absent conditions match all; absent `times` is until cleared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `GET`, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The beginning of the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Not before this moment of the tenant's time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// No longer from this moment on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// How likely a request that matches is met, from 0 to 1; drawn from the weather's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How many requests are still met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How long the request takes to arrive.
    #[serde(default)]
    pub latency_ms: u32,
    /// Up to how much longer, drawn from the weather's seed.
    #[serde(default)]
    pub jitter_ms: u32,
    /// Answer with this instead of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Text of the `Retry-After` header, whatever it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// A `Retry-After` header with the date this long (`PT30S`) after the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_date: Option<String>,
    /// Graph's `code`, or OAuth's `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Graph's `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The claims that a 401 of Graph challenges for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
    /// Sent in place of an error body: what a captive portal does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The type of `body`; absent is `text/html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Close the connection before the request is done.
    #[serde(default)]
    pub drop: bool,
    /// Do what the request asks, and close the connection instead of answering.
    #[serde(default)]
    pub lose: bool,
    /// Break off in the middle of the answer.
    #[serde(default)]
    pub truncate: bool,
    /// Changes the JSON of a good answer as a merge patch does (RFC 7396): `null` takes a property away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<Value>,
}

impl Rule {
    /// What is wrong with the rule, if anything.
    pub fn flaw(&self) -> Option<&'static str> {
        let answers = self.status.is_some();
        let details = self.code.is_some()
            || self.message.is_some()
            || self.body.is_some()
            || self.claims.is_some()
            || self.retry_after.is_some()
            || self.retry_date.is_some();
        let troubles = [answers, self.drop, self.lose, self.truncate, self.merge.is_some()];
        let header = |text: &Option<String>| {
            text.iter()
                .flat_map(|text| text.bytes())
                .all(|byte| (0x20..0x7f).contains(&byte))
        };
        if self.status.is_some_and(|status| !(200..600).contains(&status)) {
            Some("status must be from 200 to 599")
        } else if !answers && details {
            Some("retry_after, retry_date, code, message, claims and body need a status")
        } else if self.content_type.is_some() && self.body.is_none() {
            Some("content_type needs a body")
        } else if !header(&self.retry_after) || !header(&self.content_type) {
            Some("retry_after or content_type cannot be sent in a header")
        } else if self
            .retry_date
            .as_deref()
            .is_some_and(|text| duration::parse(text).is_none())
        {
            Some("retry_date must be a duration such as PT30S")
        } else if self.retry_date.is_some() && self.retry_after.is_some() {
            Some("retry_after and retry_date exclude each other")
        } else if troubles.into_iter().filter(|trouble| *trouble).count() > 1 {
            Some("status, drop, lose, truncate and merge exclude each other")
        } else if !troubles.contains(&true) && self.latency_ms == 0 && self.jitter_ms == 0 {
            Some("a rule needs one of status, drop, lose, truncate, merge, latency_ms, jitter_ms")
        } else if self.times == Some(0) {
            Some("times must be at least 1")
        } else if self
            .probability
            .is_some_and(|probability| !(0.0..=1.0).contains(&probability))
        {
            Some("probability must be from 0 to 1")
        } else {
            None
        }
    }

    fn matches(&self, method: &str, path: &str, now: Timestamp) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|prefix| path.starts_with(prefix))
            && self.from.is_none_or(|from| from <= now)
            && self.until.is_none_or(|until| now < until)
    }

    fn trouble(&self, now: Timestamp) -> Option<Trouble> {
        if self.drop {
            Some(Trouble::Drop)
        } else if self.lose {
            Some(Trouble::Lose)
        } else if self.truncate {
            Some(Trouble::Truncate)
        } else if let Some(patch) = &self.merge {
            Some(Trouble::Merge(patch.clone()))
        } else {
            let status = self.status?;
            let date = self.retry_date.as_deref().and_then(duration::parse);
            let date = date.and_then(|wait| now.checked_add(wait).ok()).map(http_date);
            Some(Trouble::Answer(Box::new(Instead {
                status,
                retry_after: self.retry_after.clone().or(date),
                code: self.code.clone(),
                message: self.message.clone(),
                claims: self.claims.as_ref().map(|claims| STANDARD.encode(claims.to_string())),
                body: self.body.clone(),
                content_type: self.content_type.clone().unwrap_or_else(|| "text/html".to_owned()),
            })))
        }
    }
}

/// What happens to one request: first it is late, then it is in trouble, or not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fate {
    /// How long it takes to arrive.
    pub latency: SignedDuration,
    /// What becomes of it then; `None` is nothing out of the ordinary.
    pub trouble: Option<Trouble>,
}

/// What becomes of a request that does not simply succeed or fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// The connection breaks before the request is done.
    Drop,
    /// The request is done, and the connection breaks before the answer.
    Lose,
    /// The connection breaks in the middle of the answer.
    Truncate,
    /// The answer is another one.
    Answer(Box<Instead>),
    /// The JSON of a good answer is changed by this merge patch (RFC 7396).
    Merge(Value),
}

/// An answer that does not come from the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// HTTP status.
    pub status: u16,
    /// Text of the `Retry-After` header.
    pub retry_after: Option<String>,
    /// Graph's `code`, or OAuth's `error`; `None` is what usually goes with the status.
    pub code: Option<String>,
    /// Graph's `message`; `None` is what usually goes with the status.
    pub message: Option<String>,
    /// Base64 of the claims that a 401 of Graph challenges for.
    pub claims: Option<String>,
    /// In place of the face's own error body.
    pub body: Option<String>,
    /// The type of `body`.
    pub content_type: String,
}

/// The rules, in the order they were given, and the dice.
#[derive(Debug, Clone, Default)]
pub struct Weather {
    rules: Vec<Rule>,
    dice: u64,
}

impl Weather {
    /// No rules yet; what is left to chance comes from `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self {
            rules: Vec::new(),
            dice: seed,
        }
    }

    /// What is left to chance comes from `seed` from now on; the rules stay.
    pub fn reseed(&mut self, seed: u64) {
        self.dice = seed;
    }

    /// The rules that are not spent.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Adds a rule behind the others; see [`Rule::flaw`] for one that makes no sense.
    pub fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Fair weather.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// What happens to a request that is sent at `now`: the first rule that matches and strikes decides, and is spent
    /// by one.
    pub fn meets(&mut self, method: &str, path: &str, now: Timestamp) -> Fate {
        for index in 0..self.rules.len() {
            let rule = &self.rules[index];
            if !rule.matches(method, path, now) {
                continue;
            }
            let strikes = rule.probability;
            if strikes.is_some_and(|probability| self.chance() >= probability) {
                continue;
            }
            let rule = &self.rules[index];
            let (latency, jitter, trouble) = (rule.latency_ms, rule.jitter_ms, rule.trouble(now));
            match self.rules[index].times {
                Some(0 | 1) => drop(self.rules.remove(index)),
                Some(times) => self.rules[index].times = Some(times - 1),
                None => {}
            }
            let late = if jitter == 0 {
                0.0
            } else {
                self.chance() * f64::from(jitter)
            };
            let latency = SignedDuration::from_millis(latency.into()) + SignedDuration::from_secs_f64(late / 1_000.0);
            return Fate { latency, trouble };
        }
        Fate::default()
    }

    /// From 0 up to, not including, 1 (`SplitMix64`).
    fn chance(&mut self) -> f64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // 32 bits are fine enough, and fit a float exactly.
        f64::from(u32::try_from(mixed >> 32).unwrap_or_default()) / 4_294_967_296.0
    }
}

/// A date as HTTP headers write it (IMF-fixdate).
pub fn http_date(instant: Timestamp) -> String {
    instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Changes `target` as RFC 7396 says.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.shift_remove(name);
            } else {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
#[path = "weather_tests.rs"]
mod tests;
