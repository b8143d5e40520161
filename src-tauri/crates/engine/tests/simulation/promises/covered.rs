//! What lies beneath something timed, and is to come back.

use jiff::Timestamp;

/// The one in force on top; a second account of it, beside the engine's own.
#[derive(Debug, Clone)]
pub(crate) struct Covered<T> {
    pile: Vec<(T, Option<Timestamp>)>,
    /// What ended, and when, by the tenant's clock.
    ended: Option<(T, Timestamp)>,
}

impl<T> Default for Covered<T> {
    fn default() -> Self {
        Covered {
            pile: Vec::new(),
            ended: None,
        }
    }
}

impl<T: Clone + PartialEq> Covered<T> {
    /// More are not remembered.
    const HEIGHT: usize = 8;

    pub(crate) fn cover(&mut self, new: T, until: Timestamp, found: Option<(T, Option<Timestamp>)>) {
        self.ended = None;
        if self.pile.is_empty() {
            self.pile.extend(found);
        }
        self.pile.push((new, Some(until)));
        if self.pile.len() > Self::HEIGHT {
            self.pile.remove(0);
        }
    }

    pub(crate) fn replace(&mut self, new: T, until: Option<Timestamp>) {
        self.clear();
        self.pile.push((new, until));
    }

    /// What lies over `what` is over; where it is not there, it is in force on top.
    pub(crate) fn end_down_to(&mut self, what: T, until: Timestamp) {
        self.ended = None;
        match self.pile.iter().rposition(|(layer, _)| *layer == what) {
            Some(at) => self.pile.truncate(at + 1),
            None => self.pile.push((what, Some(until))),
        }
    }

    /// The uppermost beneath the top that is not over.
    pub(crate) fn beneath(&self, wall: Timestamp) -> Option<(T, Option<Timestamp>)> {
        let lasts = |(_, until): &&(T, Option<Timestamp>)| until.is_none_or(|until| until > wall);
        self.pile.iter().rev().skip(1).find(lasts).cloned()
    }

    pub(crate) fn clear(&mut self) {
        self.pile.clear();
        self.ended = None;
    }

    pub(crate) fn holds(&self, what: &T) -> bool {
        self.pile.iter().any(|(layer, _)| layer == what)
    }

    /// Time passes: `wall` is what the ends are compared with. Gives back what is over, the uppermost first.
    pub(crate) fn end(&mut self, wall: Timestamp, now: Timestamp) -> Vec<T> {
        let mut over = Vec::new();
        while let Some((ended, _)) = self.pile.pop_if(|(_, until)| until.is_some_and(|until| until <= wall)) {
            over.push(ended.clone());
            let first = self.ended.take().map_or(ended, |(first, _)| first);
            self.ended = Some((first, now));
        }
        if self.pile.is_empty() {
            self.ended = None;
        }
        over
    }

    /// When something ended, where what was beneath has not come back.
    pub(crate) fn ended_at(&self) -> Option<Timestamp> {
        self.ended.as_ref().map(|(_, at)| *at)
    }

    /// What comes back once a read that began after the end has shown `shown`; nothing where a person chose otherwise.
    pub(crate) fn comes_back(&mut self, shown: Option<&T>) -> Option<(T, Option<Timestamp>)> {
        let (ended, _) = self.ended.clone()?;
        let (beneath, until) = self.pile.last().cloned()?;
        if shown.is_some_and(|shown| *shown != ended && *shown != beneath) {
            self.clear();
            return None;
        }
        self.ended = None;
        Some((beneath, until))
    }

    pub(crate) fn top(&self) -> Option<&T> {
        self.pile.last().map(|(top, _)| top)
    }

    /// Whether something ended before `then`, and what was beneath has not come back.
    pub(crate) fn is_due(&self, then: Timestamp) -> bool {
        self.ended.as_ref().is_some_and(|(_, at)| *at < then)
    }
}
