//! Every write has its cause, and every cause its write.

mod cause;
mod elsewhere;
mod in_force;
mod ours;

use engine::{AskState, Code, Command, Effect, Input, Reply, Snapshot, Subject, Ticket, Write};
use jiff::{SignedDuration, Timestamp, Zoned};
use presence::PreferredPresence;

use cause::{Cause, Role, Then};
use ours::Ours;

use super::{
    covered::Covered,
    picture::{Picture, Wish},
};
use crate::{
    script::{self, Event},
    witness::{Lately, Step, Verdict, holds},
};

/// All of them, and what they may not touch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writes {
    causes: Vec<Cause>,
    /// A write, whichever, is under way.
    writing: bool,
    presences: Covered<PreferredPresence>,
    messages: Covered<String>,
    /// What the tenant took last about each subject, unless a person chose otherwise since.
    in_force: Vec<Wish>,
    ours: Ours,
    /// When the account was last left with a write under way: it may be taken.
    unsure: Option<Timestamp>,
    /// What was shown when what is in force was asked for.
    then: Picture,
    /// What was set or reset here and is over, until something else is shown.
    over: Option<PreferredPresence>,
    /// The messages that were to be taken away.
    cleared: Vec<String>,
    /// When something was last chosen in Teams about presence, message, location.
    teams: [Option<Timestamp>; 3],
    /// When what is in force about these was asked for.
    asked: [Option<Timestamp>; 3],
    /// How often in a row an answer showed a choice that contradicts what was asked.
    contradicted: [u32; 3],
}

const SUBJECTS: [Subject; 3] = [Subject::Presence, Subject::Message, Subject::Location];
/// A write whose answer was lost may have been taken; it lasts.
const UNSURE: SignedDuration = SignedDuration::from_hours(3);
/// The longest lag, and a read on its way.
const LAG: SignedDuration = SignedDuration::from_mins(2);

impl Writes {
    pub(crate) fn sees(&mut self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let wall = step.wall.timestamp();
        if step.forgets() {
            *self = Writes {
                teams: self.teams,
                ..Writes::default()
            };
        } else if step.leaves() && step.is_signed_in_anew() {
            self.leave(step.facts.now);
        }
        self.ours.keep_time(wall);
        match step.input {
            Input::Command(ticket, command) => {
                for (wish, role) in self.wishes(command, step.wall) {
                    self.ask(step, *ticket, wish, role);
                }
            }
            Input::Wrote { epoch, result } if *epoch == lately.epoch => {
                self.writing = false;
                self.answered(step, result)?;
            }
            _ => {}
        }
        if step.leaves() && !step.is_signed_in_anew() {
            self.leave(step.facts.now);
        }
        for effect in step.effects {
            if let Effect::Reply(ticket, reply) = effect {
                self.a_write_is_done_when_the_tenant_took_it(step, lately, *ticket, reply)?;
            }
        }
        if let (Some(began), Input::Read { result: Ok(_), .. }) = (lately.began, step.input) {
            self.read(step, lately, began)?;
        }
        self.what_has_lapsed_is_told(step)?;
        self.end(wall, step.facts.now);
        for effect in step.effects {
            if let Effect::Write { write, .. } = effect {
                self.writing = true;
                self.every_write_has_its_cause(step, write)?;
            }
        }
        self.what_is_asked_is_sent(step, lately)
    }

    /// What ended, together or one after the other, may be seen late.
    fn end(&mut self, wall: Timestamp, now: Timestamp) {
        let over = self.presences.end(wall, now);
        if let Some(top) = over.first() {
            self.over = Some(*top);
            self.in_force.retain(|wish| wish.subject() != Subject::Presence);
        }
        let over = over.into_iter().map(|over| Wish::Presence(over, None));
        let messages = self.messages.end(wall, now);
        let messages = messages.into_iter().map(|over| Wish::Message(over, None));
        let ended = self
            .in_force
            .extract_if(.., |wish| wish.end().is_some_and(|end| end <= wall));
        for wish in over.chain(messages).chain(ended) {
            self.ours.note(now, wish);
        }
    }

