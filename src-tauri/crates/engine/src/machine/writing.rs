//! Writing: one after the other, the latest word on each subject; what could not be sent is kept until it can be.

use jiff::{SignedDuration, Timestamp, Zoned};
use presence::{LocationSource, MessageText, Presence, WorkLocation};

use super::{EXPECTED, Engine, SETTLING};
use crate::{
    Code, Effect, Failure, Reply, Subject, Ticket,
    intent::Intent,
    memory::{Origin, Seen, Waiting},
    why,
};

/// Something that was to be taken away and is still shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clearing {
    pub(super) subject: Subject,
    /// Of a location, the uppermost layer that is to go.
    layer: Option<presence::Layer>,
    /// The messages that are to go; another one is somebody else's.
    texts: Vec<String>,
    /// The message was given an end instead.
    last_resort: bool,
}

/// A write that nobody waits for any more. Another one that overtook it would be undone by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Straggler {
    epoch: u64,
    /// Nothing is waited for longer.
    pub(super) by: Timestamp,
}

/// The driver's patience with one write, and some.
const STRAGGLES: SignedDuration = SignedDuration::from_secs(30);

impl Straggler {
    pub(super) fn of(epoch: u64, now: Timestamp) -> Straggler {
        Straggler {
            epoch,
            by: now + STRAGGLES,
        }
    }
}

/// After a first failure of one write, before it is tried again; doubled with each further one.
const KEPT: SignedDuration = SignedDuration::from_secs(30);
const KEPT_LONGEST: SignedDuration = SignedDuration::from_mins(30);
/// A message that would not go is given this long.
const LAST_RESORT: SignedDuration = SignedDuration::from_mins(1);

impl Engine {
    /// Appends a write, and shows what it asks for.
    pub(super) fn queue(&mut self, now: &Zoned, intent: Intent, origin: Origin, ticket: Option<Ticket>) {
        self.numbers += 1;
        let before = self.memory.asked.clone();
        let seen = self.seen_before(intent.subject());
        if origin != Origin::LastResort {
            self.note_asked(now, &intent);
        }
        let lapses = match &intent {
            Intent::Presence { value, until: None } => Some(now.timestamp() + value.default_length().duration()),
            _ => None,
        };
        self.memory.waiting.push(Waiting {
            intent,
            origin,
            before,
            seen,
            lapses,
            kept_until: None,
            failures: 0,
            number: self.numbers,
            ticket,
        });
    }

    /// Whether something about a subject is still to be accepted.
    pub(super) fn is_under_way(&self, subject: Subject) -> bool {
        let mut waiting = self.memory.waiting.iter();
        waiting.any(|waiting| waiting.intent.subject() == subject)
    }

    /// A newer word on a subject takes the place of those that were not sent yet.
    pub(super) fn replace_waiting(&mut self, subject: Subject, effects: &mut Vec<Effect>) {
        let under_way = self.writing;
        let is_replaced =
            |waiting: &mut Waiting| waiting.intent.subject() == subject && Some(waiting.number) != under_way;
        let replaced: Vec<_> = self.memory.waiting.extract_if(.., is_replaced).collect();
        if let Some(first) = replaced.first() {
            // Should the new one fail, what stood before all of them is to be left.
            self.memory.asked.take_over(subject, &first.before);
        }
        let tickets = replaced.into_iter().filter_map(|waiting| waiting.ticket);
        let failure = Failure::of(Code::Replaced);
        effects.extend(tickets.map(|ticket| self.refuse(ticket, &failure)));
    }

