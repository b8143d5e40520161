//! What the tenant took, or perhaps did, and what is over since a few minutes ago: it may be seen late.

use jiff::{SignedDuration, Timestamp};

use crate::promises::picture::{Picture, Wish};

/// Each by two clocks. By the tenant's, it is known how late it may be seen; the program has nothing but the computer's.
#[derive(Debug, Clone, Default)]
pub(super) struct Ours {
    wishes: Vec<Set>,
    /// What the computer's clock said last; nothing after a start.
    wall: Option<Timestamp>,
}

#[derive(Debug, Clone)]
struct Set {
    wish: Wish,
    at: Timestamp,
    wall: Timestamp,
    /// It was more than a moment ago, whatever a clock says later.
    is_past: bool,
}

/// What was set here may be seen as late as this.
const LATE: SignedDuration = SignedDuration::from_mins(6);
/// What was set here and is over counts as ours this long.
const OVER: SignedDuration = SignedDuration::from_mins(5);

impl Ours {
    /// Where the clock was set back, all of it was set as long ago as before; across a start, nobody knows how long.
    pub(super) fn keep_time(&mut self, wall: Timestamp) {
        let back = self.wall.map(|before| before.duration_since(wall));
        for set in &mut self.wishes {
            match back {
                Some(back) if back > SignedDuration::ZERO => set.wall = set.wall.checked_sub(back).unwrap_or(wall),
                Some(_) => {}
                None => set.wall = set.wall.min(wall),
            }
            set.is_past |= wall.duration_since(set.wall) >= OVER;
        }
        self.wall = Some(wall);
    }

    pub(super) fn sees_death(&mut self) {
        self.wall = None;
    }

    pub(super) fn note(&mut self, now: Timestamp, wish: Wish) {
        let set = Set {
            wish,
            at: now,
            wall: self.wall.unwrap_or(now),
            is_past: false,
        };
        self.wishes.push(set);
    }

    pub(super) fn forget_old(&mut self, now: Timestamp) {
        let wall = self.wall.unwrap_or(now);
        let may_be_seen = |set: &Set| now.duration_since(set.at) < LATE || wall.duration_since(set.wall) < LATE;
        self.wishes.retain(may_be_seen);
    }

    /// Whether `picture` shows any of it.
    pub(super) fn is_shown(&self, picture: &Picture, about: engine::Subject) -> bool {
        let shows = |set: &Set| set.wish.subject() == about && picture.shows(&set.wish);
        self.wishes.iter().any(shows)
    }

    /// Whether `picture` shows any of it that was there a moment ago, for all that the program can know.
    pub(super) fn was_just_set(&self, picture: &Picture) -> bool {
        let is_it = |set: &Set| !set.is_past && matches!(set.wish, Wish::Presence(..)) && picture.shows(&set.wish);
        self.wishes.iter().any(is_it)
    }

    /// Whether anything about it changed less than this ago, by the tenant's clock.
    pub(super) fn changed(&self, about: engine::Subject, now: Timestamp, ago: SignedDuration) -> bool {
        let just = |set: &Set| set.wish.subject() == about && now.duration_since(set.at) < ago;
        self.wishes.iter().any(just)
    }
}
