//! Getting a new access token without the person.

use std::time::Duration;

use oauth2::Scope;

use crate::claims::{self, Claims};
use crate::exchange::{self, Exchange, ExchangeError};
use crate::http::Obstacle;
use crate::id_token;
use crate::refusal::Refusal;
use crate::registration::{Registration, Scopes};
use crate::token::{Account, RefreshToken, Tokens};

/// One refresh; whether and when to try again is the caller's ([`TokenSource`](crate::TokenSource) is one). `http` is a
/// client for the registration's authority. `claims` answers a challenge.
///
/// It is one request, but for one case: if the service says that consent is missing and there are optional permissions,
/// a second one asks without these, since somebody who never had them must not be sent to the browser for them.
///
/// `Tokens::refresh` is `None` where the service sent none: the stored one stays good. A new one replaces it; Entra
/// does not revoke the old one, so a crash between the answer and the keychain is harmless.
pub async fn refresh(
    http: &reqwest::Client,
    registration: &Registration,
    token: &RefreshToken,
    account: &Account,
    claims: Option<&Claims>,
) -> Result<Tokens, RefreshError> {
    let once = async |scopes: &Scopes| {
        let exchange = Exchange::new(http);
        let outcome = exchange::client(registration)
            .exchange_refresh_token(&oauth2::RefreshToken::new(token.expose().to_owned()))
            .add_scopes(scopes.requested().into_iter().map(Scope::new))
            .add_extra_param("client_info", "1")
            .add_extra_param("claims", claims::parameter(claims))
            .request_async(&exchange)
            .await;
        let answer = exchange.judge(outcome)?;
        // OpenID Connect Core §12.2: it need not be there; if it is, it must name the same person.
        if let Some(id_token) = &answer.extra_fields().id_token
            && !id_token::names(id_token, registration, account)
        {
            return Err(RefreshError::AnotherPerson);
        }
        Ok(exchange.tokens(scopes, &answer)?)
    };
    let scopes = &registration.scopes;
    match once(scopes).await {
        Err(RefreshError::InteractionNeeded(refusal)) if refusal.lacks_consent() && !scopes.optional.is_empty() => {
            once(&scopes.with_optional(|_| false)).await
        }
        result => result,
    }
}

/// Why there is no new access token. Every text is a sentence without secrets.
///
/// Only [`RefreshError::TokenDead`] is a reason to delete the refresh token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// The network, or the way to the service. The access token at hand may still be good.
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
    /// The person has to sign in again (with `claims` if there are some). Keep the refresh token, and ask no more until
    /// they did.
    #[error("a new sign-in is needed: {0}")]
    InteractionNeeded(Box<Refusal>),
    /// The refresh token is malformed, expired or revoked: delete it; the person has to sign in again.
    #[error("the sign-in has ended: {0}")]
    TokenDead(Box<Refusal>),
    /// The service refused, and a new sign-in would change nothing.
    #[error("the sign-in service refused: {0}")]
    Refused(Box<Refusal>),
    /// The answer names somebody else than the token was for. It was thrown away.
    #[error("the answer belongs to another account")]
    AnotherPerson,
    /// Required permissions are gone; by short names.
    #[error("these permissions are no longer granted: {}", .0.join(", "))]
    MissingScope(Vec<String>),
    /// No answer of the sign-in service: perhaps a proxy's, or a network's login page.
    #[error("the answer is not the sign-in service's: {detail}")]
    Nonsense {
        /// What it was instead; nothing of its content.
        detail: String,
    },
}

impl RefreshError {
    /// Whether only the person can go on, in the browser.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self, Self::InteractionNeeded(_) | Self::TokenDead(_))
    }
}

/// By `error` and `suberror` alone, as the MSALs do: a bare `invalid_grant` may be a new policy, so the token is kept.
fn refused(refusal: Box<Refusal>) -> RefreshError {
    match (refusal.error.as_str(), refusal.suberror.as_deref()) {
        ("invalid_grant", Some("bad_token")) => RefreshError::TokenDead(refusal),
        // Nothing a person could do in the browser would help.
        (
            _,
            Some("message_only" | "protection_policy_required" | "client_mismatch" | "device_authentication_failed"),
        ) => RefreshError::Refused(refusal),
        ("invalid_grant" | "interaction_required" | "login_required" | "consent_required", _) => {
            RefreshError::InteractionNeeded(refusal)
        }
        _ => RefreshError::Refused(refusal),
    }
}

impl From<ExchangeError> for RefreshError {
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
