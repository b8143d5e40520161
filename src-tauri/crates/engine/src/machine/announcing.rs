//! What a person is told while no surface is open: seldom, once, and no longer than it is true.

use jiff::{SignedDuration, Timestamp, Zoned};

use super::{EXPECTED, Engine};
use crate::{
    AskState, Effect, Notification, NotificationKind, Notifications, Subject, WhyKind, intent::Intent, memory::Origin,
};

/// A timed presence is announced this long before it ends …
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// … if it lasts at least this long: of a shorter one everybody knows the end.
const WORTH_IT: SignedDuration = SignedDuration::from_mins(15);

impl Engine {
    /// A presence was accepted; one that a person set for a while is announced before it ends.
    pub(super) fn plan_announcement(&mut self, intent: &Intent, origin: Origin) {
        let end = match intent {
            Intent::Presence { until, .. } if origin == Origin::Person => *until,
            _ => None,
        };
        let end = end.filter(|end| end.duration_since(self.now) >= WORTH_IT);
        self.memory.ending_soon_at = end.map(|end| end - AHEAD);
    }

    /// Says what is to be said now, and takes back what is true no more.
    pub(super) fn announce(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        if !self.settings.polls {
            // It ends before anybody could press a button.
            return;
        }
        self.announce_end(now, effects);
        self.announce_not_taken(now, effects);
        self.announce_untold(effects);
        let signed_in = self.is_signed_in();
        if signed_in && std::mem::take(&mut self.told_sign_in_needed) {
            effects.push(Effect::Withdraw(NotificationKind::SignInNeeded));
        }
    }

    /// Nothing goes on without a new sign-in.
    pub(super) fn announce_sign_in_needed(&mut self, effects: &mut Vec<Effect>) {
        if self.settings.preferences.notifications != Notifications::None {
            self.told_sign_in_needed = true;
            effects.push(Effect::Notify(Notification::SignInNeeded));
        }
    }

    fn announce_end(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        let asked = self.memory.asked.presence.as_ref();
        let ends = asked.and_then(|asked| Some((asked.value, asked.until?)));
        if self
            .told_end
            .is_some_and(|told| ends.is_none_or(|(_, until)| until != told))
        {
            self.told_end = None;
            effects.push(Effect::Withdraw(NotificationKind::EndingSoon));
        }
        if self.memory.ending_soon_at.is_none_or(|at| at > now.timestamp()) {
            return;
        }
        self.memory.ending_soon_at = None;
        let wanted = self.settings.preferences.notifications == Notifications::All;
        // Who is not there will see what comes after.
        if let Some((presence, until)) = ends.filter(|_| wanted && !self.locked) {
            self.told_end = Some(until);
            let before = self.memory.presences.beneath(until).map(|layer| layer.what);
            effects.push(Effect::Notify(Notification::EndingSoon {
                presence,
                until,
                before,
            }));
        }
    }

    /// What could not be done while nobody waited for it.
    fn announce_untold(&mut self, effects: &mut Vec<Effect>) {
        let wanted = self.settings.preferences.notifications != Notifications::None && !self.attended;
        for about in std::mem::take(&mut self.untold) {
            let noted = self.notices.iter().find(|(subject, _)| *subject == about);
            if let Some((_, trouble)) = noted.filter(|_| wanted) {
                let words = trouble.failure.trouble(self.settings.language);
                effects.push(Effect::Notify(Notification::NotTaken {
                    about,
                    message: words.message,
                    advice: words.advice,
                    remedy: words.code.remedy(),
                }));
            }
        }
    }

    /// A presence that was accepted long enough ago and does not show.
    fn announce_not_taken(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        let asked = self.memory.asked.presence.as_ref();
        let is_open = asked.is_some_and(|asked| asked.state == AskState::Pending);
        let why = if is_open { self.why() } else { None };
        let why = why.filter(|why| matches!(why.kind, WhyKind::NotTaken | WhyKind::AskedWithoutSession));
        let Some(why) = why else {
            if self.told_not_taken.take().is_some() {
                effects.push(Effect::Withdraw(NotificationKind::NotTaken));
            }
            return;
        };
        let since = self.accepted_at(Subject::Presence);
        let given_time = since.is_none_or(|at: Timestamp| now.timestamp().duration_since(at) >= EXPECTED);
        // Without a session nothing will show, however long one waits.
        let is_sure = given_time || why.kind == WhyKind::AskedWithoutSession;
        let wanted = self.settings.preferences.notifications != Notifications::None && !self.attended;
        if !is_sure || !wanted || self.told_not_taken == why.asked {
            return;
        }
        self.told_not_taken = why.asked;
        let advice = match why.kind {
            WhyKind::AskedWithoutSession => "notice.not-taken.without-session",
            _ => "notice.not-taken.advice",
        };
        effects.push(Effect::Notify(Notification::NotTaken {
            about: Subject::Presence,
            message: why.message,
            advice: self.settings.language.phrases().text(advice).to_owned(),
            remedy: why.remedy,
        }));
    }
}
