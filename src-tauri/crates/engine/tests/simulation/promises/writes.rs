//! Every write has its cause, and every cause its write.

use engine::{AskState, Code, Effect, Input, Reply, Snapshot, Subject, Ticket, Write};
use jiff::{SignedDuration, Timestamp};
use presence::PreferredPresence;

use super::{
    covered::Covered,
    picture::{Picture, Wish},
};
use crate::{
    script::Event,
    witness::{Lately, Step, Verdict, holds},
};

/// Why something is to be written.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "they are marks, each by its name")]
struct Cause {
    wish: Wish,
    /// Who waits for it; nobody where it is automation by now.
    ticket: Option<Ticket>,
    put_back: bool,
    last_resort: bool,
    /// From when on nobody wants it, where the wish names no end.
    lapses: Option<Timestamp>,
    /// When it was asked for.
    asked: Timestamp,
    /// What was there then; nothing where nothing had been read.
    then: Option<Then>,
    sent: bool,
    /// It could not be sent, and was promised for later.
    kept: bool,
}

/// What was shown when something was asked for.
#[derive(Debug, Clone, Default)]
struct Then {
    picture: Picture,
    /// The presence in it was set here, a moment ago at most.
    is_ours: bool,
}

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
    /// What the tenant took, or perhaps did, and was in force until a few minutes ago: it may be seen late.
    ours: Vec<(Timestamp, Wish)>,
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
/// What was set here may be seen as late as this.
const LATE: SignedDuration = SignedDuration::from_mins(6);
/// What was set here and is over counts as ours this long.
const OVER: SignedDuration = SignedDuration::from_mins(5);
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
        match step.input {
            Input::Command(ticket, command) => {
                if let Some(wish) = Wish::of(command, step.wall) {
                    self.ask(step, *ticket, wish);
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
        if let Some(over) = self.presences.ending(wall) {
            self.over = Some(over);
            self.ours.push((step.facts.now, Wish::Presence(over, None)));
            self.in_force.retain(|wish| wish.subject() != Subject::Presence);
        }
        let now = step.facts.now;
        let ended = self
            .in_force
            .extract_if(.., |wish| wish.end().is_some_and(|end| end <= wall));
        self.ours.extend(ended.map(|wish| (now, wish)));
        self.presences.end(wall, step.facts.now);
        self.messages.end(wall, step.facts.now);
        for effect in step.effects {
            if let Effect::Write { write, .. } = effect {
                self.writing = true;
                self.every_write_has_its_cause(step, write)?;
            }
        }
        self.what_is_asked_is_sent(step, lately)
    }

    /// The process is gone. What it had saved, the next one takes up: all but sessions.
    pub(crate) fn sees_death(&mut self) {
        self.over = None;
        self.causes
            .retain(|cause| cause.wish.subject() != Subject::Session && !cause.last_resort);
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
            let left = self.causes.iter().find(|cause| cause.sent);
            self.ours.extend(left.map(|cause| (now, cause.wish.clone())));
        }
        self.over = None;
        self.causes
            .retain(|cause| cause.ticket.is_none() && cause.wish.subject() != Subject::Session && !cause.last_resort);
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

    fn ask(&mut self, step: &Step<'_>, ticket: Ticket, wish: Wish) {
        let refused = |effect: &Effect| matches!(effect, Effect::Reply(of, Reply::Failed(_)) if *of == ticket);
        if step.effects.iter().any(refused) {
            return;
        }
        let subject = wish.subject();
        self.causes
            .retain(|cause| cause.sent || cause.wish.subject() != subject);
        let mut under_way = self.causes.iter().filter(|cause| cause.wish.subject() == subject);
        let then = match under_way.next() {
            Some(cause) => cause.then.clone(),
            None => step.before.presence.as_ref().map(|shown| self.sees_before(step, shown)),
        };
        let lapses = match &wish {
            Wish::Presence(value, None) => Some(step.wall.timestamp() + value.default_length().duration()),
            _ => None,
        };
        self.causes.push(Cause {
            wish,
            ticket: Some(ticket),
            put_back: false,
            last_resort: false,
            lapses,
            asked: step.facts.now,
            then,
            sent: false,
            kept: false,
        });
    }

    fn sees_before(&self, step: &Step<'_>, shown: &presence::Presence) -> Then {
        let picture = Picture::of(Some(shown));
        let is_ours = |value: PreferredPresence| {
            let set = |(at, wish): &(Timestamp, Wish)| {
                step.facts.now.duration_since(*at) < OVER && matches!(wish, Wish::Presence(own, _) if *own == value)
            };
            self.over == Some(value) || self.presences.holds(&value) || self.ours.iter().any(set)
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
        self.ours.push((step.facts.now, cause.wish.clone()));
        let newer = self.is_under_way(subject);
        let stays = code.passes() || (code.needs_sign_in() && cause.ticket.is_none());
        if subject == Subject::Session || cause.last_resort {
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

    /// Whether `picture` shows what this program itself set a moment ago.
    fn is_ours(&self, subject: Subject, picture: &Picture) -> bool {
        self.ours
            .iter()
            .any(|(_, wish)| wish.subject() == subject && picture.shows(wish))
    }

    /// It is in force.
    fn accept(&mut self, step: &Step<'_>, cause: Cause) {
        let now = step.facts.now;
        let subject = cause.wish.subject();
        let before = self.in_force.extract_if(.., |wish| wish.subject() == subject);
        self.ours.extend(before.map(|wish| (now, wish)));
        self.in_force.push(cause.wish.clone());
        self.ours.retain(|(at, _)| now.duration_since(*at) < LATE);
        self.ours.push((now, cause.wish.clone()));
        if cause.last_resort {
            return;
        }
        if subject == Subject::Message {
            self.cleared.clear();
        }
        let then = cause.then.unwrap_or_default();
        self.then.take_over(subject, &then.picture);
        if let Some(at) = SUBJECTS.iter().position(|known| *known == subject) {
            self.asked[at] = Some(cause.asked);
            self.contradicted[at] = 0;
        }
        if cause.put_back {
            return;
        }
        match cause.wish {
            Wish::Presence(value, Some(until)) => {
                let midnight = step.wall.end_of_day().unwrap().timestamp();
                let is_wanted = |value: &PreferredPresence| !then.is_ours && self.over != Some(*value);
                let found = self.then.presence.filter(is_wanted);
                let found = found.map(|found| (found, Some(midnight)));
                self.presences.cover(value, until, found);
            }
            Wish::Presence(value, None) => {
                let until = step.wall.timestamp() + value.default_length().duration();
                self.presences.replace(value, Some(until));
            }
            Wish::Reset => {
                let top = self.presences.top().copied();
                self.ours.extend(top.map(|over| (now, Wish::Presence(over, None))));
                self.over = top.or(Picture::of(step.before.presence.as_ref()).presence);
                self.presences.clear();
            }
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

    /// An answer came: what a person chose elsewhere counts, and what has ended makes room for what was there.
    fn read(&mut self, step: &Step<'_>, lately: &Lately, began: Timestamp) -> Verdict {
        let picture = Picture::of(step.after.presence.as_ref());
        self.over = self.over.filter(|over| picture.presence == Some(*over));
        let mut causes = std::mem::take(&mut self.causes);
        if let Some(shown) = &step.after.presence {
            for cause in causes.iter_mut().filter(|cause| cause.then.is_none()) {
                cause.then = Some(self.sees_before(step, shown));
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
            .retain(|cause| !(cause.kept && cause.put_back && !cause.sent && picture.shows(&cause.wish)));
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
        self.causes.push(Cause {
            wish,
            ticket: None,
            put_back: true,
            last_resort: false,
            lapses: None,
            asked: now,
            then: Some(Then {
                picture: picture.clone(),
                is_ours: false,
            }),
            sent: false,
            kept: false,
        });
    }

    fn give_way(&mut self, subject: Subject) {
        self.in_force.retain(|wish| wish.subject() != subject);
        match subject {
            Subject::Presence => self.presences.clear(),
            Subject::Message => self.messages.clear(),
            _ => {}
        }
    }

    /// Exactly then, where it can be told apart, is what was asked for forgotten; and never without such a choice.
    fn a_choice_made_elsewhere_is_given_way_to(
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
                let ours = self.is_ours(cause.wish.subject(), &picture);
                let over = !cause.put_back
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
        self.causes.push(Cause {
            wish: Wish::Message(text.as_str().to_owned(), *until),
            ticket: None,
            put_back: false,
            last_resort: true,
            lapses: None,
            asked: step.facts.now,
            then: None,
            sent: true,
            kept: false,
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
