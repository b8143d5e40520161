//! What is in force, and beneath it what it took the place of for a while.
//!
//! A timed presence or message covers what was there before, and uncovers it again when it ends. One without an end, or a reset, is a new
//! beginning: nothing beneath it is wanted any more.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A pile of settings, the one in force on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layers<T> {
    pile: Vec<Layer<T>>,
    /// The top has ended and what is on top now is to be put back, as soon as a read has shown that no person chose otherwise.
    returning: Option<T>,
    /// What is on top came out from beneath something, and is not in force again yet.
    #[serde(default)]
    uncovered: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layer<T> {
    pub(crate) what: T,
    pub(crate) until: Option<Timestamp>,
}

impl<T> Default for Layers<T> {
    fn default() -> Self {
        Layers {
            pile: Vec::new(),
            returning: None,
            uncovered: false,
        }
    }
}

impl<T: PartialEq> Layers<T> {
    /// Whether it is in the pile.
    pub(crate) fn holds(&self, what: &T) -> bool {
        self.pile.iter().any(|layer| layer.what == *what)
    }
}

impl<T: Clone> Layers<T> {
    /// Enough for any person; a script that piles up more loses the oldest.
    const HEIGHT: usize = 8;

    /// `new` came into force for a while, over what is here, or over `found` where nothing of ours is.
    pub(crate) fn cover(&mut self, new: Layer<T>, found: Option<Layer<T>>) {
        self.returning = None;
        self.uncovered = false;
        if self.pile.is_empty() {
            self.pile.extend(found);
        }
        self.pile.push(new);
        if self.pile.len() > Self::HEIGHT {
            self.pile.remove(0);
        }
    }

    /// `new` came into force for good.
    pub(crate) fn replace(&mut self, new: Layer<T>) {
        self.clear();
        self.pile.push(new);
    }

    /// Nothing of ours is in force, and nothing is to be put back.
    pub(crate) fn clear(&mut self) {
        self.pile.clear();
        self.returning = None;
        self.uncovered = false;
    }

    /// Takes off what has ended, and gives it back, the uppermost first.
    pub(crate) fn uncover(&mut self, now: Timestamp) -> Vec<Layer<T>> {
        let mut ended = Vec::new();
        while let Some(over) = self.pile.pop_if(|layer| layer.until.is_some_and(|until| until <= now)) {
            self.returning.get_or_insert_with(|| over.what.clone());
            self.uncovered = true;
            ended.push(over);
        }
        if self.pile.is_empty() {
            self.clear();
        }
        ended
    }

    /// What ended, and what is to be put back in its place.
    pub(crate) fn returning(&self) -> Option<(&T, &Layer<T>)> {
        self.returning.as_ref().zip(self.pile.last())
    }

    /// What would come out if the top ended now, where it is still to last.
    pub(crate) fn beneath(&self, now: Timestamp) -> Option<Layer<T>> {
        let lasting = |layer: &&Layer<T>| layer.until.is_none_or(|until| until > now);
        self.pile.iter().rev().skip(1).find(lasting).cloned()
    }

    /// What lies over `layer` was ended before its time: `layer` is in force.
    pub(crate) fn end_down_to(&mut self, layer: Layer<T>)
    where
        T: PartialEq,
    {
        self.returning = None;
        self.uncovered = false;
        match self.pile.iter().rposition(|below| below.what == layer.what) {
            Some(at) => self.pile.truncate(at + 1),
            None => self.pile.push(layer),
        }
    }

    /// What was to be put back is on its way.
    pub(crate) fn returned(&mut self) -> Option<Layer<T>> {
        self.returning.take().and_then(|_| self.pile.last().cloned())
    }

    /// It is in force again.
    pub(crate) fn came_back(&mut self) {
        self.uncovered = false;
    }

    /// What is in force.
    pub(crate) fn in_force(&self) -> Option<&Layer<T>> {
        self.pile.last().filter(|_| !self.uncovered)
    }

    /// What is in force, or to be.
    pub(crate) fn top(&self) -> Option<&T> {
        self.pile.last().map(|layer| &layer.what)
    }

    /// When the top ends.
    pub(crate) fn next_end(&self) -> Option<Timestamp> {
        self.pile.last().and_then(|layer| layer.until)
    }
}
