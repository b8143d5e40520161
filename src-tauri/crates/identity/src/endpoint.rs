//! Where a service lives: a base URL that was checked once.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

/// The base URL of a service, without a trailing slash: `https://login.microsoftonline.com`.
///
/// `https`, or plain `http` where the host is this very machine. No query, no fragment, no user name.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Whether the host is this machine: `localhost`, 127.0.0.0/8 or `::1`. Such traffic must not meet a proxy.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The host, without port: `login.microsoftonline.com`.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The URL of `path` below this endpoint. Each segment is escaped, so none can lead out of it.
    pub fn join<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        // Only a URL that cannot be a base has no segments; http and https always can.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(text.trim()).map_err(|fault| EndpointError::NotAUrl(fault.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(EndpointError::Scheme(url.scheme().to_owned()));
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(EndpointError::PlainHttp(url.host_str().unwrap_or_default().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::Extra);
        }
        Ok(Self(url))
    }
}

/// Why a text is no [`Endpoint`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No URL at all.
    #[error("this is not a URL: {0}. Write it like https://login.microsoftonline.com")]
    NotAUrl(String),
    /// Neither http nor https.
    #[error("a URL must begin with https://, this one begins with {0}:")]
    Scheme(String),
    /// Tokens would travel in the clear.
    #[error("plain http would send tokens in the clear to {0}; use https (http is for 127.0.0.1 and localhost alone)")]
    PlainHttp(String),
    /// `user:password@host`.
    #[error("a URL must not carry a user name or a password")]
    Credentials,
    /// `?query` or `#fragment`.
    #[error("a URL must end before any ? or #")]
    Extra,
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_without_its_trailing_slash() {
        for (text, shown, loopback) in [
            (
                "https://login.microsoftonline.com",
                "https://login.microsoftonline.com",
                false,
            ),
            (
                "https://login.microsoftonline.us/",
                "https://login.microsoftonline.us",
                false,
            ),
            (" https://example.org/entra/ ", "https://example.org/entra", false),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000", true),
            ("http://127.9.9.9:9000/", "http://127.9.9.9:9000", true),
            ("http://[::1]:9000", "http://[::1]:9000", true),
            ("http://LOCALHOST:9000", "http://localhost:9000", true),
            ("https://localhost", "https://localhost", true),
        ] {
            let endpoint: Endpoint = text.parse().unwrap();
            assert_eq!(
                (endpoint.to_string().as_str(), endpoint.is_loopback()),
                (shown, loopback),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for (text, error) in [
            (
                "http://login.microsoftonline.com",
                EndpointError::PlainHttp("login.microsoftonline.com".into()),
            ),
            (
                "http://localhost.evil.example",
                EndpointError::PlainHttp("localhost.evil.example".into()),
            ),
            (
                "http://127.0.0.1.evil.example",
                EndpointError::PlainHttp("127.0.0.1.evil.example".into()),
            ),
            (
                "http://[::ffff:127.0.0.1]",
                EndpointError::PlainHttp("[::ffff:7f00:1]".into()),
            ),
            ("ftp://localhost", EndpointError::Scheme("ftp".into())),
            (
                "login.microsoftonline.com",
                EndpointError::NotAUrl("relative URL without a base".into()),
            ),
            ("https://me:secret@example.org", EndpointError::Credentials),
            ("https://example.org?x=1", EndpointError::Extra),
            ("https://example.org#x", EndpointError::Extra),
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn a_path_cannot_lead_out_of_the_endpoint() {
        let endpoint: Endpoint = "https://example.org/entra/".parse().unwrap();
        assert_eq!(
            endpoint.join(["organizations", "oauth2"]).as_str(),
            "https://example.org/entra/organizations/oauth2"
        );
        assert_eq!(
            endpoint.join(["a/b?c#d"]).as_str(),
            "https://example.org/entra/a%2Fb%3Fc%23d"
        );
    }
}
