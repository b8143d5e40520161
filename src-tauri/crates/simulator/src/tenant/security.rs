//! What happens to an account while its tokens are out: continuous access evaluation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::Tenant;
use super::people::Account;
use super::sign_in_error::SignInError;

/// What an administrator, or the person, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The account is disabled: no sign-in, no renewal.
    Disable,
    /// It is enabled again; what was revoked stays revoked.
    Enable,
    /// "Sign out everywhere".
    RevokeSessions,
    /// The password is another one now.
    ChangePassword,
    /// A policy changed: tokens are to be renewed with claims, nobody has to act.
    ChangePolicy,
    /// Only somebody who signs in anew, with a second factor, gets tokens.
    RequireSecondFactor,
}

/// What happened to one account. Events are counted, since two of them may fall into one second.
#[derive(Debug, Clone, Copy, Default)]
struct History {
    disabled: bool,
    /// The last event that questions access tokens.
    last: u64,
    /// The last event that asks for a second factor.
    second_factor: u64,
    /// Second of the last event, as a challenge names it.
    since: i64,
}

/// What happened to whom.
#[derive(Default)]
pub(super) struct Security(BTreeMap<&'static str, History>);

impl Security {
    fn of(&self, account: &Account) -> History {
        self.0.get(account.oid).copied().unwrap_or_default()
    }

    /// The number of the last event: who signs in now has lived through it.
    pub(super) fn lived_through(&self, account: &Account) -> u64 {
        self.of(account).last
    }

    pub(super) fn check_enabled(&self, account: &Account) -> Result<(), SignInError> {
        if self.of(account).disabled {
            Err(SignInError::Disabled)
        } else {
            Ok(())
        }
    }

    /// Whether a sign-in that lived through `settled` still does for a renewal.
    pub(super) fn check_factor(&self, account: &Account, settled: u64) -> Result<(), SignInError> {
        if self.of(account).second_factor > settled {
            Err(SignInError::SecondFactor)
        } else {
            Ok(())
        }
    }

    /// What a client has settled that presents the `nbf` of a challenge.
    pub(super) fn settled(&self, account: &Account, before: u64, not_before: Option<i64>) -> u64 {
        let history = self.of(account);
        if not_before.is_some_and(|not_before| not_before >= history.since) {
            history.last
        } else {
            before
        }
    }

    /// The claims a token must be asked for with, if this one is in question.
    pub(super) fn challenge(&self, account: &Account, settled: u64) -> Option<String> {
        let history = self.of(account);
        let claims = json!({ "access_token": { "nbf": { "essential": true, "value": history.since.to_string() } } });
        (history.last > settled).then(|| claims.to_string())
    }
}

impl Tenant {
    /// Whether the account may sign in.
    pub fn is_enabled(&self, account: &Account) -> bool {
        !self.security.of(account).disabled
    }

    /// Something happens to an account. Refresh tokens end where Entra ends them; access tokens of applications that
    /// declared `cp1` are challenged, all others live until their time is over.
    pub fn happen(&mut self, account: &Account, event: Event, now: Timestamp) {
        let history = self.security.0.entry(account.oid).or_default();
        if event == Event::Enable {
            history.disabled = false;
            return;
        }
        history.last += 1;
        history.since = now.as_second();
        match event {
            Event::Disable => history.disabled = true,
            Event::RequireSecondFactor => history.second_factor = history.last,
            Event::Enable | Event::RevokeSessions | Event::ChangePassword | Event::ChangePolicy => {}
        }
        if matches!(event, Event::Disable | Event::RevokeSessions | Event::ChangePassword) {
            self.revoke_refresh(account.oid);
        }
    }
}
