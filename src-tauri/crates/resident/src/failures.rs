//! What each part's errors mean to the engine. One place, so that no two surfaces judge one error differently.

use engine::{Code, Failure, Reference};
use graph::RequestError;
use identity::{Cause, Diagnosis, KeychainError, NetworkError, RefreshError, SignInError, TokenError};

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

/// A read that failed. It asks for nothing that could be wrong in itself: a refusal means that Teams does not know the person (API page
/// «Get presence»: personal accounts are not supported; no page says what an account without a licence gets).
pub(crate) fn of_reading(failure: Failure) -> Failure {
    match failure.code {
        Code::Refused => Failure {
            code: Code::NotLicensed,
            ..failure
        },
        _ => failure,
    }
}

/// A sign-in that did not end well.
pub(crate) fn of_sign_in(error: &SignInError) -> Failure {
    let code = match error {
        SignInError::Listener(_) => Code::Failed,
        SignInError::TimedOut | SignInError::CodeExpired => Code::SignInTimedOut,
        SignInError::Cancelled => Code::SignInCancelled,
        SignInError::Unreachable { .. } => Code::Unreachable,
        SignInError::ServiceTrouble { .. } => Code::ServiceTrouble,
        SignInError::InteractionNeeded(_) | SignInError::Refused(_) => Code::SignInRefused,
        SignInError::MissingScope(_) => Code::Forbidden,
        SignInError::WrongAccount(_) => Code::WrongAccount,
        SignInError::IdToken(_) | SignInError::Nonsense { .. } => Code::Nonsense,
    };
    let mut failure = told(code, &Diagnosis::from(error));
    match error {
        SignInError::ServiceTrouble { retry_after } => failure.retry_after = pause(*retry_after),
        SignInError::Listener(source) => failure.detail = source.to_string(),
        SignInError::Unreachable { reason: detail, .. } | SignInError::Nonsense { detail } => {
            failure.detail.clone_from(detail);
        }
        _ => {}
    }
    failure
}

/// No access token.
pub(crate) fn of_token(error: TokenError) -> Failure {
    match error {
        TokenError::SignedOut => Failure::of(Code::NotSignedIn),
        // A new sign-in puts it right.
        TokenError::Keychain(KeychainError::Corrupt) => Failure::of(Code::SignInNeeded),
        TokenError::Keychain(error) => of_keychain(&error),
        TokenError::Refresh(error) => of_refresh(&error),
    }
}

/// A silent refresh that failed.
fn of_refresh(error: &RefreshError) -> Failure {
    let code = match error {
        RefreshError::Unreachable { .. } => Code::Unreachable,
        RefreshError::ServiceTrouble { .. } => Code::ServiceTrouble,
        RefreshError::InteractionNeeded(_) | RefreshError::TokenDead(_) => Code::SignInNeeded,
        RefreshError::Refused(_) => Code::SignInRefused,
        RefreshError::MissingScope(_) => Code::Forbidden,
        RefreshError::AnotherPerson | RefreshError::Nonsense { .. } => Code::Nonsense,
    };
    let mut failure = told(code, &Diagnosis::from(error));
    match error {
        RefreshError::ServiceTrouble { retry_after } => failure.retry_after = pause(*retry_after),
        RefreshError::Unreachable { reason: detail, .. } | RefreshError::Nonsense { detail } => {
            failure.detail.clone_from(detail);
        }
        _ => {}
    }
    failure
}

/// No client to reach anybody with.
pub(crate) fn of_network(error: &NetworkError) -> Failure {
    match error {
        NetworkError::NoCertificates => Failure::of(Code::Failed).because(Cause::NoCertificates.name()),
        _ => Failure::with(Code::Failed, error.to_string()),
    }
}

/// In the words of the kind, with what an administrator asks for.
pub(crate) fn told(code: Code, diagnosis: &Diagnosis) -> Failure {
    let number = diagnosis.code.map(|code| format!("AADSTS{code}")).unwrap_or_default();
    let reference = Reference {
        trace_id: diagnosis.trace_id.as_deref().map(Box::from),
        correlation_id: diagnosis.correlation_id.as_deref().map(Box::from),
        cause: None,
    };
    Failure::with(code, number)
        .because(diagnosis.cause.name())
        .referred(reference)
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

#[cfg(test)]
mod tests {
    use phrases::Language;

    use super::*;

    #[test]
    fn every_kind_of_sign_in_trouble_and_every_step_of_a_registration_has_its_sentences() {
        for language in Language::ALL {
            for cause in Cause::ALL {
                for part in ["message", "advice"] {
                    let key = format!("sign-in.{}.{part}", cause.name());
                    assert!(language.phrases().has(&key), "{language:?} {key}");
                }
            }
            for step in identity::Step::ALL {
                let key = format!("registration.{}", step.name());
                assert!(language.phrases().has(&key), "{language:?} {key}");
            }
        }
    }

    #[test]
    fn a_refusal_is_told_in_plain_words_with_what_to_copy() {
        let refusal = identity::Refusal {
            error: "access_denied".into(),
            codes: vec![90_094],
            correlation_id: Some("c".into()),
            ..identity::Refusal::default()
        };
        let trouble = of_sign_in(&SignInError::Refused(Box::new(refusal))).trouble(Language::English);
        assert_eq!(trouble.code, Code::SignInRefused);
        assert_eq!(
            trouble.message,
            "Your organisation wants an administrator to approve this app. (AADSTS90094)"
        );
        assert_eq!(trouble.reference.correlation_id.as_deref(), Some("c"));
        assert!(trouble.advice.contains("approval link"), "{}", trouble.advice);
    }
}
