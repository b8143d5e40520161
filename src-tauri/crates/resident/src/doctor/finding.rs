//! What was found, in words.

use engine::{Code, Failure, Trouble};
use phrases::Language;
use serde::Serialize;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// Which; the names are fixed, for scripts.
    pub(crate) check: &'static str,
    pub(crate) state: State,
    /// What failed; `None` where nothing did.
    pub(crate) code: Option<Code>,
    /// What was found, in one sentence.
    pub(crate) message: String,
    /// What to do; `None` where nothing is to be done.
    pub(crate) advice: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Ok,
    /// Something is missing, and the program works.
    Warn,
    Fail,
}

/// Says things in a language, from the catalogue's `doctor.…`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(pub(crate) Language);

impl Words {
    /// All is well: `doctor.{key}`.
    pub(super) fn good(self, check: &'static str, key: &str, values: &[(&str, &str)]) -> Finding {
        Finding {
            check,
            state: State::Ok,
            code: None,
            message: self.0.phrases().fill(&format!("doctor.{key}"), values),
            advice: None,
        }
    }

    /// Something to know of: `doctor.{key}.message` and `.advice`.
    pub(super) fn doubtful(self, check: &'static str, key: &str, values: &[(&str, &str)]) -> Finding {
        let say = |part: &str| self.0.phrases().fill(&format!("doctor.{key}.{part}"), values);
        Finding {
            check,
            state: State::Warn,
            code: None,
            message: say("message"),
            advice: Some(say("advice")),
        }
    }

    /// Something that does not work: `doctor.{key}.message` and `.advice`.
    pub(super) fn bad(self, check: &'static str, code: Code, key: &str, values: &[(&str, &str)]) -> Finding {
        Finding {
            state: State::Fail,
            code: Some(code),
            ..self.doubtful(check, key, values)
        }
    }

    /// The same, in the words that every other command has for it.
    pub(super) fn failed(self, check: &'static str, failure: &Failure) -> Finding {
        Finding::of(check, failure.trouble(self.0))
    }
}

impl Finding {
    /// Trouble that another part put into words.
    pub(super) fn of(check: &'static str, trouble: Trouble) -> Finding {
        Finding {
            check,
            state: State::Fail,
            code: Some(trouble.code),
            message: trouble.message,
            advice: Some(trouble.advice),
        }
    }
}