    /// The process is gone. What it had saved, the next one takes up: all but sessions.
    pub(crate) fn sees_death(&mut self, now: Timestamp) {
        self.over = None;
        let mut newest: Vec<Cause> = Vec::new();
        for cause in std::mem::take(&mut self.causes) {
            let same = |older: &mut Cause| older.wish.subject() == cause.wish.subject();
            // Perhaps it was taken, and a newer one waited for that.
            for older in newest.extract_if(.., same) {
                self.ours.note(now, older.wish);
            }
            newest.push(cause);
        }
        self.causes = newest;
        self.ours.sees_death();
        self.causes
            .retain(|cause| cause.wish.subject() != Subject::Session && cause.role != Role::LastResort);
        for cause in &mut self.causes {
            (cause.ticket, cause.sent, cause.kept) = (None, false, true);
        }
        self.writing = false;
        self.cleared.clear();
        self.contradicted = [0; 3];
    }

    pub(crate) fn sees_teams(&mut self, now: Timestamp, event: &Event) {
        match event {
            Event::Prefer(_) => self.teams[0] = Some(now),
            Event::Message(_) => self.teams[1] = Some(now),
            Event::Location(_) => self.teams[2] = Some(now),
            _ => {}
        }
    }

    pub(crate) fn says_goodbye(&self, shown: &Snapshot, now: Timestamp) -> Verdict {
        if !shown.signed_in || shown.read_only {
            return Ok(());
        }
        let left = self
            .causes
            .iter()
            .find(|cause| !cause.sent && cause.wish.subject() != Subject::Session);
        holds(left.is_none(), "what was kept is sent, or it is said why not", || {
            format!("{left:?}")
        })?;
        let due = self.presences.is_due(now - LAG) || self.messages.is_due(now - LAG);
        holds(!due, "what was covered is put back", || format!("{self:?}"))?;
        holds(
            shown.clearing.is_empty(),
            "with weather gone, everything is consistent",
            || format!("{:?}", shown.clearing),
        )?;
        what_is_asked_is_confirmed_or_explained(shown)
    }

    /// What waits for its first answer is refused to whoever asked; what was kept stays.
    fn leave(&mut self, now: Timestamp) {
        if self.writing {
            self.unsure = Some(now);
            if let Some(left) = self.causes.iter().find(|cause| cause.sent) {
                self.ours.note(now, left.wish.clone());
            }
        }
        self.over = None;
        self.causes.retain(|cause| {
            cause.ticket.is_none() && cause.wish.subject() != Subject::Session && cause.role != Role::LastResort
        });
        for cause in &mut self.causes {
            (cause.sent, cause.kept) = (false, true);
        }
        self.writing = false;
        self.cleared.clear();
        self.contradicted = [0; 3];
    }

    fn is_under_way(&self, subject: Subject) -> bool {
        self.causes.iter().any(|cause| cause.wish.subject() == subject)
    }

    /// What a command asks for; a preset, up to three things at once.
    fn wishes(&self, command: &Command, wall: &Zoned) -> Vec<(Wish, Role)> {
        if *command == Command::EndPresence {
            let beneath = self.presences_to_be(wall).beneath(wall.timestamp());
            let wish = beneath.map_or(Wish::Reset, |(value, until)| Wish::Presence(value, until));
            return vec![(wish, Role::Ends)];
        }
        let commands = match command {
            Command::ApplyPreset { name } => script::parts_of(name.as_deref()),
            command => vec![command.clone()],
        };
        let wishes = commands.iter().filter_map(|command| Wish::of(command, wall));
        wishes.map(|wish| (wish, Role::Asked)).collect()
    }

