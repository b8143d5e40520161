//! The way to the servers: names, proxy, certificates, and whose clock is wrong.

use std::time::Duration;

use engine::{Code, Failure};
use identity::{Cause, Endpoint, Obstacle, read_body};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::{Response, StatusCode, header::DATE};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::{
    configuration::Service,
    finding::{Finding, State, Words},
};
use crate::{failures::of_network, session::USER_AGENT};

/// The desktop's answer about a proxy is waited for no longer.
const DESKTOP: Duration = Duration::from_secs(1);
/// With what comes before and after it no longer than [`LONGEST`](super::LONGEST) and a second.
const ANSWER: Duration = Duration::from_secs(3);
/// A document about the sign-in is a few kilobytes.
const BODY_CAP: usize = 64 * 1024;
/// Entra's own tolerance is five minutes.
const WRONG: SignedDuration = SignedDuration::from_mins(5);
/// A clock that is set over the network is right to the second.
const DOUBTFUL: SignedDuration = SignedDuration::from_mins(1);

/// Whether the sign-in and Graph can be reached, and what was found on the way.
pub(super) async fn examine(say: Words, service: Option<&Service>) -> (bool, Vec<Finding>) {
    let Some(service) = service else {
        return (false, Vec::new());
    };
    let endpoints = [service.endpoints.authority.clone(), service.endpoints.graph.clone()];
    // Without an answer the way is direct.
    let _ = timeout(DESKTOP, service.network.ask_desktop(&endpoints)).await;
    let [authority, graph] = &endpoints;
    let tenant = service
        .registration
        .as_ref()
        .map_or("organizations", |registration| registration.tenant.as_str());
    let discovery = authority.join([tenant, "v2.0", ".well-known", "openid-configuration"]);
    let (sign_in, presence) = tokio::join!(
        knock(say, service, "sign-in-service", authority, discovery),
        knock(say, service, "graph", graph, graph.join(["v1.0", "me", "presence"])),
    );
    let mut findings = Vec::new();
    let mut clock = None;
    for (finding, date) in [sign_in, presence] {
        findings.push(finding);
        clock = clock.or(date);
    }
    let reachable = findings.iter().all(|finding| finding.state != State::Fail);
    findings.extend(clock.map(|skew| judged(say, skew)));
    (reachable, findings)
}

/// Asks one server something that it answers without a token.
async fn knock(
    say: Words,
    service: &Service,
    check: &'static str,
    endpoint: &Endpoint,
    url: Url,
) -> (Finding, Option<SignedDuration>) {
    let host = Service::shown(endpoint);
    let because = |cause: Cause, code: Code| {
        let mut finding = say.failed(check, &Failure::of(code).because(cause.name()));
        finding.message = format!("{host}: {}", finding.message);
        (finding, None)
    };
    let client = match service.network.client(endpoint, USER_AGENT) {
        Ok(client) => client,
        Err(error) => return (say.failed(check, &of_network(&error)), None),
    };
    let began = Timestamp::now();
    let answer = match timeout(ANSWER, client.get(url).send()).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => match Obstacle::of(&error) {
            Obstacle::Network => return (unreachable(say, check, service, endpoint, &host).await, None),
            obstacle => return because(obstacle.into(), Code::Unreachable),
        },
        Err(_) => return (unreachable(say, check, service, endpoint, &host).await, None),
    };
    let skew = skew(&answer, began, Timestamp::now());
    if answer.status().is_server_error() {
        let finding = because(Cause::ServiceTrouble, Code::ServiceTrouble).0;
        return (finding, skew);
    }
    let is_theirs = match check {
        "graph" => answer.status() == StatusCode::UNAUTHORIZED,
        _ => knows_of_tokens(answer).await,
    };
    if is_theirs {
        (say.good(check, "answers", &[("host", &host)]), skew)
    } else {
        (because(Cause::NotTheService, Code::Nonsense).0, skew)
    }
}

/// No answer: is it the name, or the way?
async fn unreachable(say: Words, check: &'static str, service: &Service, endpoint: &Endpoint, host: &str) -> Finding {
    let bad = |key: &str| say.bad(check, Code::Unreachable, key, &[("host", host)]);
    if service.proxied && !endpoint.is_loopback() {
        return bad("unreachable-by-proxy");
    }
    let looked_up = timeout(Duration::from_secs(1), tokio::net::lookup_host((endpoint.host(), 443))).await;
    bad(match looked_up {
        Ok(Ok(_)) => "unreachable",
        _ => "no-such-name",
    })
}

/// Entra's own document, or its own refusal of a tenant that it does not know: nobody else in between has either.
async fn knows_of_tokens(answer: Response) -> bool {
    let Ok(Ok(body)) = timeout(DESKTOP, read_body(answer, BODY_CAP)).await else {
        return false;
    };
    let document: Value = serde_json::from_slice(&body).unwrap_or_default();
    document["token_endpoint"].is_string() || document["error"].is_string()
}

/// How far this computer's clock is ahead of theirs; what the way may account for counts as nothing.
fn skew(answer: &Response, began: Timestamp, ended: Timestamp) -> Option<SignedDuration> {
    let theirs = answer.headers().get(DATE)?.to_str().ok()?;
    let theirs = rfc2822::DateTimeParser::new().parse_timestamp(theirs).ok()?;
    // Their clock shows whole seconds.
    let (earliest, latest) = (
        theirs - SignedDuration::from_secs(1),
        theirs + SignedDuration::from_secs(1),
    );
    Some(if began > latest {
        began.duration_since(latest)
    } else if ended < earliest {
        ended.duration_since(earliest)
    } else {
        SignedDuration::ZERO
    })
}

fn judged(say: Words, skew: SignedDuration) -> Finding {
    let seconds = skew.as_secs().unsigned_abs().to_string();
    let values = [("seconds", seconds.as_str())];
    let direction = if skew.is_negative() {
        "clock-behind"
    } else {
        "clock-ahead"
    };
    if skew.abs() > WRONG {
        say.bad("clock", Code::Failed, direction, &values)
    } else if skew.abs() > DOUBTFUL {
        say.doubtful("clock", direction, &values)
    } else {
        say.good("clock", "clock", &[])
    }
}

#[cfg(test)]
mod tests {
    use phrases::Language;

    use super::*;

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off() {
        for (seconds, state, hint) in [
            (0, State::Ok, ""),
            (60, State::Ok, ""),
            (61, State::Warn, "ahead"),
            (-301, State::Fail, "behind"),
        ] {
            let finding = judged(Words(Language::English), SignedDuration::from_secs(seconds));
            assert_eq!(finding.state, state, "{seconds}");
            assert!(finding.message.contains(hint), "{}", finding.message);
        }
    }
}
