//! What an application may ask of the authorize endpoint.

use std::collections::BTreeMap;

use super::people::{CLIENT_ID, TENANT_DOMAIN, TENANT_ID};
use super::sign_in_error::SignInError;

/// Parameters of a query or a form body; each at most once.
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(encoded: &[u8]) -> Result<Self, SignInError> {
        let mut parameters = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if parameters.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(SignInError::Malformed(format!("the parameter {name} occurs twice")));
            }
        }
        Ok(Self(parameters))
    }

    /// The value, unless absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value, or the error that names the parameter.
    pub fn require(&self, name: &'static str) -> Result<&str, SignInError> {
        self.get(name).ok_or(SignInError::Missing(name))
    }
}

/// How the answer goes back to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// The browser posts a form.
    FormPost,
    /// The answer stands in the address.
    Query,
}

/// Where the answer goes. Known before anything else, since every later error is sent there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnAddress {
    /// Byte for byte as the application sent it.
    pub redirect_uri: String,
    /// Form or address.
    pub mode: ResponseMode,
    /// Given back untouched.
    pub state: Option<String>,
}

impl ReturnAddress {
    /// Checks client id, redirect URI and response mode. An error here stays on the sign-in page.
    pub fn check(parameters: &Parameters) -> Result<Self, SignInError> {
        check_application(parameters)?;
        let redirect_uri = parameters.get("redirect_uri").ok_or(SignInError::NoRedirect)?;
        if !is_registered(redirect_uri) {
            return Err(SignInError::UnknownRedirect(redirect_uri.to_owned()));
        }
        let mode = match parameters.get("response_mode") {
            Some("form_post") => ResponseMode::FormPost,
            None | Some("query") => ResponseMode::Query,
            Some(other) => return Err(SignInError::ResponseMode(other.to_owned())),
        };
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            mode,
            state: parameters.get("state").map(str::to_owned),
        })
    }
}

/// What the application asks for. An error here is sent to the [`ReturnAddress`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The tenant segment of the address; the code is good under the same one only.
    pub(super) segment: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: Vec<Scope>,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
}

impl AuthorizationRequest {
    /// Checks response type, PKCE, scopes and prompt. `login_hint`, `domain_hint` and `claims` are let through.
    pub fn check(parameters: &Parameters, segment: &str, back: &ReturnAddress) -> Result<Self, SignInError> {
        let response_type = parameters.require("response_type")?;
        if response_type != "code" {
            return Err(SignInError::ResponseType(response_type.to_owned()));
        }
        let challenge = parameters
            .get("code_challenge")
            .filter(|_| parameters.get("code_challenge_method") == Some("S256"));
        let challenge = challenge
            .filter(|challenge| is_base64url(challenge, 43))
            .ok_or(SignInError::Challenge)?;
        let scopes = Scope::list(parameters.require("scope")?)?;
        if parameters.get("prompt") == Some("none") {
            return Err(SignInError::NobodySignedIn);
        }
        Ok(Self {
            segment: segment.to_owned(),
            redirect_uri: back.redirect_uri.clone(),
            scopes,
            challenge: challenge.to_owned(),
            nonce: parameters.get("nonce").map(str::to_owned),
        })
    }

    /// The permissions of Graph that are asked for, by their short names.
    pub fn permissions(&self) -> impl Iterator<Item = &'static str> {
        self.scopes
            .iter()
            .map(|scope| scope.name)
            .filter(|name| !OPENID_SCOPES.contains(name))
    }
}

const OPENID_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// Delegated permissions that people of the tenant may grant by themselves.
const PERMISSIONS: [&str; 5] = [
    "Presence.Read",
    "Presence.ReadWrite",
    "Presence.Read.All",
    "User.Read",
    "Place.Read.All",
];
/// Hosts that a permission may be qualified with: the clouds' Graphs.
const GRAPH_HOSTS: [&str; 4] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
];

/// One scope, known by its short name and given back as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) name: &'static str,
    pub(super) asked: String,
}

impl Scope {
    /// Reads scopes separated by spaces; at least one.
    pub(super) fn list(text: &str) -> Result<Vec<Self>, SignInError> {
        let scopes: Result<Vec<Self>, SignInError> = text.split_ascii_whitespace().map(Self::parse).collect();
        scopes.and_then(|scopes| {
            if scopes.is_empty() {
                Err(SignInError::Missing("scope"))
            } else {
                Ok(scopes)
            }
        })
    }

    fn parse(asked: &str) -> Result<Self, SignInError> {
        let qualified = asked.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
        let (short, known): (&str, &[&[&'static str]]) = match qualified {
            Some((host, short)) if GRAPH_HOSTS.contains(&host) => (short, &[&PERMISSIONS]),
            Some(_) => return Err(SignInError::UnknownScope(asked.to_owned())),
            None => (asked, &[&PERMISSIONS, &OPENID_SCOPES]),
        };
        let name = known
            .iter()
            .flat_map(|names| names.iter())
            .find(|name| name.eq_ignore_ascii_case(short));
        let name = name.ok_or_else(|| SignInError::UnknownScope(asked.to_owned()))?;
        Ok(Self {
            name,
            asked: asked.to_owned(),
        })
    }
}

/// Refuses every tenant segment that people of this tenant could not sign in under.
pub fn check_segment(segment: &str) -> Result<(), SignInError> {
    let known = ["organizations", TENANT_ID, TENANT_DOMAIN]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(segment));
    if known {
        Ok(())
    } else {
        Err(SignInError::UnknownTenant(segment.to_owned()))
    }
}

/// Refuses every client id but the registered one.
pub(super) fn check_application(parameters: &Parameters) -> Result<&str, SignInError> {
    let client_id = parameters.require("client_id")?;
    if client_id.eq_ignore_ascii_case(CLIENT_ID) {
        Ok(client_id)
    } else {
        Err(SignInError::UnknownApplication(client_id.to_owned()))
    }
}

/// `http://localhost` is registered: the port is free, a path or a trailing slash is not.
fn is_registered(redirect_uri: &str) -> bool {
    match redirect_uri.strip_prefix("http://localhost") {
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
        }),
        None => false,
    }
}