    fn ask(&mut self, step: &Step<'_>, ticket: Ticket, wish: Wish, role: Role) {
        let refused = |effect: &Effect| matches!(effect, Effect::Reply(of, Reply::Failed(_)) if *of == ticket);
        if step.effects.iter().any(refused) {
            return;
        }
        let subject = wish.subject();
        if let Some(at) = SUBJECTS.iter().position(|known| *known == subject) {
            // What contradicted the one before is looked at anew.
            self.contradicted[at] = 0;
        }
        self.causes
            .retain(|cause| cause.sent || cause.wish.subject() != subject);
        let mut under_way = self.causes.iter().filter(|cause| cause.wish.subject() == subject);
        let then = match under_way.next() {
            Some(cause) => cause.then.clone(),
            None => step.before.presence.as_ref().map(|shown| self.sees_before(shown)),
        };
        let lapses = match &wish {
            Wish::Presence(value, None) => Some(step.wall.timestamp() + value.default_length().duration()),
            _ => None,
        };
        self.causes.push(Cause {
            ticket: Some(ticket),
            lapses,
            then,
            ..Cause::new(wish, role, step.facts.now)
        });
    }

    fn sees_before(&self, shown: &presence::Presence) -> Then {
        let picture = Picture::of(Some(shown));
        let is_ours = |value: PreferredPresence| {
            self.over == Some(value) || self.presences.holds(&value) || self.ours.was_just_set(&picture)
        };
        Then {
            is_ours: picture.presence.is_some_and(is_ours),
            picture,
        }
    }

    /// The tenant's answer to the write under way.
    fn answered(&mut self, step: &Step<'_>, result: &Result<(), engine::Failure>) -> Verdict {
        let Some(at) = self.causes.iter().position(|cause| cause.sent) else {
            return Ok(());
        };
        let mut cause = self.causes.remove(at);
        cause.sent = false;
        let subject = cause.wish.subject();
        let failure = match result {
            Ok(()) => {
                self.accept(step, cause);
                return Ok(());
            }
            Err(failure) => failure,
        };
        let code = failure.code;
        if let Wish::Location(location, ..) = &mut cause.wish
            && code == Code::Refused
            && location.place.take().is_some()
        {
            self.causes.insert(at, cause);
            return Ok(());
        }
        // Perhaps it was taken, and the answer was lost.
        self.ours.note(step.facts.now, cause.wish.clone());
        let newer = self.is_under_way(subject);
        let stays = code.passes() || (code.needs_sign_in() && cause.ticket.is_none());
        if subject == Subject::Session || cause.role == Role::LastResort {
            return Ok(());
        }
        if stays && !newer {
            (cause.kept, cause.ticket) = (true, None);
            self.causes.push(cause);
        } else if !newer && cause.ticket.is_none() {
            what_cannot_be_done_is_told(step, subject)?;
        }
        Ok(())
    }

    /// What nobody wants any more is not sent; that is said.
    fn what_has_lapsed_is_told(&mut self, step: &Step<'_>) -> Verdict {
        let wall = step.wall.timestamp();
        let is_over =
            |cause: &mut Cause| !cause.sent && cause.wish.end().or(cause.lapses).is_some_and(|end| end <= wall);
        let lapsed: Vec<Cause> = self.causes.extract_if(.., is_over).collect();
        for cause in lapsed.into_iter().filter(|cause| cause.ticket.is_none()) {
            what_cannot_be_done_is_told(step, cause.wish.subject())?;
        }
        Ok(())
    }

