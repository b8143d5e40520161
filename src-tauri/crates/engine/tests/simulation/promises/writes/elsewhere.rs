//! What a person chose elsewhere, in Teams, counts more than what was asked for here before.

use engine::{AskState, Subject};
use jiff::{SignedDuration, Timestamp};

use super::{LAG, LATE, SUBJECTS, UNSURE, Writes};
use crate::{
    promises::picture::{Picture, Wish},
    witness::{Lately, Step, Verdict, holds},
};

impl Writes {
    /// Exactly then, where it can be told apart, is what was asked for forgotten; and never without such a choice.
    pub(super) fn a_choice_made_elsewhere_is_given_way_to(
        &mut self,
        step: &Step<'_>,
        lately: &Lately,
        at: usize,
        picture: &Picture,
    ) -> Verdict {
        let subject = SUBJECTS[at];
        let (before, after) = (&step.before.asked, &step.after.asked);
        let (had, has, refused) = match subject {
            Subject::Presence => (
                before
                    .presence
                    .as_ref()
                    .map(|asked| (Wish::Presence(asked.value, None), asked.until)),
                after.presence.is_some(),
                after
                    .presence
                    .as_ref()
                    .is_some_and(|asked| asked.state == AskState::Refused),
            ),
            Subject::Message => (
                before
                    .message
                    .as_ref()
                    .map(|asked| (Wish::Message(asked.value.as_str().into(), None), asked.until)),
                after.message.is_some(),
                after
                    .message
                    .as_ref()
                    .is_some_and(|asked| asked.state == AskState::Refused),
            ),
            _ => (None, false, false),
        };
        let Some((wish, until)) = had else {
            return Ok(());
        };
        let over = until.is_some_and(|until| until <= step.wall.timestamp());
        // What was there before a write may be seen for a minute after it.
        let settling = self.ours.iter().any(|(at, wish)| {
            wish.subject() == subject && step.facts.now.duration_since(*at) < SignedDuration::from_secs(61)
        });
        let seen = !settling
            && !self.is_under_way(subject)
            && !self.is_ours(subject, picture)
            && wish.is_contradicted_by(picture, &self.then);
        self.contradicted[at] = if seen { self.contradicted[at] + 1 } else { 0 };
        if has || over {
            // Where the clock was set back, nobody knows how long ago something was set here: as if it were just now.
            let noticed = lately.started.max(lately.jumped);
            let knows_when = !lately.clock_set || step.facts.now.duration_since(noticed) >= LATE;
            let ignored = has && !refused && self.contradicted[at] >= 2 && knows_when;
            return holds(!ignored, "no automation over a human", || {
                format!("{picture:?} over {wish:?}")
            });
        }
        if self.is_under_way(subject) {
            return Ok(());
        }
        self.give_way(subject);
        // The slowest machine of the tenant may still tell what was before.
        let late = self
            .ours
            .iter()
            .any(|(at, wish)| wish.subject() == subject && step.facts.now.duration_since(*at) < LAG);
        if late {
            return Ok(());
        }
        self.somebody_chose_otherwise(step, lately, at)
    }

    /// Nobody is told of a choice that nobody made.
    fn somebody_chose_otherwise(&self, step: &Step<'_>, lately: &Lately, at: usize) -> Verdict {
        let asked = self.asked[at].unwrap_or(Timestamp::MIN);
        let unsure = self
            .unsure
            .max(step.facts.unsure)
            .is_some_and(|at| at >= asked.checked_sub(UNSURE).unwrap_or(asked));
        let unsettled = lately.clock_set || lately.died >= asked || unsure;
        let chose = self.teams[at].is_some_and(|teams| teams >= asked.checked_sub(LAG).unwrap_or(asked));
        holds(
            chose || unsettled,
            "nobody is told of a choice that nobody made",
            || format!("asked {asked}, in Teams {:?}", self.teams[at]),
        )
    }
}
