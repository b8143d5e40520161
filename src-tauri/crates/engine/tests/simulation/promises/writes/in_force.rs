//! What the tenant took, what that covers, and what comes back from beneath it.

use engine::{Code, Subject};
use jiff::{Timestamp, Zoned};
use presence::PreferredPresence;

use super::{
    SUBJECTS, Writes,
    cause::{Cause, Role, Then},
};
use crate::{
    promises::{
        covered::Covered,
        picture::{Picture, Wish},
    },
    witness::{Lately, Step, Verdict},
};

impl Writes {
    /// It is in force.
    pub(super) fn accept(&mut self, step: &Step<'_>, cause: Cause) {
        let now = step.facts.now;
        let subject = cause.wish.subject();
        let before = self.in_force.extract_if(.., |wish| wish.subject() == subject);
        for wish in before {
            self.ours.note(now, wish);
        }
        self.in_force.push(cause.wish.clone());
        self.ours.forget_old(now);
        self.ours.note(now, cause.wish.clone());
        if cause.role == Role::LastResort {
            return;
        }
        if subject == Subject::Message {
            self.cleared.clear();
        }
        if let Some(at) = SUBJECTS.iter().position(|known| *known == subject) {
            self.asked[at] = Some(cause.asked);
            self.contradicted[at] = 0;
        }
        let then = cause.then.clone().unwrap_or_default();
        self.then.take_over(subject, &then.picture);
        match &cause.wish {
            Wish::Presence(value, _) if cause.role == Role::Ends && self.presences.top() != Some(value) => {
                self.note_over(now);
            }
            Wish::Reset => {
                self.note_over(now);
                self.over = self.over.or(Picture::of(step.before.presence.as_ref()).presence);
            }
            _ => {}
        }
        match cause.wish {
            Wish::Presence(..) | Wish::Reset => {
                let mut presences = std::mem::take(&mut self.presences);
                self.lay(&mut presences, &cause, step.wall);
                self.presences = presences;
            }
            Wish::Message(..) if cause.role == Role::PutBack => {}
            Wish::Message(text, Some(until)) => {
                let found = self.then.message.clone().map(|found| (found, self.then.message_until));
                self.messages.cover(text, until, found);
            }
            Wish::Message(text, None) => self.messages.replace(text, None),
            Wish::ClearMessage => {
                let shown = Picture::of(step.before.presence.as_ref()).message;
                self.cleared = shown.into_iter().chain(self.messages.top().cloned()).collect();
                self.messages.clear();
            }
            Wish::Location(..) | Wish::ClearLocation(_) | Wish::Open | Wish::Close => {}
        }
    }

    fn note_over(&mut self, now: Timestamp) {
        self.over = self.presences.top().copied();
        if let Some(over) = self.over {
            self.ours.note(now, Wish::Presence(over, None));
        }
    }

    /// What a person would have in force after all that is on its way.
    pub(super) fn presences_to_be(&self, wall: &Zoned) -> Covered<PreferredPresence> {
        let mut presences = self.presences.clone();
        for cause in &self.causes {
            if cause.wish.subject() == Subject::Presence {
                self.lay(&mut presences, cause, wall);
            }
        }
        presences
    }

    fn lay(&self, presences: &mut Covered<PreferredPresence>, cause: &Cause, wall: &Zoned) {
        let Wish::Presence(value, until) = cause.wish else {
            return presences.clear();
        };
        let end = until.unwrap_or_else(|| wall.timestamp() + value.default_length().duration());
        match cause.role {
            Role::Asked if until.is_some() => {
                let midnight = wall.end_of_day().unwrap().timestamp();
                let then = cause.then.clone().unwrap_or_default();
                let is_wanted = |value: &PreferredPresence| !then.is_ours && self.over != Some(*value);
                let found = then.picture.presence.filter(is_wanted);
                presences.cover(value, end, found.map(|found| (found, Some(midnight))));
            }
            Role::Asked => presences.replace(value, Some(end)),
            Role::Ends => presences.end_down_to(value, end),
            Role::PutBack | Role::LastResort => {}
        }
    }

    /// An answer came: what a person chose elsewhere counts, and what has ended makes room for what was there.
    pub(super) fn read(&mut self, step: &Step<'_>, lately: &Lately, began: Timestamp) -> Verdict {
        let picture = Picture::of(step.after.presence.as_ref());
        self.over = self.over.filter(|over| picture.presence == Some(*over));
        let mut causes = std::mem::take(&mut self.causes);
        if let Some(shown) = &step.after.presence {
            for cause in causes.iter_mut().filter(|cause| cause.then.is_none()) {
                cause.then = Some(self.sees_before(shown));
            }
        }
        self.causes = causes;
        for (at, subject) in SUBJECTS.into_iter().enumerate() {
            self.a_choice_made_elsewhere_is_given_way_to(step, lately, at, &picture)?;
            if step.after.notices.iter().any(|notice| {
                notice.about == subject && notice.code == Code::Overtaken && notice.since == step.wall.timestamp()
            }) {
                self.causes
                    .retain(|cause| cause.sent || !cause.kept || cause.wish.subject() != subject);
                self.give_way(subject);
            }
        }
        // Graph had taken it before the answer was lost.
        self.causes
            .retain(|cause| !(cause.kept && cause.role == Role::PutBack && !cause.sent && picture.shows(&cause.wish)));
        if Some(began) < self.presences.ended_at().max(self.messages.ended_at()) {
            return Ok(());
        }
        if !self.is_under_way(Subject::Presence)
            && let Some((value, until)) = self.presences.comes_back(picture.presence.as_ref())
        {
            self.put_back(step.facts.now, &picture, Wish::Presence(value, until));
        }
        if !self.is_under_way(Subject::Message)
            && let Some((text, until)) = self.messages.comes_back(picture.message.as_ref())
        {
            self.put_back(step.facts.now, &picture, Wish::Message(text, until));
        }
        Ok(())
    }

    fn put_back(&mut self, now: Timestamp, picture: &Picture, wish: Wish) {
        let then = Then {
            picture: picture.clone(),
            is_ours: false,
        };
        self.causes.push(Cause {
            then: Some(then),
            ..Cause::new(wish, Role::PutBack, now)
        });
    }

    pub(super) fn give_way(&mut self, subject: Subject) {
        self.in_force.retain(|wish| wish.subject() != subject);
        match subject {
            Subject::Presence => self.presences.clear(),
            Subject::Message => self.messages.clear(),
            _ => {}
        }
    }
}
