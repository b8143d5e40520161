//! The address a client believes to speak to.

use axum::http::{HeaderMap, header};

/// Scheme and host as the client has them: what a TLS front says in `X-Forwarded-Proto` and `X-Forwarded-Host`, else
/// the request's own `Host`. Only a program on this machine can set these: the name in `Host` is checked before.
pub(crate) fn origin(headers: &HeaderMap) -> Option<String> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header("x-forwarded-host").or_else(|| header(header::HOST.as_str()))?;
    let scheme = header("x-forwarded-proto").unwrap_or("http");
    let valid = ["http", "https"].contains(&scheme) && is_authority(host);
    valid.then(|| format!("{scheme}://{host}"))
}

/// A name or an address with an optional port, and nothing that could end it in a document or a header.
fn is_authority(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !host.is_empty() && host.len() <= 255 && host.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::origin;

    #[test]
    fn a_front_says_what_the_client_sees() {
        for (given, expected) in [
            (&[("host", "127.0.0.1:9000")][..], Some("http://127.0.0.1:9000")),
            (
                &[("host", "localhost:8443"), ("x-forwarded-proto", "https")],
                Some("https://localhost:8443"),
            ),
            (
                &[
                    ("host", "127.0.0.1:9000"),
                    ("x-forwarded-host", "login.example"),
                    ("x-forwarded-proto", "https"),
                ],
                Some("https://login.example"),
            ),
            (&[("host", "localhost"), ("x-forwarded-proto", "javascript")], None),
            (&[("host", "localhost"), ("x-forwarded-host", "evil\"/><")], None),
            (&[], None),
        ] {
            let headers: HeaderMap = given
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(origin(&headers).as_deref(), expected, "{given:?}");
        }
    }
}
