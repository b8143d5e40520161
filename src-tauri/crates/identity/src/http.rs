//! The HTTP clients that tokens travel over, and the way out of a company's network.

mod obstacle;
#[cfg(target_os = "linux")]
mod portal;
#[cfg(not(target_os = "linux"))]
mod portal {
    /// Elsewhere the system is asked by the client itself.
    pub(super) fn proxy_for(_: &str) -> impl Future<Output = Option<url::Url>> {
        std::future::ready(None)
    }
}

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Proxy};
use url::Url;

use crate::endpoint::Endpoint;

pub use obstacle::Obstacle;
pub(crate) use obstacle::root_cause;

/// How this computer reaches the services. One for the program: cheap to clone, and every client it made follows what
/// [`Network::ask_desktop`] learns.
#[derive(Clone)]
pub struct Network {
    way: ProxyChoice,
    roots: Vec<Certificate>,
    /// By host, what the desktop says.
    desktop: Arc<RwLock<HashMap<String, Option<Url>>>>,
}

/// Which proxy to take. None is ever asked for a host that is this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// What the environment says (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), else the system: its settings on Windows and
    /// macOS, the desktop portal on Linux, which also knows automatic configuration (PAC).
    #[default]
    System,
    /// No proxy, whatever they say.
    Direct,
    /// This one.
    Manual(ProxyAddress),
}

/// The address of a proxy: `http://proxy.example:3128`, also `https`, `socks5` and `socks5h`, and with a name and a password
/// (`http://name:password@…`), which it is never printed with.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

/// Why there is no client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The address of the proxy is none.
    #[error("\"{0}\" is no address of a proxy; write it like http://proxy.example:3128")]
    Proxy(String),
    /// The extra certificates cannot be read.
    #[error("the file of extra certificates holds none in PEM form")]
    Certificates,
    /// This computer trusts no certificate at all; on Linux the package `ca-certificates` is missing.
    #[error("no CA certificates are installed on this computer")]
    NoCertificates,
    /// The TLS library could not be set up.
    #[error("no secure connection can be made: {0}")]
    Tls(String),
}

impl Network {
    /// `extra_roots` are the contents of a PEM file of certificates to trust beside the system's, for a company whose proxy
    /// looks into encrypted traffic.
    pub fn new(way: ProxyChoice, extra_roots: Option<&[u8]>) -> Result<Self, NetworkError> {
        let roots = match extra_roots.map(Certificate::from_pem_bundle) {
            None => Vec::new(),
            Some(Ok(roots)) if !roots.is_empty() => roots,
            Some(_) => return Err(NetworkError::Certificates),
        };
        Ok(Self {
            way,
            roots,
            desktop: Arc::default(),
        })
    }

    /// A client for `endpoint` and others to which the way is the same (all loopback, or none): no redirects (they would carry tokens elsewhere), with time limits, https alone;
    /// plain http and no proxy for a loopback endpoint.
    pub fn client(&self, endpoint: &Endpoint, user_agent: &str) -> Result<reqwest::Client, NetworkError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(user_agent)
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30));
        if !self.roots.is_empty() {
            builder = builder.tls_certs_merge(self.roots.clone());
        }
        builder = match &self.way {
            _ if endpoint.is_loopback() => builder.no_proxy(),
            ProxyChoice::Direct => builder.no_proxy().https_only(true),
            ProxyChoice::Manual(address) => builder.proxy(address.proxy()?).https_only(true),
            ProxyChoice::System if asks_desktop() => builder.proxy(self.as_the_desktop_says()).https_only(true),
            ProxyChoice::System => builder.https_only(true),
        };
        builder.build().map_err(|error| {
            let reason = root_cause(&error);
            // rustls-platform-verifier has no type for it.
            if reason.contains("No CA certificates") {
                NetworkError::NoCertificates
            } else {
                NetworkError::Tls(reason)
            }
        })
    }

    /// Asks the desktop which proxy leads to these endpoints, where that is its to say: at the start, and again when the
    /// network changed. Takes a few seconds at worst; without an answer the way is direct. Clients follow at once.
    pub async fn ask_desktop(&self, endpoints: &[Endpoint]) {
        if self.way != ProxyChoice::System || !asks_desktop() {
            return;
        }
        for endpoint in endpoints.iter().filter(|endpoint| !endpoint.is_loopback()) {
            let found = portal::proxy_for(endpoint.join([]).as_str()).await;
            let mut desktop = self.desktop.write().unwrap_or_else(PoisonError::into_inner);
            desktop.insert(endpoint.host().to_owned(), found);
        }
    }

    fn as_the_desktop_says(&self) -> Proxy {
        let desktop = Arc::clone(&self.desktop);
        Proxy::custom(move |url| {
            let desktop = desktop.read().unwrap_or_else(PoisonError::into_inner);
            desktop.get(url.host_str()?)?.clone()
        })
    }
}

/// On Linux nothing but the portal knows the desktop's settings; the environment goes first, as everywhere.
fn asks_desktop() -> bool {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    cfg!(target_os = "linux")
        && names
            .iter()
            .all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty()))
}

impl Default for Network {
    /// As the system says.
    fn default() -> Self {
        Self {
            way: ProxyChoice::System,
            roots: Vec::new(),
            desktop: Arc::default(),
        }
    }
}

impl ProxyAddress {
    fn proxy(&self) -> Result<Proxy, NetworkError> {
        Proxy::all(self.0.clone()).map_err(|_| NetworkError::Proxy(self.to_string()))
    }
}

impl FromStr for ProxyAddress {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let refused = || NetworkError::Proxy(without_password(text));
        let url = Url::parse(text.trim()).map_err(|_| refused())?;
        let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.host_str().is_some();
        known.then_some(Self(url)).ok_or_else(refused)
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(self.0.as_str()))
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Without whatever stands before the last `@`.
fn without_password(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            format!("{scheme}://…@{host}")
        }
        None => text.to_owned(),
    }
}

/// Reads a body of at most `cap` bytes; reqwest by itself would read without end.
pub async fn read_body(mut response: reqwest::Response, cap: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| BodyError::Broken(root_cause(&error)))?
    {
        if body.len() + chunk.len() > cap {
            return Err(BodyError::TooLarge(cap));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The connection broke off.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// More than the given number of bytes.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_proxy_is_checked_and_its_password_is_never_shown() {
        for (text, shown) in [
            ("http://proxy.example:3128", "http://proxy.example:3128/"),
            (" https://proxy.example ", "https://proxy.example/"),
            ("socks5://10.0.0.1:1080", "socks5://10.0.0.1:1080"),
            ("http://ada:secret@proxy.example:3128", "http://…@proxy.example:3128/"),
        ] {
            let address: ProxyAddress = text.parse().unwrap();
            assert_eq!(
                (address.to_string().as_str(), format!("{address:?}").as_str()),
                (shown, shown)
            );
        }
        for text in [
            "",
            "proxy.example:3128",
            "ftp://proxy.example",
            "http://",
            "ada:secret@proxy",
            "x://a:secret@b",
        ] {
            let error = text.parse::<ProxyAddress>().unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        for pem in [
            "",
            "no certificate",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            let network = Network::new(ProxyChoice::System, Some(pem.as_bytes()));
            let client = network.and_then(|network| network.client(&"https://login.example".parse().unwrap(), "test"));
            assert!(
                matches!(client, Err(NetworkError::Certificates | NetworkError::Tls(_))),
                "{pem:?}"
            );
        }
    }
}
