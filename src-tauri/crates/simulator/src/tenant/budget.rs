//! How many presence requests an application may make in a tenant.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// Requests of the last while, by tenant: there is one application, and every installation shares what it may.
///
/// Documented are 1,500 requests in 30 seconds (API pages) and 10,000 (service limits page); the smaller is taken.
#[derive(Debug, Clone)]
pub struct Budget {
    /// How many; `None` is without limit.
    requests: Option<usize>,
    /// In how long.
    window: SignedDuration,
    spent: BTreeMap<&'static str, VecDeque<Timestamp>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Some(1_500), SignedDuration::from_secs(30))
    }
}

impl Budget {
    /// `requests` in `window`, or as many as one likes.
    pub fn new(requests: Option<usize>, window: SignedDuration) -> Self {
        Self {
            requests,
            window,
            spent: BTreeMap::new(),
        }
    }

    /// How many requests there may be in how long.
    pub fn limit(&self) -> (Option<usize>, SignedDuration) {
        (self.requests, self.window)
    }

    /// Counts a request in the tenant with this id. `Err` says how long to wait until there is room again.
    ///
    /// A refused request counts as well, as documented: who asks again at once stays shut out.
    pub fn spend(&mut self, tenant_id: &'static str, now: Timestamp) -> Result<(), SignedDuration> {
        let Some(requests) = self.requests else {
            return Ok(());
        };
        let spent = self.spent.entry(tenant_id).or_default();
        while spent
            .front()
            .is_some_and(|first| now.duration_since(*first) >= self.window)
        {
            spent.pop_front();
        }
        let room = spent.len() < requests;
        if !room {
            spent.pop_front();
        }
        if requests > 0 {
            spent.push_back(now);
        }
        if room {
            return Ok(());
        }
        let oldest = spent.front().copied().unwrap_or(now);
        Err(self.window.saturating_sub(now.duration_since(oldest)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::Budget;

    const SECOND: SignedDuration = SignedDuration::from_secs(1);
    const A: &str = "a";

    #[test]
    fn the_documented_budget_is_1500_in_30_seconds() {
        let mut budget = Budget::default();
        let start = Timestamp::UNIX_EPOCH;
        assert_eq!((0..1_501).filter(|_| budget.spend(A, start).is_ok()).count(), 1_500);
        assert!(budget.spend(A, start + SECOND * 29).is_err());
        assert!(budget.spend(A, start + SECOND * 30).is_ok());
    }

    #[test]
    fn waiting_as_told_helps_and_asking_again_at_once_does_not() {
        let mut budget = Budget::new(Some(2), SECOND * 10);
        let start = Timestamp::UNIX_EPOCH;
        assert_eq!(budget.spend(A, start), Ok(()));
        assert_eq!(budget.spend(A, start + SECOND), Ok(()));
        // The refused request takes the place of the oldest: the one at second 1 has to go first.
        assert_eq!(budget.spend(A, start + SECOND * 2), Err(SECOND * 9));
        assert_eq!(budget.spend(A, start + SECOND * 3), Err(SECOND * 9));
        assert_eq!(budget.spend(A, start + SECOND * 12), Ok(()));
    }

    #[test]
    fn each_tenant_has_its_own() {
        let mut budget = Budget::new(Some(1), SECOND);
        let start = Timestamp::UNIX_EPOCH;
        assert!(budget.spend(A, start).is_ok() && budget.spend(A, start).is_err());
        assert!(budget.spend("b", start).is_ok());
    }

    #[test]
    fn a_budget_of_nothing_and_one_without_limit() {
        let start = Timestamp::UNIX_EPOCH;
        assert_eq!(Budget::new(Some(0), SECOND).spend(A, start), Err(SECOND));
        let mut unlimited = Budget::new(None, SECOND);
        assert!((0..5_000).all(|_| unlimited.spend(A, start).is_ok()));
    }
}
