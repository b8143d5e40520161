//! What a person chose elsewhere, in Teams, counts more than what was asked for here before.

use engine::{AskState, Subject};
use jiff::{SignedDuration, Timestamp};

use super::{LAG, SUBJECTS, UNSURE, Writes};
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
        let is_refused = |state: AskState| state == AskState::Refused;
        let (had, has, refused) = match subject {
            Subject::Presence => (
                (before.presence.as_ref()).map(|asked| (Wish::Presence(asked.value, None), asked.until)),
                after.presence.is_some(),
                [&before.presence, &after.presence].map(|asked| asked.as_ref().map(|asked| asked.state)),
            ),
            Subject::Message => (
                (before.message.as_ref()).map(|asked| (Wish::Message(asked.value.as_str().into(), None), asked.until)),
                after.message.is_some(),
                [&before.message, &after.message].map(|asked| asked.as_ref().map(|asked| asked.state)),
            ),
            _ => (None, false, [None, None]),
        };
        let refused = refused.into_iter().flatten().any(is_refused);
        let Some((wish, until)) = had else {
            return Ok(());
        };
        let over = until.is_some_and(|until| until <= step.wall.timestamp());
        // What was there before a write may be seen for a minute after it.
        let settling = self
            .ours
            .changed(subject, step.facts.now, SignedDuration::from_secs(61));
        let seen = !settling
            && !self.is_under_way(subject)
            && !self.ours.is_shown(picture, subject)
            && wish.is_contradicted_by(picture, &self.then);
        // One that was dropped as older than what is shown contradicts nothing.
        if step.takes_over_an_answer() {
            self.contradicted[at] = if seen { self.contradicted[at] + 1 } else { 0 };
        }
        if has || over {
            let ignored = has && !refused && self.contradicted[at] >= 2;
            return holds(!ignored, "no automation over a human", || {
                format!("{picture:?} over {wish:?}")
            });
        }
        if self.is_under_way(subject) {
            return Ok(());
        }
        self.give_way(subject);
        // The slowest machine of the tenant may still tell what was before.
        let late = self.ours.changed(subject, step.facts.now, LAG);
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
