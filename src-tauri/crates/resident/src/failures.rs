//! What each part's errors mean to the engine. One place, so that no two surfaces judge one error differently.

use engine::{Code, Failure};
use graph::RequestError;
use identity::{KeychainError, RefreshError, SignInError, TokenError};

use crate::session::pause;

/// Graph's answer to a call.
pub(crate) fn of_request(error: RequestError) -> Failure {
    match error {
        RequestError::Unauthorized { .. } => Failure::of(Code::SignInNeeded),
        RequestError::Forbidden => Failure::of(Code::Forbidden),
        RequestError::Refused { status, code, message } => {
            let words: Vec<_> = [message, code].into_iter().filter(|word| !word.is_empty()).collect();
            Failure::with(Code::Refused, format!("{} ({status})", words.join(" – ")))
        }
        RequestError::Throttled { retry_after } => Failure::of(Code::Throttled).after(retry_after),
        RequestError::Trouble { status, retry_after } => {
            Failure::with(Code::ServiceTrouble, status.to_string()).after(retry_after)
        }
        RequestError::Unreachable(_) => Failure::with(Code::Unreachable, error.to_string()),
        RequestError::Nonsense(detail) => Failure::with(Code::Nonsense, detail),
    }
}

/// A sign-in that did not end well.
pub(crate) fn of_sign_in(error: SignInError) -> Failure {
    match error {
        SignInError::Listener(_) => Failure::with(Code::Failed, error.to_string()),
        SignInError::TimedOut | SignInError::CodeExpired => Failure::of(Code::SignInTimedOut),
        SignInError::Cancelled => Failure::of(Code::SignInCancelled),
        SignInError::Unreachable { reason } => Failure::with(Code::Unreachable, reason),
        SignInError::ServiceTrouble { retry_after } => trouble(retry_after),
        SignInError::InteractionNeeded(refusal) | SignInError::Refused(refusal) => {
            Failure::with(Code::SignInRefused, refusal.to_string())
        }
        SignInError::MissingScope(_) => Failure::of(Code::Forbidden),
        SignInError::WrongAccount(_) => Failure::of(Code::WrongAccount),
        SignInError::IdToken(fault) => Failure::with(Code::Nonsense, fault.to_string()),
        SignInError::Nonsense { detail } => Failure::with(Code::Nonsense, detail),
    }
}

/// No access token.
pub(crate) fn of_token(error: TokenError) -> Failure {
    match error {
        TokenError::SignedOut => Failure::of(Code::NotSignedIn),
        // A new sign-in puts it right.
        TokenError::Keychain(KeychainError::Corrupt) => Failure::of(Code::SignInNeeded),
        TokenError::Keychain(error) => of_keychain(&error),
        TokenError::Refresh(error) => of_refresh(error),
    }
}

/// A silent refresh that failed.
fn of_refresh(error: RefreshError) -> Failure {
    match error {
        RefreshError::Unreachable { reason } => Failure::with(Code::Unreachable, reason),
        RefreshError::ServiceTrouble { retry_after } => trouble(retry_after),
        RefreshError::InteractionNeeded(_) | RefreshError::TokenDead(_) => Failure::of(Code::SignInNeeded),
        RefreshError::Refused(refusal) => Failure::with(Code::SignInRefused, refusal.to_string()),
        RefreshError::MissingScope(_) => Failure::of(Code::Forbidden),
        RefreshError::AnotherPerson => Failure::with(Code::Nonsense, error.to_string()),
        RefreshError::Nonsense { detail } => Failure::with(Code::Nonsense, detail),
    }
}

/// The keychain's no. None of these means signed out.
pub(crate) fn of_keychain(error: &KeychainError) -> Failure {
    let code = match error {
        KeychainError::Locked | KeychainError::Timeout => Code::KeychainLocked,
        KeychainError::Denied => Code::KeychainDenied,
        KeychainError::Missing(_) | KeychainError::Unavailable(_) | KeychainError::Corrupt => Code::KeychainUnavailable,
    };
    Failure::with(code, error.to_string())
}

fn trouble(retry_after: Option<std::time::Duration>) -> Failure {
    Failure::with(Code::ServiceTrouble, "sign-in").after(pause(retry_after))
}
