//! Signing a person in: authorization code with PKCE, in the system browser, back through a loopback port.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use jiff::Timestamp;
use oauth2::{AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use tokio::time::timeout;
use url::Url;

use crate::callback::Answer;
use crate::claims::{self, Claims};
use crate::exchange::{self, Exchange, ExchangeError};
use crate::http::Obstacle;
use crate::id_token::{self, IdTokenFault, Unbelieved, WrongAccount};
use crate::listener::Listener;
use crate::page::PageTexts;
use crate::refusal::Refusal;
use crate::registration::Registration;
use crate::token::{Account, Tokens};

/// How long the browser may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// The person declined (AADSTS65004). Any other number with `access_denied` is somebody else's no.
const DECLINED: u64 = 65_004;

/// One attempt. Its port listens from [`SignIn::begin`] on; dropping it, or the future of [`SignIn::finish`], closes
/// the port. One attempt at a time: drop the old one before a new one begins.
pub struct SignIn {
    http: reqwest::Client,
    registration: Registration,
    listener: Listener,
    pages: PageTexts,
    patience: Duration,
    secrets: Secrets,
    redirect: RedirectUrl,
    url: String,
    claims: String,
}

/// What is known before somebody signs in. Both are optional.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hint<'h> {
    /// The last user name: the browser goes straight to that account. Without one it asks which.
    pub username: Option<&'h str>,
    /// A claims challenge that a refresh could not meet.
    pub claims: Option<&'h Claims>,
}

/// What ties the answers to this attempt. Fresh each time.
struct Secrets {
    verifier: PkceCodeVerifier,
    state: String,
    nonce: String,
}

/// Who is signed in now, and with what.
#[derive(Debug)]
pub struct SignedIn {
    /// The person, for display and as the key of the refresh token.
    pub account: Account,
    /// Save `refresh` before using `access`.
    pub tokens: Tokens,
}

impl SignIn {
    /// Opens the port and builds the address. `http` is a client for the registration's authority
    /// ([`Network::client`](crate::Network::client)).
    pub fn begin(
        http: reqwest::Client,
        registration: Registration,
        hint: Hint<'_>,
        pages: PageTexts,
    ) -> Result<Self, SignInError> {
        let listener = Listener::bind().map_err(SignInError::Listener)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let [state, nonce] = [(); 2].map(|()| CsrfToken::new_random_len(32).into_secret());
        let secrets = Secrets { verifier, state, nonce };
        // By hand: formatting a `Url` would add a slash, and Entra compares byte for byte.
        let redirect = RedirectUrl::new(format!("http://localhost:{}", listener.port()))
            .map_err(|fault| SignInError::Listener(io::Error::other(fault)))?;
        let url = authorize_url(&registration, &redirect, challenge, &secrets, hint).into();
        Ok(Self {
            http,
            registration,
            listener,
            pages,
            patience: PATIENCE,
            secrets,
            redirect,
            url,
            claims: claims::parameter(hint.claims),
        })
    }

    /// Waits this long for the browser instead of five minutes.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The address to open in the browser, and to offer for copying. It holds the state: not for logs.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits for the browser, closes the port, redeems the code and checks who it is. Needs a tokio runtime with I/O
    /// and time. Dropping the future cancels.
    pub async fn finish(self) -> Result<SignedIn, SignInError> {
        let Self {
            http,
            registration,
            listener,
            pages,
            patience,
            secrets,
            redirect,
            claims,
            ..
        } = self;
        let Secrets { verifier, state, nonce } = secrets;
        let answer = match timeout(patience, listener.wait(state, pages)).await {
            Ok(answer) => answer.map_err(SignInError::Listener)?,
            Err(_) => return Err(SignInError::TimedOut),
        };
        let code = match answer {
            Answer::Code(code) => AuthorizationCode::new(code),
            Answer::Error(refusal) => return Err(at_the_callback(Box::new(refusal))),
        };
        let exchange = Exchange::new(&http);
        let outcome = exchange::client(&registration)
            .exchange_code(code)
            .set_redirect_uri(Cow::Owned(redirect))
            .set_pkce_verifier(verifier)
            // Microsoft's extension; it narrows the access token to one resource.
            .add_extra_param("scope", registration.scopes.requested().join(" "))
            .add_extra_param("client_info", "1")
            .add_extra_param("claims", claims)
            .request_async(&exchange)
            .await;
        let answer = exchange.judge(outcome)?;
        let id_token = answer.extra_fields().id_token.as_deref();
        let account = id_token::account(id_token, &registration, Some(&nonce), Timestamp::now())?;
        let tokens = exchange.tokens(&registration.scopes, &answer)?;
        Ok(SignedIn { account, tokens })
    }
}

