//! Which notification of a kind is meant: the newest that was asked for, unless it was taken back.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Numbers what is asked for, in its order, which that of the threads that do it need not be.
#[derive(Debug, Default)]
pub(super) struct Newest(Mutex<HashMap<&'static str, Asked>>);

#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    number: u64,
    is_moot: bool,
}

impl Newest {
    /// The number of something new of this kind: all before it is out of date.
    pub(super) fn number(&self, kind: &'static str) -> u64 {
        let mut kinds = self.lock();
        let asked = kinds.entry(kind).or_default();
        *asked = Asked {
            number: asked.number + 1,
            is_moot: false,
        };
        asked.number
    }

    /// What was asked for of this kind is not meant any more.
    pub(super) fn take_back(&self, kind: &'static str) {
        if let Some(asked) = self.lock().get_mut(kind) {
            asked.is_moot = true;
        }
    }

    /// Whether this one is meant.
    pub(super) fn is(&self, kind: &'static str, number: u64) -> bool {
        let asked = self.asked(kind);
        asked.number == number && !asked.is_moot
    }

    /// Whether nothing of this kind is meant. Linux alone can do something about it.
    #[cfg(target_os = "linux")]
    pub(super) fn is_moot(&self, kind: &'static str) -> bool {
        self.asked(kind).is_moot
    }

    fn asked(&self, kind: &'static str) -> Asked {
        self.lock().get(kind).copied().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_a_kind_is_meant_until_it_is_taken_back() {
        let newest = Newest::default();
        newest.take_back("a");
        let (first, other) = (newest.number("a"), newest.number("b"));
        assert!(newest.is("a", first) && newest.is("b", other));
        let second = newest.number("a");
        assert!(!newest.is("a", first) && newest.is("a", second));
        newest.take_back("a");
        assert!(!newest.is("a", second) && newest.is("b", other));
        let third = newest.number("a");
        assert!(newest.is("a", third), "what comes after that is meant again");
        assert!(!newest.is("a", second), "and nothing before it");
    }
}
