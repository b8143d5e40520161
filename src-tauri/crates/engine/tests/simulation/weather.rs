//! What may happen to a request on its way, and to its answer.

use engine::{Code, Failure};
use jiff::{SignedDuration, Timestamp};

use crate::dice::Dice;

/// One kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 429, with this many seconds of `Retry-After`, or without.
    Throttled(Option<i64>),
    /// 503, likewise.
    Trouble(Option<i64>),
    /// 503 for writes alone.
    WritesFail,
    /// No connection.
    Offline,
    /// Done, but the answer is lost.
    AnswersLost,
    /// Somebody else answers: a captive portal.
    Portal,
    /// 403
    Forbidden,
    /// Requests and answers take this many seconds at most.
    Slow(i64),
    /// The answer has words that this version does not know.
    NewWords,
    /// The answer has no sequence number.
    NoNumbers,
    /// The answer comes from a place that lags behind: it is one given before.
    OldAnswers,
    /// A message that is to be taken away stays.
    MessagesStick,
    /// The keychain is locked.
    Keychain,
}

/// One kind, how likely it strikes, and until when.
#[derive(Debug, Clone)]
struct Spell {
    kind: Kind,
    percent: i64,
    until: Timestamp,
}

/// All that is in the air.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weather {
    spells: Vec<Spell>,
}

/// What becomes of one try.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are marks, each by its name")]
pub(crate) struct Fate {
    /// How long until the tenant has it.
    pub(crate) there: SignedDuration,
    /// How long until its answer is back.
    pub(crate) back: SignedDuration,
    /// What comes back instead of an answer.
    pub(crate) failure: Option<Failure>,
    /// Whether it is done in spite of that.
    pub(crate) done: bool,
    pub(crate) new_words: bool,
    pub(crate) no_number: bool,
    pub(crate) old: bool,
    pub(crate) sticks: bool,
}

impl Weather {
    pub(crate) fn begin(&mut self, kind: Kind, percent: i64, until: Timestamp) {
        self.spells.push(Spell { kind, percent, until });
    }

    pub(crate) fn clear(&mut self) {
        self.spells.clear();
    }

    pub(crate) fn fate(&mut self, now: Timestamp, write: bool, dice: &mut Dice) -> Fate {
        self.spells.retain(|spell| spell.until > now);
        let mut fate = Fate {
            there: dice.millis(20, 200),
            back: dice.millis(20, 200),
            ..Fate::default()
        };
        for spell in &self.spells {
            if !dice.percent(spell.percent) {
                continue;
            }
            let failure = match spell.kind {
                Kind::Throttled(after) => Failure::of(Code::Throttled).after(after.map(SignedDuration::from_secs)),
                Kind::Trouble(after) => Failure::of(Code::ServiceTrouble).after(after.map(SignedDuration::from_secs)),
                Kind::WritesFail if write => Failure::of(Code::ServiceTrouble),
                Kind::Offline => Failure::of(Code::Unreachable),
                Kind::AnswersLost => {
                    fate.done = true;
                    Failure::of(Code::Unreachable)
                }
                Kind::Portal => Failure::of(Code::Nonsense),
                Kind::Forbidden => Failure::of(Code::Forbidden),
                Kind::Keychain => Failure::of(Code::KeychainLocked),
                Kind::Slow(most) => {
                    fate.there += dice.seconds(0, most);
                    fate.back += dice.seconds(0, most);
                    continue;
                }
                Kind::NewWords => {
                    fate.new_words = true;
                    continue;
                }
                Kind::NoNumbers => {
                    fate.no_number = true;
                    continue;
                }
                Kind::OldAnswers => {
                    fate.old = true;
                    continue;
                }
                Kind::MessagesStick => {
                    fate.sticks = true;
                    continue;
                }
                Kind::WritesFail => continue,
            };
            fate.failure.get_or_insert(failure);
        }
        fate
    }
}
