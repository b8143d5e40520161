//! A failure with its kind, and with what names it to an administrator.

use crate::cause::Cause;
use crate::id_token::{IdTokenFault, WrongAccount};
use crate::keychain::KeychainError;
use crate::refresh::RefreshError;
use crate::refusal::{Refusal, codes_in, id_in};
use crate::sign_in::SignInError;
use crate::source::TokenError;

/// What is known about a failure: its kind, and what names it to an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What went wrong.
    pub cause: Cause,
    /// The AADSTS number that decided, or the first one.
    pub code: Option<u64>,
    /// Names the attempt to an administrator.
    pub correlation_id: Option<String>,
    /// Names the request to an administrator.
    pub trace_id: Option<String>,
}

impl Diagnosis {
    /// Of something copied from an error page in the browser: a number, or a whole text with one and its ids. `None` if there
    /// is no number.
    pub fn of_text(text: &str) -> Option<Self> {
        let codes = match text.trim().parse() {
            Ok(code) => vec![code],
            Err(_) => codes_in(text),
        };
        let known = codes.iter().find_map(|code| Some((Cause::of_code(*code)?, *code)));
        let (cause, code) = known.or_else(|| Some((Cause::Refused, *codes.first()?)))?;
        Some(Self {
            cause,
            code: Some(code),
            correlation_id: id_in(text, "Correlation ID:").or_else(|| id_in(text, "Correlation Id:")),
            trace_id: id_in(text, "Trace ID:"),
        })
    }

    /// What to copy for an administrator: `AADSTS53003, correlation id …, trace id …`. Empty if there is nothing.
    pub fn reference(&self) -> String {
        let code = self.code.map(|code| format!("AADSTS{code}"));
        let correlation = self.correlation_id.as_ref().map(|id| format!("correlation id {id}"));
        let trace = self.trace_id.as_ref().map(|id| format!("trace id {id}"));
        let parts: Vec<_> = [code, correlation, trace].into_iter().flatten().collect();
        parts.join(", ")
    }
}

impl From<Cause> for Diagnosis {
    fn from(cause: Cause) -> Self {
        Self {
            cause,
            code: None,
            correlation_id: None,
            trace_id: None,
        }
    }
}

impl From<&Refusal> for Diagnosis {
    fn from(refusal: &Refusal) -> Self {
        let cause = Cause::of_refusal(refusal);
        let decided = refusal.codes.iter().find(|code| cause.codes().contains(code));
        Self {
            cause,
            code: decided.or(refusal.codes.first()).copied(),
            correlation_id: refusal.correlation_id.clone(),
            trace_id: refusal.trace_id.clone(),
        }
    }
}

impl From<&SignInError> for Diagnosis {
    fn from(error: &SignInError) -> Self {
        match error {
            SignInError::Listener(_) => Cause::NoLocalPort.into(),
            SignInError::TimedOut => Cause::TimedOut.into(),
            SignInError::CodeExpired => Cause::DeviceCodeExpired.into(),
            SignInError::Cancelled => Cause::ConsentDeclined.into(),
            SignInError::Unreachable { obstacle, .. } => Cause::from(*obstacle).into(),
            SignInError::ServiceTrouble { .. } => Cause::ServiceTrouble.into(),
            SignInError::InteractionNeeded(refusal) => refusal.as_ref().into(),
            // At redemption a bare `invalid_grant` says that the code was worth nothing.
            SignInError::Refused(refusal) => match refusal.as_ref().into() {
                Diagnosis {
                    cause: Cause::SignInNeeded,
                    code,
                    correlation_id,
                    trace_id,
                } => Self {
                    cause: Cause::CodeSpent,
                    code,
                    correlation_id,
                    trace_id,
                },
                other => other,
            },
            SignInError::MissingScope(_) => Cause::PermissionMissing.into(),
            SignInError::WrongAccount(WrongAccount::Personal) => Cause::PersonalAccount.into(),
            SignInError::WrongAccount(WrongAccount::OtherTenant { .. }) => Cause::OtherTenant.into(),
            SignInError::IdToken(IdTokenFault::Expired) => Cause::ClockWrong.into(),
            SignInError::IdToken(_) => Cause::NotTrusted.into(),
            SignInError::Nonsense { .. } => Cause::NotTheService.into(),
        }
    }
}

