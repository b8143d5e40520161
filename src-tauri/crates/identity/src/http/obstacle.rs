//! What stands in the way of a request that got no answer.

use std::error::Error;
use std::io;

use rustls::{CertificateError, Error as Tls};

/// What kind of trouble a connection met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Obstacle {
    /// No network, no such host, nobody there, no answer in time.
    #[default]
    Network,
    /// Somebody answered with a certificate that this computer does not trust: a proxy that looks into encrypted traffic,
    /// or somebody worse.
    Certificate,
    /// The certificate is not valid yet: this computer's clock is probably wrong.
    Clock,
    /// The proxy did not let it through, or asks for a name and a password.
    Proxy,
}

impl Obstacle {
    /// Of an error and everything behind it.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        for cause in chain(error) {
            match cause.downcast_ref() {
                Some(Tls::InvalidCertificate(
                    CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
                )) => return Self::Clock,
                Some(Tls::InvalidCertificate(_)) => return Self::Certificate,
                _ if refuses(&cause.to_string()) => return Self::Proxy,
                _ => {}
            }
        }
        Self::Network
    }
}

/// hyper-util keeps the type of its tunnel's errors to itself.
fn refuses(text: &str) -> bool {
    text.strip_prefix("tunnel error: ")
        .is_some_and(|what| what == "proxy authorization required" || what == "unsuccessful")
}

/// The innermost reason: "Connection refused" says more than "error sending request".
pub(crate) fn root_cause(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and its sources. `io::Error` hides the one it wraps: its own source is the wrapped one's source.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'e (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}