    /// A command, a promise, something to be put back, a message that would not go; and then not over a later choice of a person.
    fn every_write_has_its_cause(&mut self, step: &Step<'_>, write: &Write) -> Verdict {
        let wall = step.wall.timestamp();
        if matches!(write, Write::Session(_) | Write::ClearSession) {
            let cause = self.causes.iter_mut().find(|cause| cause.wish.is(write, wall));
            if let Some(cause) = cause {
                cause.sent = true;
            }
            return Ok(());
        }
        let mut fits = self
            .causes
            .iter_mut()
            .filter(|cause| !cause.sent && cause.wish.is(write, wall));
        let picture = Picture::of(step.after.presence.as_ref());
        if let Some(cause) = fits.next() {
            cause.sent = true;
            if cause.ticket.is_none() {
                let cause = cause.clone();
                let ours = self.ours.is_shown(&picture, cause.wish.subject());
                let over = cause.role != Role::PutBack
                    && !ours
                    && cause
                        .wish
                        .is_contradicted_by(&picture, &cause.then.clone().unwrap_or_default().picture);
                return holds(!over, "no automation over a human", || {
                    format!("{cause:?} over {picture:?}")
                });
            }
            return Ok(());
        }
        let Write::Message { text, until, .. } = write else {
            return holds(false, "every write has its cause", || {
                format!("{write:?}; {:?}", self.causes)
            });
        };
        // A message that would not go is given an end.
        let ours = std::mem::take(&mut self.cleared)
            .iter()
            .any(|cleared| cleared == text.as_str());
        let soon = until.is_some_and(|until| until.duration_since(wall) <= SignedDuration::from_mins(1));
        holds(ours && soon, "every write has its cause", || {
            format!("{write:?}; {:?}", self.causes)
        })?;
        let wish = Wish::Message(text.as_str().to_owned(), *until);
        self.causes.push(Cause {
            sent: true,
            ..Cause::new(wish, Role::LastResort, step.facts.now)
        });
        Ok(())
    }

    /// At once, unless another is under way.
    fn what_is_asked_is_sent(&self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let waits = self.causes.iter().find(|cause| !cause.kept && !cause.sent);
        let quits = step.effects.contains(&Effect::Quit);
        let may_not = self.writing || lately.straggles(step.facts.now);
        let sent = waits.is_none() || may_not || quits || !step.after.signed_in;
        holds(sent, "what is asked is sent", || format!("{waits:?}"))
    }

    /// "Done" is said for the very write that the tenant has just taken.
    fn a_write_is_done_when_the_tenant_took_it(
        &mut self,
        step: &Step<'_>,
        lately: &Lately,
        ticket: Ticket,
        reply: &Reply,
    ) -> Verdict {
        let waits = self.causes.iter().find(|cause| cause.ticket == Some(ticket));
        let done = !matches!(reply, Reply::Failed(_));
        let took = matches!(step.input, Input::Wrote { epoch, result: Ok(()) } if *epoch == lately.epoch);
        // Whoever is answered after the tenant took it has no cause left.
        let early = done && waits.is_some();
        let _ = took;
        holds(!early, "a write is done when the tenant took it", || {
            format!("{waits:?}")
        })?;
        self.causes.retain(|cause| cause.ticket != Some(ticket));
        Ok(())
    }
}

/// By a notice about it.
fn what_cannot_be_done_is_told(step: &Step<'_>, subject: Subject) -> Verdict {
    let told = step.after.notices.iter().any(|notice| notice.about == subject);
    holds(told, "what was kept is sent, or it is said why not", || {
        format!("{subject:?}")
    })
}

/// What was asked shows, or the Snapshot says why it does not.
fn what_is_asked_is_confirmed_or_explained(shown: &Snapshot) -> Verdict {
    use engine::WhyKind;
    let pending = shown
        .asked
        .presence
        .as_ref()
        .is_some_and(|asked| asked.state == AskState::Pending);
    let why = shown.why.as_ref().map(|why| why.kind);
    let explained = matches!(
        why,
        Some(WhyKind::Settling | WhyKind::Outranked | WhyKind::AskedWithoutSession | WhyKind::NotTaken)
    );
    holds(
        !pending || explained,
        "with weather gone, what is asked is confirmed or explained",
        || format!("{:?}, {why:?}", shown.asked.presence),
    )
}
