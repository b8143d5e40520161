//! What a request to the listening port means. No sockets here; the table is [`Callback::head`] and [`Callback::form`].
//!
//! Only a form post with the one right `state` settles an attempt. Everything else gets an error page, and the attempt
//! goes on: junk from a neighbour must not end a sign-in.

use http::header::{CONTENT_TYPE, HOST, HeaderMap};
use http::request::Parts;
use http::{Method, StatusCode};
use url::form_urlencoded;

use crate::page::Page;
use crate::refusal::Refusal;

/// The attempt a callback has to belong to.
pub(crate) struct Callback {
    port: u16,
    state: String,
}

/// What came back, from a request that knew the state.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Code(String),
    Error(Refusal),
}

/// An answer that settles nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rejection(pub(crate) StatusCode, pub(crate) Page);

impl Callback {
    pub(crate) fn new(port: u16, state: String) -> Self {
        Self { port, state }
    }

    /// Judges method, address and headers; `Ok` means: read the body.
    pub(crate) fn head(&self, head: &Parts) -> Result<(), Rejection> {
        let reject = |status, page| Err(Rejection(status, page));
        if !self.is_for_us(head) {
            return reject(StatusCode::BAD_REQUEST, Page::Waiting);
        }
        let at_root = head.uri.path() == "/";
        match head.method {
            Method::POST if !at_root => reject(StatusCode::NOT_FOUND, Page::Waiting),
            Method::POST if !is_form(&head.headers) => reject(StatusCode::UNSUPPORTED_MEDIA_TYPE, Page::Waiting),
            Method::POST => Ok(()),
            // form_post was asked for, so an answer in the address is an old, a foreign or a forged one.
            Method::GET if has_answer(head.uri.query().unwrap_or_default()) => {
                reject(StatusCode::BAD_REQUEST, Page::Stray)
            }
            // Some failures end with a bare visit.
            Method::GET if at_root => reject(StatusCode::BAD_REQUEST, Page::Waiting),
            Method::GET => reject(StatusCode::NOT_FOUND, Page::Waiting),
            _ => reject(StatusCode::METHOD_NOT_ALLOWED, Page::Waiting),
        }
    }

    /// Judges the body of a post that [`Callback::head`] let through.
    pub(crate) fn form(&self, body: &[u8]) -> Result<Answer, Rejection> {
        let stray = || Rejection(StatusCode::BAD_REQUEST, Page::Stray);
        let fields: Vec<_> = form_urlencoded::parse(body).collect();
        // RFC 6749 §3.1: a parameter must not come twice.
        let only = |name: &str| {
            let mut values = fields
                .iter()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value.as_ref());
            match (values.next(), values.next()) {
                (Some(value), None) if !value.is_empty() => Ok(Some(value)),
                (_, None) => Ok(None),
                (_, Some(_)) => Err(stray()),
            }
        };
        let state = only("state")?.ok_or_else(stray)?;
        if !same(state.as_bytes(), self.state.as_bytes()) {
            return Err(stray());
        }
        match (only("code")?, only("error")?) {
            (Some(code), None) => Ok(Answer::Code(code.to_owned())),
            (None, Some(error)) => Ok(Answer::Error(Refusal::from_callback(error, only("error_description")?))),
            _ => Err(stray()),
        }
    }

    /// DNS rebinding: a page elsewhere may reach this port, but not under one of these names.
    fn is_for_us(&self, head: &Parts) -> bool {
        let ours = |host: &str| {
            let host = host.to_ascii_lowercase();
            ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|name| host == format!("{name}:{}", self.port))
        };
        let mut hosts = head.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        host.to_str().is_ok_and(ours) && head.uri.authority().is_none_or(|authority| ours(authority.as_str()))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn has_answer(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(key, _)| key == "code" || key == "error")
}

/// Compares without telling by its time where the difference is.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_settles_only_with_the_one_right_state() {
        let callback = Callback::new(5000, "right".into());
        let stray = || Err(Rejection(StatusCode::BAD_REQUEST, Page::Stray));
        for (body, expected) in [
            ("state=right&code=c", Ok(Answer::Code("c".into()))),
            ("code=a%2Bb&session_state=x&state=right", Ok(Answer::Code("a+b".into()))),
            (
                "state=right&error=access_denied",
                Ok(Answer::Error(Refusal::from_callback("access_denied", None))),
            ),
            (
                "state=right&code=&error=x",
                Ok(Answer::Error(Refusal::from_callback("x", None))),
            ),
            ("code=c", stray()),
            ("state=&code=c", stray()),
            ("state=wrong&code=c", stray()),
            ("state=righ&code=c", stray()),
            ("state=right&state=right&code=c", stray()),
            ("state=right&state=wrong&code=c", stray()),
            ("state=wrong&error=access_denied", stray()),
            ("state=right", stray()),
            ("state=right&code=", stray()),
            ("state=right&code=c&code=d", stray()),
            ("state=right&code=c&error=x", stray()),
            ("", stray()),
            ("\u{0}\u{ff}=&&&===%", stray()),
        ] {
            assert_eq!(callback.form(body.as_bytes()), expected, "{body}");
        }
    }
}