impl From<&RefreshError> for Diagnosis {
    fn from(error: &RefreshError) -> Self {
        match error {
            RefreshError::Unreachable { obstacle, .. } => Cause::from(*obstacle).into(),
            RefreshError::ServiceTrouble { .. } => Cause::ServiceTrouble.into(),
            RefreshError::InteractionNeeded(refusal)
            | RefreshError::TokenDead(refusal)
            | RefreshError::Refused(refusal) => refusal.as_ref().into(),
            RefreshError::AnotherPerson => Cause::AnotherPerson.into(),
            RefreshError::MissingScope(_) => Cause::PermissionMissing.into(),
            RefreshError::Nonsense { .. } => Cause::NotTheService.into(),
        }
    }
}

impl From<&TokenError> for Diagnosis {
    fn from(error: &TokenError) -> Self {
        match error {
            TokenError::SignedOut => Cause::SignedOut.into(),
            // What was kept is damaged: only a new sign-in helps.
            TokenError::Keychain(KeychainError::Corrupt) => Cause::SignInNeeded.into(),
            TokenError::Keychain(_) => Cause::Keychain.into(),
            TokenError::Refresh(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_decides_what_is_said_then_the_suberror_then_the_error() {
        for (error, suberror, codes, cause) in [
            (
                "invalid_grant",
                Some("basic_action"),
                vec![50_076],
                Cause::SecondFactorNeeded,
            ),
            ("invalid_grant", Some("bad_token"), vec![700_082], Cause::AwayTooLong),
            (
                "invalid_grant",
                Some("message_only"),
                vec![53_003],
                Cause::ConditionalAccess,
            ),
            ("invalid_grant", Some("message_only"), vec![], Cause::Blocked),
            ("invalid_grant", Some("message_only"), vec![1], Cause::Blocked),
            (
                "invalid_grant",
                Some("user_password_expired"),
                vec![],
                Cause::PasswordExpired,
            ),
            (
                "invalid_grant",
                Some("protection_policy_required"),
                vec![],
                Cause::AppProtectionNeeded,
            ),
            (
                "invalid_grant",
                Some("client_mismatch"),
                vec![],
                Cause::OtherRegistration,
            ),
            ("invalid_grant", Some("basic_action"), vec![], Cause::SignInNeeded),
            ("invalid_grant", None, vec![], Cause::SignInNeeded),
            ("interaction_required", None, vec![1, 50_079], Cause::SecondFactorSetUp),
            ("access_denied", None, vec![], Cause::ConsentDeclined),
            ("access_denied", None, vec![1], Cause::Refused),
            ("access_denied", None, vec![90_094], Cause::AdminApprovalNeeded),
            ("invalid_client", None, vec![7_000_218], Cause::WebRegistration),
            ("unauthorized_client", None, vec![700_016], Cause::UnknownClientId),
            ("of_next_year", None, vec![7], Cause::Refused),
        ] {
            let refusal = Refusal {
                error: error.into(),
                suberror: suberror.map(str::to_owned),
                codes: codes.clone(),
                ..Refusal::default()
            };
            let diagnosis = Diagnosis::from(&refusal);
            assert_eq!(diagnosis.cause, cause, "{error} {suberror:?} {codes:?}");
        }
    }

    #[test]
    fn a_text_from_the_browser_is_understood() {
        let id = "0c4c15cf-98ad-4c2c-a55b-2d3b4b3a7300";
        let page = format!(
            "Sorry, but we're having trouble signing you in.\nAADSTS50011: The redirect URI…\nTrace ID: {id}\n\
             Correlation ID: {id}\nTimestamp: 2026-01-01"
        );
        for (text, cause, code, reference) in [
            ("50011", Cause::RedirectNotRegistered, 50_011, "AADSTS50011".to_owned()),
            (
                " AADSTS90094 ",
                Cause::AdminApprovalNeeded,
                90_094,
                "AADSTS90094".to_owned(),
            ),
            ("AADSTS123456", Cause::Refused, 123_456, "AADSTS123456".to_owned()),
            (
                page.as_str(),
                Cause::RedirectNotRegistered,
                50_011,
                format!("AADSTS50011, correlation id {id}, trace id {id}"),
            ),
        ] {
            let diagnosis = Diagnosis::of_text(text).unwrap();
            assert_eq!((diagnosis.cause, diagnosis.code), (cause, Some(code)), "{text}");
            assert_eq!(diagnosis.reference(), reference);
        }
        for text in ["", "no number", "AADSTS", "-1"] {
            assert_eq!(Diagnosis::of_text(text), None, "{text}");
        }
    }
}
