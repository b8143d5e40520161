use jiff::SignedDuration;
use phrases::Language;
use serde::{Deserialize, Serialize};

/// What went wrong outside, as the driver found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which kind.
    pub code: Code,
    /// What kind of sign-in trouble, where that says more than the code: the catalogue's `sign-in.{cause}`.
    pub cause: Option<&'static str>,
    /// What the other side said of it, in one line; never a secret. Empty where the kind says all.
    pub detail: String,
    /// How long the other side asks to be left alone.
    pub retry_after: Option<SignedDuration>,
    /// What names the attempt to an administrator.
    pub reference: Reference,
}

/// What a refused attempt was, and what names it to whoever looks into it at the other side: no secret, to be copied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Reference {
    /// The kind of refusal, where that says more than the code: the catalogue's `sign-in.{cause}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub cause: Option<Box<str>>,
    /// Of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub trace_id: Option<Box<str>>,
    /// Of everything that belongs to the attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub correlation_id: Option<Box<str>>,
}

/// The kinds of trouble. Scripts branch on these; the names are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each has its sentence in the catalogue of strings")]
pub enum Code {
    NotSignedIn,
    SignInNeeded,
    SignInCancelled,
    SignInTimedOut,
    SignInRefused,
    WrongAccount,
    Forbidden,
    Refused,
    Nonsense,
    Unreachable,
    Throttled,
    ServiceTrouble,
    KeychainLocked,
    KeychainDenied,
    KeychainUnavailable,
    NotLicensed,
    ReadOnly,
    Past,
    Lapsed,
    Replaced,
    Overtaken,
    NotTaken,
    PlaceRefused,
    StateDamaged,
    StateBusy,
    LoginItem,
    NoClientId,
    Settings,
    SettingsRefused,
    SettingsNotWritten,
    NoSuchPreset,
    SignOutFirst,
    NothingToEnd,
    Usage,
    PortInUse,
    Failed,
}

/// What a person can do about something at the press of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// [`Command::SignIn`](crate::Command::SignIn)
    SignIn,
    /// [`Command::Refresh`](crate::Command::Refresh)
    TryAgain,
    /// [`Command::KeepAlive`](crate::Command::KeepAlive), on
    KeepAlive,
    /// The same [`Command::SetPresence`](crate::Command::SetPresence) again.
    SetAgain,
}

/// Trouble in words: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Trouble {
    /// For scripts.
    pub code: Code,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence.
    pub advice: String,
    /// Where there is one, for an administrator.
    #[serde(flatten)]
    pub reference: Reference,
}

impl Code {
    /// Every kind.
    pub const ALL: [Code; 36] = [
        Code::NotSignedIn,
        Code::SignInNeeded,
        Code::SignInCancelled,
        Code::SignInTimedOut,
        Code::SignInRefused,
        Code::WrongAccount,
        Code::Forbidden,
        Code::Refused,
        Code::Nonsense,
        Code::Unreachable,
        Code::Throttled,
        Code::ServiceTrouble,
        Code::KeychainLocked,
        Code::KeychainDenied,
        Code::KeychainUnavailable,
        Code::NotLicensed,
        Code::ReadOnly,
        Code::Past,
        Code::Lapsed,
        Code::Replaced,
        Code::Overtaken,
        Code::NotTaken,
        Code::PlaceRefused,
        Code::StateDamaged,
        Code::StateBusy,
        Code::LoginItem,
        Code::NoClientId,
        Code::Settings,
        Code::SettingsRefused,
        Code::SettingsNotWritten,
        Code::NoSuchPreset,
        Code::SignOutFirst,
        Code::NothingToEnd,
        Code::Usage,
        Code::PortInUse,
        Code::Failed,
    ];

