//! One person: what is kept about them, and what a reader sees of it.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::calendar::Calendar;
use super::location::{Effective, Locations};
use super::message::StatusMessage;
use super::people::Account;
use super::presence::{Pair, Presence};

/// The first read shows the number of the documentation's own examples, `A0129311063`.
const BEFORE_FIRST: u64 = 129_311_062;

/// Everything the presence service keeps about a person.
#[derive(Debug, Clone)]
pub struct State {
    /// Sessions and preferred presence.
    pub presence: Presence,
    /// Status message as last set, perhaps expired.
    pub message: Option<StatusMessage>,
    /// Layers of the work location.
    pub locations: Locations,
    /// Meetings and out of office.
    pub calendar: Calendar,
}

impl State {
    /// What a reader sees of it.
    pub fn seen(&self, now: Timestamp) -> Seen<'_> {
        let is_out_of_office = self.calendar.is_out_of_office(now);
        let mut shown = self.presence.effective_with(self.calendar.reports(now), now);
        // The concept page's "Available, out of office" is `Available/OutOfOffice`; for the other states it shows
        // their own activity, and the settings beside it.
        if is_out_of_office && shown == Pair::new("Available", "Available") {
            shown = Pair::new("Available", "OutOfOffice");
        }
        Seen {
            shown,
            message: self.message.as_ref().filter(|message| message.lasts(now)),
            location: self.locations.effective(now),
            is_out_of_office,
            out_of_office: self.calendar.out_of_office_message(now),
        }
    }

    /// The next moment at which something may show differently by itself.
    fn next_turn(&self, now: Timestamp) -> Option<Timestamp> {
        let message = self.message.iter().filter_map(|message| message.expires);
        self.presence
            .turns()
            .chain(message)
            .chain(self.locations.turns())
            .chain(self.calendar.turns())
            .filter(|turn| *turn > now)
            .min()
    }
}

/// What a read of the whole presence object shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Seen<'p> {
    /// Availability and activity.
    pub shown: Pair,
    /// Status message that has not expired.
    pub message: Option<&'p StatusMessage>,
    /// Winning location layer.
    pub location: Effective<'p>,
    /// Whether the person is out of office.
    pub is_out_of_office: bool,
    /// Text of the automatic replies, while out of office.
    pub out_of_office: Option<&'p str>,
}

/// A state and its `sequenceNumber`, which counts what has shown so far.
#[derive(Debug, Clone)]
struct Chapter {
    state: State,
    sequence: u64,
    /// Fingerprint of what showed last.
    shown: Option<u64>,
    /// Up to when time has been accounted for.
    as_of: Timestamp,
    /// Something may have been written at `as_of`.
    written: bool,
    next_turn: Option<Timestamp>,
}

impl Chapter {
    /// Counts whatever showed up to `now`, one by one: also a meeting that nobody asked about while it lasted.
    fn settle(&mut self, now: Timestamp) {
        if self.written {
            self.written = false;
            self.count(self.as_of);
        }
        while let Some(turn) = self.next_turn.filter(|turn| *turn <= now) {
            self.count(turn);
        }
        self.as_of = self.as_of.max(now);
    }

    fn count(&mut self, at: Timestamp) {
        let mut hasher = DefaultHasher::new();
        self.state.seen(at).hash(&mut hasher);
        let shown = Some(hasher.finish());
        if self.shown != shown {
            self.shown = shown;
            self.sequence = self.sequence.saturating_add(1);
        }
        self.as_of = at;
        self.next_turn = self.state.next_turn(at);
    }

    /// Comes after `earlier` for every reader.
    fn follow(&mut self, earlier: &Self) {
        let step = u64::from(self.shown != earlier.shown);
        self.sequence = self.sequence.max(earlier.sequence.saturating_add(step));
    }
}

/// One person of the tenant with everything the presence service keeps about them.
pub struct Person {
    account: Account,
    live: Chapter,
    /// What is still shown while a write travels: until when, and the state before the write. Oldest first.
    behind: VecDeque<(Timestamp, Chapter)>,
    lag: SignedDuration,
}

impl Person {
    /// A person with Teams running and nothing else set.
    pub(super) fn new(account: Account, now: Timestamp) -> Self {
        Self {
            account,
            live: Chapter {
                state: State {
                    presence: Presence::with_teams(now),
                    message: None,
                    locations: Locations::new(TimeZone::get(account.zone).unwrap_or(TimeZone::UTC)),
                    calendar: Calendar::default(),
                },
                sequence: BEFORE_FIRST,
                shown: None,
                as_of: now,
                written: true,
                next_turn: None,
            },
            behind: VecDeque::new(),
            lag: SignedDuration::ZERO,
        }
    }

    /// Name, mail and ids.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// What was written last, shown to readers yet or not.
    pub fn state(&self) -> &State {
        &self.live.state
    }

    /// What a write changes, at `now`. Readers see it after the lag.
    pub fn change(&mut self, now: Timestamp) -> &mut State {
        self.settle(now);
        if self.lag > SignedDuration::ZERO {
            let until = now.checked_add(self.lag).unwrap_or(Timestamp::MAX);
            let until = self.behind.back().map_or(until, |(last, _)| until.max(*last));
            self.behind.push_back((until, self.live.clone()));
        }
        self.live.written = true;
        &mut self.live.state
    }

    /// How long a write takes until readers see it; not documented, and none here unless a test asks for one.
    pub(super) fn set_lag(&mut self, lag: SignedDuration) {
        self.lag = lag;
    }

    /// The status message, unless there is none or it has expired.
    pub fn message(&self, now: Timestamp) -> Option<&StatusMessage> {
        self.peek(now).message
    }

    /// Sets the status message at the time of its publication; empty content clears it.
    pub fn set_message(&mut self, message: StatusMessage) {
        let state = self.change(message.published);
        state.message = (!message.content.is_empty()).then_some(message);
    }

    /// What a reader sees now, without its sequence number.
    pub fn peek(&self, now: Timestamp) -> Seen<'_> {
        let behind = self.behind.iter().find(|(until, _)| *until > now);
        behind.map_or(&self.live.state, |(_, chapter)| &chapter.state).seen(now)
    }

    /// What a reader sees now, with its `sequenceNumber`.
    ///
    /// The number rises with everything that shows differently, whoever changed it (a write, an expiry, a meeting, the
    /// end of the day), and sorts as text: `A0129311063`.
    pub fn read(&mut self, now: Timestamp) -> (Seen<'_>, String) {
        self.settle(now);
        let chapter = self.behind.front().map_or(&self.live, |(_, chapter)| chapter);
        (chapter.state.seen(now), format!("A{:010}", chapter.sequence))
    }

    /// Accounts for the time up to `now`, and forgets what is no longer shown.
    fn settle(&mut self, now: Timestamp) {
        while let Some((until, mut chapter)) = self.behind.pop_front() {
            chapter.settle(until.min(now));
            if until > now {
                self.behind.push_front((until, chapter));
                break;
            }
            let next = self.behind.front_mut().map_or(&mut self.live, |(_, next)| next);
            next.settle(until);
            next.follow(&chapter);
        }
        self.live.settle(now);
    }
}

#[cfg(test)]
#[path = "person_tests.rs"]
mod tests;
