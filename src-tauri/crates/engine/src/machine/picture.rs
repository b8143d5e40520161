//! The Snapshot: what is known, worked out and in words.

use super::{Engine, Trouble};
use crate::{
    AskState, Certainty, Hint, KeepAlive, MissingTray, Notice, Problem, SigningIn, Snapshot, Subject, Why,
    why::{self, Known},
};

impl Engine {
    /// What there is to show.
    pub fn snapshot(&self) -> Snapshot {
        let mut places = self.settings.places.clone();
        for place in &self.memory.buildings {
            if !places.iter().any(|known| known.id == place.id) {
                places.push(place.clone());
            }
        }
        Snapshot {
            signed_in: self.is_signed_in(),
            account: self.memory.account.clone(),
            presence: self.presence.clone(),
            read_at: self.read_at,
            asked: self.memory.asked.clone(),
            problem: self.problem.as_ref().map(|trouble| self.in_words(trouble)),
            certainty: self.certainty(),
            why: self.why(),
            clearing: self.cleared(),
            notices: self
                .notices
                .iter()
                .map(|(about, trouble)| self.notice(*about, trouble))
                .collect(),
            keep_alive: KeepAlive {
                on: self.settings.keep_alive,
                until: self.memory.session_until,
            },
            read_only: self.memory.read_only,
            signing_in: self.sign_in.as_ref().map(|attempt| SigningIn {
                url: attempt.url.clone(),
                code: attempt.code.clone(),
            }),
            sign_in_failed: self
                .sign_in_failed
                .as_ref()
                .map(|failure| failure.trouble(self.settings.language)),
            session_only: self.session_only,
            registration: self.settings.registration.clone(),
            recent_messages: self.memory.recent_messages.clone(),
            presets: self.settings.presets.clone(),
            last_preset: self.last_preset(),
            places,
            own_places: self.settings.places.clone(),
            today: self.today.clone(),
            preferences: self.settings.preferences,
            shortcuts: self.shortcuts(),
            missing_tray: self.missing_tray.map(|missing| self.without_tray(missing)),
            start_at_login: self.start_at_login,
            flyout_calls: self.flyout_calls,
            flyout_call: self.flyout_call.clone(),
            demo: self.settings.demo,
            language: self.settings.language,
        }
    }

    fn certainty(&self) -> Certainty {
        match self.stale_after {
            None => Certainty::Unread,
            Some(after) if self.settings.polls && after <= self.now => Certainty::Stale,
            Some(_) if self.is_settling(None) => Certainty::Settling,
            Some(_) => Certainty::Fresh,
        }
    }

    pub(super) fn why(&self) -> Option<Why> {
        let asked = self.memory.asked.presence.as_ref();
        let asked = asked.filter(|asked| asked.state != AskState::Refused);
        let known = Known {
            asked,
            overtaken: self.overtaken,
            settling: self.is_under_way(Subject::Presence) || self.is_settling(Some(Subject::Presence)),
            kept_alive: self.memory.session_until.is_some(),
            just_over: false,
        };
        let shown = self.presence.as_ref()?;
        let is_over = |value| known.asked.is_none() && self.is_own_presence(value);
        let known = Known {
            just_over: why::chosen(shown).is_some_and(is_over),
            ..known
        };
        Some(Why::of(shown, known, self.settings.language))
    }

    fn without_tray(&self, missing: MissingTray) -> Hint {
        let phrases = self.settings.language.phrases();
        let advice = match missing {
            MissingTray::Gnome => "tray.missing.gnome",
            MissingTray::Compositor => "tray.missing.compositor",
            MissingTray::Other => "tray.missing.other",
        };
        Hint {
            message: phrases.text("tray.missing.message").to_owned(),
            advice: phrases.text(advice).to_owned(),
        }
    }

    fn in_words(&self, trouble: &Trouble) -> Problem {
        let words = trouble.failure.trouble(self.settings.language);
        Problem {
            code: words.code,
            message: words.message,
            advice: words.advice,
            since: trouble.since,
            next_try: if self.settings.polls { self.polling.due() } else { None },
            remedy: words.code.remedy(),
            reference: words.reference,
        }
    }

    fn notice(&self, about: Subject, trouble: &Trouble) -> Notice {
        let words = trouble.failure.trouble(self.settings.language);
        Notice {
            about,
            code: words.code,
            message: words.message,
            advice: words.advice,
            since: trouble.since,
        }
    }
}