    /// Its name for scripts, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Code::NotSignedIn => "not-signed-in",
            Code::SignInNeeded => "sign-in-needed",
            Code::SignInCancelled => "sign-in-cancelled",
            Code::SignInTimedOut => "sign-in-timed-out",
            Code::SignInRefused => "sign-in-refused",
            Code::WrongAccount => "wrong-account",
            Code::Forbidden => "forbidden",
            Code::Refused => "refused",
            Code::Nonsense => "nonsense",
            Code::Unreachable => "unreachable",
            Code::Throttled => "throttled",
            Code::ServiceTrouble => "service-trouble",
            Code::KeychainLocked => "keychain-locked",
            Code::KeychainDenied => "keychain-denied",
            Code::KeychainUnavailable => "keychain-unavailable",
            Code::NotLicensed => "not-licensed",
            Code::ReadOnly => "read-only",
            Code::Past => "past",
            Code::Lapsed => "lapsed",
            Code::Replaced => "replaced",
            Code::Overtaken => "overtaken",
            Code::NotTaken => "not-taken",
            Code::PlaceRefused => "place-refused",
            Code::StateDamaged => "state-damaged",
            Code::StateBusy => "state-busy",
            Code::LoginItem => "login-item",
            Code::NoClientId => "no-client-id",
            Code::Settings => "settings",
            Code::SettingsRefused => "settings-refused",
            Code::SettingsNotWritten => "settings-not-written",
            Code::NoSuchPreset => "no-such-preset",
            Code::SignOutFirst => "sign-out-first",
            Code::NothingToEnd => "nothing-to-end",
            Code::Usage => "usage",
            Code::PortInUse => "port-in-use",
            Code::Failed => "failed",
        }
    }

    /// The exit code of a command that ends with it.
    pub fn exit(self) -> u8 {
        match self {
            Code::Past
            | Code::NoClientId
            | Code::Settings
            | Code::SettingsRefused
            | Code::NoSuchPreset
            | Code::SignOutFirst
            | Code::Usage => 2,
            Code::NotSignedIn | Code::SignInNeeded | Code::SignInCancelled | Code::SignInTimedOut => 3,
            Code::SignInRefused
            | Code::WrongAccount
            | Code::Forbidden
            | Code::Refused
            | Code::Nonsense
            | Code::NotLicensed
            | Code::ReadOnly
            | Code::NotTaken
            | Code::PlaceRefused => 4,
            Code::Unreachable | Code::Throttled | Code::ServiceTrouble => 5,
            Code::KeychainLocked | Code::KeychainDenied | Code::KeychainUnavailable => 6,
            Code::Lapsed
            | Code::Replaced
            | Code::Overtaken
            | Code::StateDamaged
            | Code::StateBusy
            | Code::LoginItem
            | Code::NothingToEnd
            | Code::SettingsNotWritten
            | Code::PortInUse
            | Code::Failed => 1,
        }
    }

    /// Whether it passes by itself, so that what was asked is worth keeping.
    pub fn passes(self) -> bool {
        matches!(
            self,
            Code::Unreachable | Code::Throttled | Code::ServiceTrouble | Code::KeychainLocked
        )
    }

    /// What helps, as far as it can be had at the press of a button.
    pub fn remedy(self) -> Option<Remedy> {
        match self {
            Code::NotSignedIn
            | Code::SignInNeeded
            | Code::SignInCancelled
            | Code::SignInTimedOut
            | Code::SignInRefused
            | Code::WrongAccount
            | Code::Forbidden
            | Code::NotLicensed
            | Code::ReadOnly => Some(Remedy::SignIn),
            Code::Nonsense
            | Code::Unreachable
            | Code::Throttled
            | Code::ServiceTrouble
            | Code::KeychainLocked
            | Code::KeychainDenied
            | Code::KeychainUnavailable => Some(Remedy::TryAgain),
            _ => None,
        }
    }

    /// Whether only a new sign-in helps, so that asking again would be in vain.
    pub fn needs_sign_in(self) -> bool {
        matches!(self, Code::NotSignedIn | Code::SignInNeeded)
    }
}

impl Failure {
    /// One of a kind that needs no further words.
    pub fn of(code: Code) -> Failure {
        Failure {
            code,
            cause: None,
            detail: String::new(),
            retry_after: None,
            reference: Reference::default(),
        }
    }

    /// One with what the other side said.
    pub fn with(code: Code, detail: impl Into<String>) -> Failure {
        Failure {
            detail: detail.into(),
            ..Failure::of(code)
        }
    }

    /// The same, told in the words of a kind of sign-in trouble; the detail, if there is one, follows in brackets.
    #[must_use]
    pub fn because(mut self, cause: &'static str) -> Failure {
        self.cause = Some(cause);
        self
    }

    /// The same, with what names the attempt.
    #[must_use]
    pub fn referred(mut self, reference: Reference) -> Failure {
        self.reference = reference;
        self
    }

    /// The same, with the pause that was asked for.
    #[must_use]
    pub fn after(mut self, pause: Option<SignedDuration>) -> Failure {
        self.retry_after = pause;
        self
    }

    /// In words.
    pub fn trouble(&self, language: Language) -> Trouble {
        let phrases = language.phrases();
        let mut prefix = format!("problem.{}", self.code.name());
        let mut suffix = String::new();
        if let Some(cause) = self.cause {
            prefix = format!("sign-in.{cause}");
            if !self.detail.is_empty() {
                suffix = format!(" ({})", self.detail);
            }
        }
        let say = |part: &str| phrases.fill(&format!("{prefix}.{part}"), &[("detail", &self.detail)]);
        Trouble {
            code: self.code,
            message: say("message") + &suffix,
            advice: say("advice"),
            reference: Reference {
                cause: self.cause.map(Box::from),
                ..self.reference.clone()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_name_its_sentences_and_an_exit_code() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
            assert!((1..=6).contains(&code.exit()), "{code:?}");
            for language in Language::ALL {
                for part in ["message", "advice"] {
                    let key = format!("problem.{}.{part}", code.name());
                    assert!(language.phrases().has(&key), "{language:?} {key}");
                }
            }
        }
    }
}