fn is_base64url(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{AuthorizationRequest, Parameters, ReturnAddress, Scope, SignInError, check_segment, is_registered};
    use crate::tenant::people::{CLIENT_ID, TENANT_DOMAIN, TENANT_ID};

    #[test]
    fn localhost_with_any_port_and_nothing_else_is_registered() {
        for (redirect_uri, expected) in [
            ("http://localhost", true),
            ("http://localhost:1", true),
            ("http://localhost:65535", true),
            ("http://localhost:0", false),
            ("http://localhost:65536", false),
            ("http://localhost:", false),
            ("http://localhost:+80", false),
            ("http://localhost/", false),
            ("http://localhost:5000/", false),
            ("http://localhost:5000/callback", false),
            ("http://localhost.evil.example", false),
            ("http://localhost:5000@evil.example", false),
            ("https://localhost:5000", false),
            ("http://127.0.0.1:5000", false),
            ("http://[::1]:5000", false),
            ("HTTP://localhost:5000", false),
            ("", false),
        ] {
            assert_eq!(is_registered(redirect_uri), expected, "{redirect_uri}");
        }
    }

    #[test]
    fn the_tenant_is_known_by_three_segments() {
        for segment in ["organizations", TENANT_ID, TENANT_DOMAIN, &TENANT_ID.to_uppercase()] {
            assert_eq!(check_segment(segment), Ok(()), "{segment}");
        }
        for segment in [
            "common",
            "consumers",
            "9188040d-6c67-4c5b-b112-36a304b66dad",
            "other.example",
            "",
        ] {
            assert_eq!(
                check_segment(segment).map_err(|error| error.number()),
                Err(90_002),
                "{segment}"
            );
        }
    }

    #[test]
    fn scopes_are_known_by_short_and_by_qualified_names() {
        let names =
            |text: &str| Scope::list(text).map(|scopes| scopes.iter().map(|scope| scope.name).collect::<Vec<_>>());
        assert_eq!(names("openid  Presence.Read"), Ok(vec!["openid", "Presence.Read"]));
        for host in ["graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us"] {
            assert_eq!(
                names(&format!("https://{host}/presence.readwrite")),
                Ok(vec!["Presence.ReadWrite"]),
                "{host}"
            );
        }
        for unknown in [
            "Mail.Read",
            "https://evil.example/Presence.Read",
            "https://graph.microsoft.com/openid",
            ".default",
        ] {
            assert_eq!(
                names(unknown),
                Err(SignInError::UnknownScope(unknown.into())),
                "{unknown}"
            );
        }
        assert_eq!(names("  "), Err(SignInError::Missing("scope")));
    }

    #[test]
    fn each_flaw_of_an_authorize_request_has_its_number() {
        let good = [
            ("client_id", CLIENT_ID),
            ("response_type", "code"),
            ("redirect_uri", "http://localhost:5000"),
            ("response_mode", "form_post"),
            ("scope", "openid Presence.Read"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ];
        let check = |changed: &str, value: &str| -> Result<(), u32> {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for (name, good) in good {
                query.append_pair(name, if name == changed { value } else { good });
            }
            if !good.iter().any(|(name, _)| *name == changed) {
                query.append_pair(changed, value);
            }
            let parameters = Parameters::parse(query.finish().as_bytes()).map_err(|error| error.number())?;
            let back = ReturnAddress::check(&parameters).map_err(|error| error.number())?;
            AuthorizationRequest::check(&parameters, "organizations", &back).map_err(|error| error.number())?;
            Ok(())
        };
        for (name, value, expected) in [
            ("prompt", "select_account", Ok(())),
            ("login_hint", "megan.ashdown@harbourlight.example", Ok(())),
            ("response_mode", "", Ok(())),
            ("client_id", "", Err(900_144)),
            ("client_id", "00000000-0000-0000-0000-000000000000", Err(700_016)),
            ("redirect_uri", "", Err(900_971)),
            ("redirect_uri", "http://localhost:5000/", Err(50_011)),
            ("response_mode", "fragment", Err(70_007)),
            ("response_type", "token", Err(70_005)),
            ("response_type", "", Err(900_144)),
            ("code_challenge", "", Err(50_147)),
            ("code_challenge", "too-short", Err(50_147)),
            ("code_challenge_method", "plain", Err(50_147)),
            ("code_challenge_method", "", Err(50_147)),
            ("scope", "", Err(900_144)),
            ("scope", "openid Mail.Send", Err(70_011)),
            ("prompt", "none", Err(50_058)),
        ] {
            assert_eq!(check(name, value), expected, "{name}={value}");
        }
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        let error = Parameters::parse(b"state=a&state=b").err().map(|error| error.number());
        assert_eq!(error, Some(9_002_313));
    }
}