fn authorize_url(
    registration: &Registration,
    redirect: &RedirectUrl,
    challenge: PkceCodeChallenge,
    secrets: &Secrets,
    hint: Hint<'_>,
) -> Url {
    let client = exchange::client(registration);
    let mut request = client
        .authorize_url(|| CsrfToken::new(secrets.state.clone()))
        .set_redirect_uri(Cow::Borrowed(redirect))
        .set_pkce_challenge(challenge)
        .add_scopes(registration.scopes.requested().into_iter().map(Scope::new))
        // Keeps the code out of history, Referer and logs (RFC 9700 §4.3.1).
        .add_extra_param("response_mode", "form_post")
        .add_extra_param("nonce", secrets.nonce.as_str())
        .add_extra_param("client_info", "1")
        .add_extra_param("claims", claims::parameter(hint.claims));
    request = match hint.username {
        Some(hint) => request.add_extra_param("login_hint", hint),
        None => request.add_extra_param("prompt", "select_account"),
    };
    request.url().0
}

/// Why nobody was signed in. Every text is a sentence without secrets.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No port could be opened, or it broke.
    #[error("the browser has no way back: no local port can be used ({0})")]
    Listener(#[source] io::Error),
    /// Nothing came back. Perhaps the tab was closed, or the browser shows an error of its own.
    #[error("the browser did not come back in time")]
    TimedOut,
    /// The code for another device was not used while it was good.
    #[error("the code expired before it was used")]
    CodeExpired,
    /// The person cancelled, or declined the permissions. No alarm.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// The network, or the way to the service.
    #[error("the sign-in service cannot be reached: {reason}")]
    Unreachable {
        /// The innermost cause.
        reason: String,
        /// What kind of trouble it is.
        obstacle: Obstacle,
    },
    /// The service has trouble (5xx, 429 and the like); it will pass.
    #[error("the sign-in service has trouble at the moment")]
    ServiceTrouble {
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The person has to do more in the browser: try again interactively, with `claims` if there are some.
    #[error("the sign-in needs another step in the browser: {0}")]
    InteractionNeeded(Box<Refusal>),
    /// The service refused; see `error` and the codes.
    #[error("the sign-in was refused: {0}")]
    Refused(Box<Refusal>),
    /// Not all permissions were granted; by short names.
    #[error("these permissions were not granted: {}", .0.join(", "))]
    MissingScope(Vec<String>),
    /// The account is of the wrong kind.
    #[error(transparent)]
    WrongAccount(#[from] WrongAccount),
    /// The id token does not belong to this attempt.
    #[error("the sign-in is not to be trusted: {0}")]
    IdToken(#[from] IdTokenFault),
    /// No answer of the sign-in service: perhaps a proxy's, or a network's login page.
    #[error("the answer is not the sign-in service's: {detail}")]
    Nonsense {
        /// What it was instead; nothing of its content.
        detail: String,
    },
}

/// Errors that came with the browser (Entra documentation, "v2-oauth2-auth-code-flow").
pub(crate) fn at_the_callback(refusal: Box<Refusal>) -> SignInError {
    match refusal.error.as_str() {
        "access_denied" if refusal.codes.iter().all(|code| *code == DECLINED) => SignInError::Cancelled,
        "server_error" | "temporarily_unavailable" => SignInError::ServiceTrouble { retry_after: None },
        _ => refused(refusal),
    }
}

fn refused(refusal: Box<Refusal>) -> SignInError {
    match refusal.error.as_str() {
        "interaction_required" | "login_required" | "consent_required" => SignInError::InteractionNeeded(refusal),
        _ => SignInError::Refused(refusal),
    }
}

impl From<ExchangeError> for SignInError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Unreachable(reason, obstacle) => Self::Unreachable { reason, obstacle },
            ExchangeError::ServiceTrouble(retry_after) => Self::ServiceTrouble { retry_after },
            ExchangeError::Refused(refusal) => refused(refusal),
            ExchangeError::Nonsense(detail) => Self::Nonsense { detail },
            ExchangeError::MissingScope(missing) => Self::MissingScope(missing),
        }
    }
}