    /// What an earlier process had not sent is sent once a read has shown that nobody chose otherwise in the meantime.
    pub(super) fn take_up_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.memory.waiting);
        waiting.retain(|waiting| waiting.intent.subject() != Subject::Session);
        for waiting in &mut waiting {
            self.numbers += 1;
            waiting.number = self.numbers;
            // Whatever the clock said then.
            waiting.kept_until = Some(self.now);
        }
        self.memory.waiting = waiting;
    }

    /// Sends the first that may be sent, unless one is under way.
    pub(super) fn start_writing(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        self.straggler.take_if(|straggler| straggler.by <= now.timestamp());
        if self.writing.is_some() || self.straggler.is_some() || !self.is_signed_in() {
            return;
        }
        let length = self.session_length();
        let mut waiting = self.memory.waiting.iter_mut();
        if let Some(first) = waiting.find(|waiting| waiting.kept_until.is_none()) {
            if let Intent::OpenSession { until } = &mut first.intent {
                // It may have waited for another write.
                *until = now.timestamp() + length;
            }
            self.writing = Some(first.number);
            effects.push(Effect::Write {
                epoch: self.epoch,
                write: first.intent.write(now.timestamp()),
            });
        }
    }

    pub(super) fn straggler_arrived(&mut self, epoch: u64) {
        self.straggler.take_if(|straggler| straggler.epoch == epoch);
    }

    pub(super) fn wrote(&mut self, now: &Zoned, result: Result<(), Failure>, effects: &mut Vec<Effect>) {
        let Some(number) = self.writing.take() else { return };
        let Some(at) = self.memory.waiting.iter().position(|waiting| waiting.number == number) else {
            return;
        };
        let mut written = self.memory.waiting.remove(at);
        let ticket = written.ticket;
        let reply = match result {
            Ok(()) => {
                let unaccepted = self.accept(now, &written);
                unaccepted.map_or(Reply::Done, |trouble| {
                    Reply::DoneExcept(trouble.trouble(self.settings.language))
                })
            }
            Err(failure) if without_place(&mut written.intent, &failure) => {
                let newer = self.is_under_way(Subject::Location);
                if written.may_stay() && newer {
                    return self.leave_what_stood_before(&written, failure.code);
                }
                if written.may_stay() && self.is_overtaken(&written) {
                    return self.overtake(now, Subject::Location);
                }
                // The building was refused, the office may be had.
                if let Some(asked) = self.memory.asked.location.as_mut().filter(|_| !newer) {
                    asked.place = None;
                }
                self.take_note(now, Subject::Location, Failure::of(Code::PlaceRefused));
                self.memory.waiting.insert(at, written);
                return;
            }
            Err(failure) => {
                self.polling.pause_for(now.timestamp(), &failure);
                // The answer alone may have been lost: that of this try, or of one before it.
                self.memory.written.push((written.intent.clone(), now.timestamp()));
                let reply = self.not_written(now, written, &failure);
                if failure.code.needs_sign_in() {
                    self.polling.stop();
                    self.meet(now, failure, effects);
                }
                reply
            }
        };
        effects.extend(ticket.map(|ticket| Effect::Reply(ticket, reply)));
    }

    /// Graph accepted it: it is in force, over what was. What is to be said with that, if anything.
    fn accept(&mut self, now: &Zoned, written: &Waiting) -> Option<Failure> {
        let subject = written.intent.subject();
        let moment = now.timestamp();
        let renews = matches!(written.intent, Intent::OpenSession { .. }) && self.memory.session_until.is_some();
        if written.origin != Origin::LastResort {
            self.begin_anew(written);
        }
        if subject != Subject::Session {
            self.accepted.retain(|(about, _)| *about != subject);
            self.accepted.push((subject, moment));
            let before = self.in_force(written);
            self.memory.written.extend(before.map(|intent| (intent, moment)));
            self.memory.written.push((written.intent.clone(), moment));
        }
        if self.is_signed_in() && !renews {
            self.polling.wrote(moment);
        }
        match &written.intent {
            Intent::Presence { value, .. } => {
                self.plan_announcement(&written.intent, written.origin);
                // Unless that ended by itself before this was taken.
                if written.origin == Origin::Ended && self.memory.presences.top() != Some(value) {
                    self.note_over(now);
                }
                self.presence_accepted(now, written);
            }
            Intent::ResetPresence => {
                self.memory.ending_soon_at = None;
                self.note_over(now);
                // Also what was chosen elsewhere.
                self.over = self.over.or_else(|| self.presence.as_ref().and_then(why::chosen));
                self.presence_accepted(now, written);
            }
            Intent::Message { text, until, pinned } => {
                if written.origin == Origin::Person {
                    self.memory.keep_message(text);
                }
                self.message_accepted(text, *until, *pinned, written.origin);
            }
            Intent::ClearMessage => {
                self.look_whether_it_goes(subject, None);
                self.memory.messages.clear();
            }
            Intent::ClearLocation { layer } => self.look_whether_it_goes(subject, Some(*layer)),
            Intent::OpenSession { until } => self.session_opened(*until),
            Intent::CloseSession => self.session_closed(),
            Intent::Location { .. } => {
                let noted = self.notices.iter().find(|(about, _)| *about == subject);
                return noted.map(|(_, trouble)| trouble.failure.clone());
            }
        }
        None
    }

    /// What `written` takes the place of: from now on that may be shown late.
    fn in_force(&self, written: &Waiting) -> Option<Intent> {
        match written.intent.subject() {
            Subject::Presence => self.memory.presences.in_force().map(Intent::of_presence),
            Subject::Message => self.memory.messages.in_force().and_then(Intent::of_message),
            Subject::Location => written.before.location.as_ref().map(Intent::of_location),
            Subject::Session | Subject::State => None,
        }
    }

    /// Something else is in force: what was known of how the one before it showed is no longer of interest.
    fn begin_anew(&mut self, written: &Waiting) {
        let subject = written.intent.subject();
        self.memory
            .seen
            .take_over(subject, written.seen.clone().unwrap_or_default());
        self.memory.confirmed.retain(|confirmed| *confirmed != subject);
        self.clearing.retain(|clearing| clearing.subject != subject);
        if subject == Subject::Presence {
            self.overtaken = None;
        }
    }

    /// The presence in force is over; a late read may still show it, and nobody chose it anew. So may it show what was on its way back: perhaps it
    /// arrived.
    pub(super) fn note_over(&mut self, now: &Zoned) {
        self.over = self.memory.presences.top().copied();
        let over = self.memory.presences.in_force().map(Intent::of_presence);
        self.memory.written.extend(over.map(|intent| (intent, now.timestamp())));
    }

    /// Unless something newer is to be there instead.
    fn look_whether_it_goes(&mut self, subject: Subject, layer: Option<presence::Layer>) {
        if !self.is_under_way(subject) {
            let shown = self.presence.as_ref().and_then(Presence::message);
            let ours = self.memory.messages.top().map(|message| message.text.clone());
            self.clearing.push(Clearing {
                subject,
                layer,
                texts: shown.map(|message| message.text).into_iter().chain(ours).collect(),
                last_resort: false,
            });
        }
    }

    /// What passes is kept, where somebody stays to send it later; all else leaves what stood before, and is said.
    fn not_written(&mut self, now: &Zoned, mut failed: Waiting, failure: &Failure) -> Reply {
        let subject = failed.intent.subject();
        let newer = self.is_under_way(subject);
        let words = failure.trouble(self.settings.language);
        let stays = failure.code.passes() || (failure.code.needs_sign_in() && failed.may_stay());
        let is_wanted_later = subject != Subject::Session && failed.origin != Origin::LastResort;
        if stays && self.settings.polls && !newer && is_wanted_later {
            let pause = KEPT.saturating_mul(1 << failed.failures.min(10)).min(KEPT_LONGEST);
            failed.failures += 1;
            failed.kept_until = Some(now.timestamp() + failure.retry_after.unwrap_or_default().max(pause));
            failed.ticket = None;
            self.memory.waiting.push(failed);
            let advice = self.settings.language.phrases().text("problem.kept.advice").to_owned();
            return Reply::Failed(crate::Trouble { advice, ..words });
        }
        if subject == Subject::Session {
            self.session_failed(now, &failed.intent, failure);
        } else {
            self.leave_what_stood_before(&failed, failure.code);
            if failed.ticket.is_none() {
                self.untold.push(subject);
            }
            if failure.code == Code::Forbidden {
                self.take_note(now, subject, Failure::of(Code::Forbidden));
            } else if !failure.code.needs_sign_in() && failed.origin != Origin::LastResort {
                self.take_note(now, subject, failure.clone());
            }
        }
        Reply::Failed(words)
    }

    /// One that Graph refused is shown as refused. Where a later one of the same subject waits, that one counts, and has to leave the same
    /// should it fail, too.
    fn leave_what_stood_before(&mut self, failed: &Waiting, code: Code) {
        let subject = failed.intent.subject();
        let later = self
            .memory
            .waiting
            .iter_mut()
            .find(|waiting| waiting.intent.subject() == subject);
        if let Some(later) = later {
            return later.before.take_over(subject, &failed.before);
        }
        let refused = matches!(code, Code::Refused | Code::Forbidden | Code::Nonsense);
        let asked = &mut self.memory.asked;
        if !(refused && asked.refuse(subject)) {
            asked.take_over(subject, &failed.before);
        }
    }

    /// Nothing can be sent any more: who waits is told, and what stood before stands again. What was kept stays so.
    pub(super) fn give_up_waiting(&mut self, failure: &Failure, effects: &mut Vec<Effect>) {
        let under_way = self.writing;
        let is_asked = |waiting: &mut Waiting| Some(waiting.number) != under_way && !waiting.stays(self.now);
        let given_up: Vec<_> = self.memory.waiting.extract_if(.., is_asked).collect();
        for waiting in given_up.into_iter().rev() {
            self.memory.asked.take_over(waiting.intent.subject(), &waiting.before);
            effects.extend(waiting.ticket.map(|ticket| self.refuse(ticket, failure)));
        }
    }

    /// A read came through: what was kept may be sent now, unless a person chose otherwise in the meantime.
    pub(super) fn release_kept(&mut self, now: &Zoned) {
        // A command of its own never speaks for the resident: what that one has to send stays in the file as it is.
        let Some(shown) = self.presence.as_ref().filter(|_| self.settings.polls) else {
            return;
        };
        let (shown, moment) = (Seen::of(shown), now.timestamp());
        let (mut overtaken, mut there) = (Vec::new(), Vec::new());
        for waiting in &self.memory.waiting {
            if !waiting.may_stay() || Some(waiting.number) == self.writing {
                continue;
            }
            let is_kept = waiting.kept_until.is_some();
            if is_kept && waiting.origin == Origin::PutBack && waiting.intent.is_shown(&shown) {
                // Graph had taken it before this process, or the answer, was lost.
                there.push((waiting.number, waiting.intent.subject()));
            } else if waiting.kept_until <= Some(moment) && self.is_overtaken(waiting) {
                // Also what was released by an earlier read, and waits for another write.
                overtaken.push(waiting.number);
            }
        }
        for waiting in &mut self.memory.waiting {
            waiting.kept_until.take_if(|until| *until <= moment);
        }
        for (number, subject) in there {
            self.memory.waiting.retain(|waiting| waiting.number != number);
            match subject {
                Subject::Presence => self.memory.presences.came_back(),
                Subject::Message => self.memory.messages.came_back(),
                Subject::Location | Subject::Session | Subject::State => {}
            }
        }
        let dropped: Vec<_> = self
            .memory
            .waiting
            .extract_if(.., |waiting| overtaken.contains(&waiting.number))
            .collect();
        for waiting in dropped {
            self.overtake(now, waiting.intent.subject());
        }
    }

    /// Whether a person chose otherwise elsewhere since it was asked for, as far as reads have shown.
    fn is_overtaken(&self, waiting: &Waiting) -> bool {
        let Some(shown) = self.presence.as_ref().map(Seen::of) else {
            return false;
        };
        let subject = waiting.intent.subject();
        let is_ours = |(intent, _): &(Intent, Timestamp)| intent.subject() == subject && intent.is_shown(&shown);
        let seen = waiting.seen.clone().unwrap_or_default();
        !self.memory.written.iter().any(is_ours) && waiting.intent.is_contradicted(&shown, &seen)
    }

    fn overtake(&mut self, now: &Zoned, subject: Subject) {
        self.give_way(subject);
        self.take_untold_note(now, subject, Failure::of(Code::Overtaken));
    }

    /// What nobody wants any more because its time has passed is not sent, and that is said.
    pub(super) fn drop_lapsed(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        let under_way = self.writing;
        let moment = now.timestamp();
        // What a resident has to send is not a lone command's to drop.
        let is_own = |waiting: &Waiting| self.settings.polls || waiting.kept_until.is_none();
        let is_lapsed = |waiting: &mut Waiting| {
            waiting.end().is_some_and(|end| end <= moment) && Some(waiting.number) != under_way && is_own(waiting)
        };
        let lapsed: Vec<_> = self.memory.waiting.extract_if(.., is_lapsed).collect();
        for waiting in lapsed {
            let subject = waiting.intent.subject();
            self.memory.asked.take_over(subject, &waiting.before);
            let failure = Failure::of(Code::Lapsed);
            if let Some(ticket) = waiting.ticket {
                effects.push(self.refuse(ticket, &failure));
            } else if subject != Subject::Session && waiting.origin != Origin::LastResort {
                self.take_untold_note(now, subject, failure);
            }
        }
        let recent = |at: &Timestamp| moment.duration_since(*at) < EXPECTED;
        self.accepted.retain(|(_, at)| recent(at));
        self.memory.written.retain(|(_, at)| recent(at));
    }

    /// What is still to go, unless something newer was asked for.
    pub(super) fn cleared(&self) -> Vec<Subject> {
        let is_asked_anew = |subject: Subject| {
            let mut waiting = self.memory.waiting.iter();
            waiting.any(|waiting| waiting.intent.subject() == subject && waiting.origin != Origin::LastResort)
        };
        let subjects = self.clearing.iter().map(|clearing| clearing.subject);
        subjects.filter(|subject| !is_asked_anew(*subject)).collect()
    }

    /// Looks whether what was taken away is gone. Graph has no clear for a message but an empty one, which no page promises to work: one
    /// that stays is written once more, with an end.
    pub(super) fn check_clearing(&mut self, now: &Zoned, shown: &Presence) {
        for mut clearing in std::mem::take(&mut self.clearing) {
            if self.is_under_way(clearing.subject) || self.is_to_go_on(now, shown, &mut clearing) {
                self.clearing.push(clearing);
            }
        }
    }

    /// Whether something that was taken away is still waited for.
    fn is_to_go_on(&mut self, now: &Zoned, shown: &Presence, clearing: &mut Clearing) -> bool {
        let moment = now.timestamp();
        let subject = clearing.subject;
        let message = shown.message().filter(|message| clearing.texts.contains(&message.text));
        let source = shown.location().map(|location| location.source);
        let remains = match clearing.layer {
            None => message.is_some(),
            Some(presence::Layer::Manual) => source == Some(LocationSource::Manual),
            Some(presence::Layer::Automatic) => source == Some(LocationSource::Automatic),
        };
        if !remains {
            self.accepted.retain(|(about, _)| *about != subject);
            return false;
        }
        let patience = if clearing.last_resort { EXPECTED } else { SETTLING };
        let since = self.accepted_at(subject);
        if since.is_some_and(|since| moment.duration_since(since) < patience) {
            return true;
        }
        let message = message.filter(|_| clearing.layer.is_none() && !clearing.last_resort);
        let text = message.and_then(|message| Some((MessageText::new(&message.text).ok()?, message.pinned)));
        let Some((text, pinned)) = text else {
            self.take_untold_note(now, subject, Failure::of(Code::NotTaken));
            return false;
        };
        clearing.last_resort = true;
        let until = Some(moment + LAST_RESORT);
        self.queue(now, Intent::Message { text, until, pinned }, Origin::LastResort, None);
        true
    }

    /// What the state folder is to keep.
    pub(super) fn memory_to_keep(&self) -> crate::Memory {
        let mut memory = self.memory.clone();
        memory.today.clone_from(&self.today);
        if !self.settings.polls {
            // Nobody would be there to say what became of it.
            memory.waiting.retain(|waiting| waiting.kept_until.is_some());
        }
        memory
    }
}

/// Takes the building off an office that Graph refused with one. Says whether there was one to take off.
fn without_place(intent: &mut Intent, failure: &Failure) -> bool {
    match intent {
        Intent::Location {
            location: WorkLocation { place, .. },
            ..
        } if failure.code == Code::Refused => place.take().is_some(),
        _ => false,
    }
}