impl From<Unbelieved> for SignInError {
    fn from(error: Unbelieved) -> Self {
        match error {
            Unbelieved::Fault(fault) => Self::IdToken(fault),
            Unbelieved::Account(wrong) => Self::WrongAccount(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::Scopes;

    #[test]
    fn the_authorize_url_carries_exactly_what_is_documented() {
        // Verifier and challenge of RFC 7636, Appendix B.
        let verifier = PkceCodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let secrets = Secrets {
            verifier,
            state: "the-state".into(),
            nonce: "the-nonce".into(),
        };
        let registration = Registration {
            client_id: "11111111-2222-3333-4444-555555555555".into(),
            tenant: "organizations".parse().unwrap(),
            authority: "https://login.microsoftonline.com/".parse().unwrap(),
            scopes: Scopes {
                resource: Some("https://graph.microsoft.com".parse().unwrap()),
                required: vec!["Presence.Read".into()],
                optional: vec!["Presence.ReadWrite".into()],
            },
            check_issuer: true,
        };
        let redirect = RedirectUrl::new("http://localhost:5000".into()).unwrap();
        let url = authorize_url(
            &registration,
            &redirect,
            challenge.clone(),
            &secrets,
            Hint {
                username: Some("ada@example.org"),
                claims: None,
            },
        );
        let address = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize";
        assert_eq!(url.as_str().split('?').next(), Some(address));
        assert!(
            url.as_str().contains("redirect_uri=http%3A%2F%2Flocalhost%3A5000&"),
            "{url}"
        );
        let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
        pairs.sort();
        let mut expected = [
            ("claims", r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#),
            ("client_id", "11111111-2222-3333-4444-555555555555"),
            ("client_info", "1"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
            ("login_hint", "ada@example.org"),
            ("nonce", "the-nonce"),
            ("redirect_uri", "http://localhost:5000"),
            ("response_mode", "form_post"),
            ("response_type", "code"),
            (
                "scope",
                "openid profile offline_access https://graph.microsoft.com/Presence.Read \
                 https://graph.microsoft.com/Presence.ReadWrite",
            ),
            ("state", "the-state"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(pairs, expected);
        let url = authorize_url(&registration, &redirect, challenge, &secrets, Hint::default());
        expected[5] = ("prompt".into(), "select_account".into());
        expected.sort();
        let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
        pairs.sort();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn an_error_at_the_callback_is_sorted_by_what_can_be_done() {
        type Kind = fn(&SignInError) -> bool;
        let cancelled: Kind = |error| matches!(error, SignInError::Cancelled);
        let refused: Kind = |error| matches!(error, SignInError::Refused(_));
        let trouble: Kind = |error| matches!(error, SignInError::ServiceTrouble { retry_after: None });
        let interaction: Kind = |error| matches!(error, SignInError::InteractionNeeded(_));
        for (error, description, is_right) in [
            ("access_denied", None, cancelled),
            (
                "access_denied",
                Some("AADSTS65004: User declined to consent"),
                cancelled,
            ),
            ("access_denied", Some("AADSTS90094: Admin consent is required"), refused),
            (
                "access_denied",
                Some("AADSTS90095: Admin approval is required"),
                refused,
            ),
            (
                "access_denied",
                Some("AADSTS53003: Blocked by Conditional Access"),
                refused,
            ),
            ("access_denied", Some("AADSTS50105: Not assigned"), refused),
            ("server_error", None, trouble),
            ("temporarily_unavailable", None, trouble),
            ("login_required", None, interaction),
            ("interaction_required", None, interaction),
            ("invalid_request", None, refused),
            ("something_new", None, refused),
        ] {
            let sorted = at_the_callback(Box::new(Refusal::from_callback(error, description)));
            assert!(is_right(&sorted), "{error} {description:?}: {sorted:?}");
        }
    }
}
