//! Presence sessions, the preferred presence, and what others see of them.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::duration;

/// Availability and activity, as Graph writes them (`PascalCase`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    /// The base presence, such as `Busy`.
    pub availability: Cow<'static, str>,
    /// The finer presence, such as `InACall`.
    pub activity: Cow<'static, str>,
}

impl Pair {
    /// The two as given.
    pub fn new(availability: impl Into<Cow<'static, str>>, activity: impl Into<Cow<'static, str>>) -> Self {
        Self {
            availability: availability.into(),
            activity: activity.into(),
        }
    }

    /// The same pair in the table's own words, so that it costs nothing to copy.
    fn found_in(&self, table: &[(&'static str, &'static str)]) -> Option<Self> {
        table
            .iter()
            .find(|(availability, activity)| *availability == self.availability && *activity == self.activity)
            .map(|&(availability, activity)| Self::new(availability, activity))
    }

    /// Among sessions `DoNotDisturb` > `Busy` > `Available` > `Away`. That an inactive `Available` yields to an active
    /// one, and that `Focusing` counts as `DoNotDisturb`, is this model's choice; the documentation does not say.
    fn rank(&self) -> u8 {
        match (&*self.availability, &*self.activity) {
            ("DoNotDisturb" | "Focusing", _) => 5,
            ("Busy" | "BusyIdle", _) => 4,
            ("Available", "AvailableInactive") => 2,
            ("Available" | "AvailableIdle", _) => 3,
            ("Away" | "BeRightBack", _) => 1,
            _ => 0,
        }
    }
}

/// What an application may report through `setPresence`.
const SESSION_PAIRS: [(&str, &str); 5] = [
    ("Available", "Available"),
    ("Busy", "InACall"),
    ("Busy", "InAConferenceCall"),
    ("Away", "Away"),
    ("DoNotDisturb", "Presenting"),
];

/// What a person may prefer through `setUserPreferredPresence`.
const PREFERRED_PAIRS: [(&str, &str); 6] = [
    ("Available", "Available"),
    ("Busy", "Busy"),
    ("DoNotDisturb", "DoNotDisturb"),
    ("BeRightBack", "BeRightBack"),
    ("Away", "Away"),
    ("Offline", "OffWork"),
];

const SHORTEST_SESSION: SignedDuration = SignedDuration::from_mins(5);
const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(4);
/// An application's `Available` turns into `AvailableInactive` after this, and into `Away` after it once more.
const FADE: SignedDuration = SignedDuration::from_mins(5);

/// A kind of Teams client; a person may have one of each, and each is a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamsClient {
    /// On a computer.
    Desktop,
    /// On a telephone.
    Mobile,
    /// In a browser.
    Web,
}

impl TeamsClient {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Desktop, Self::Mobile, Self::Web];

    /// In one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Web => "web",
        }
    }
}

/// Who reports a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reporter {
    /// A signed-in Teams client.
    Teams(TeamsClient),
    /// An application, by its client id.
    Application(String),
}

/// One presence session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who reports it.
    pub reporter: Reporter,
    /// What was reported, before it fades.
    pub reported: Pair,
    /// When it was reported last.
    pub since: Timestamp,
    /// When it ends; a Teams client's stays until it leaves.
    pub expires: Option<Timestamp>,
}

impl Session {
    fn lives(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| expires > now)
    }

    fn fades(&self) -> bool {
        self.reported.availability == "Available" && matches!(self.reporter, Reporter::Application(_))
    }

    /// When it counts as something else than before, whether that shows or not.
    fn turns(&self) -> impl Iterator<Item = Timestamp> {
        let fades = self.fades().then_some([FADE, FADE * 2]).into_iter().flatten();
        fades
            .filter_map(|age| self.since.checked_add(age).ok())
            .chain(self.expires)
    }

    /// What the session counts as now: an application's `Available` fades.
    pub fn counts_as(&self, now: Timestamp) -> Pair {
        let age = now.duration_since(self.since);
        match self.fades() {
            true if age >= FADE * 2 => Pair::new("Away", "Away"),
            true if age >= FADE => Pair::new("Available", "AvailableInactive"),
            _ => self.reported.clone(),
        }
    }
}

/// What a person wants to be seen as, whatever the sessions say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferred {
    /// The preferred presence.
    pub wanted: Pair,
    /// When it ends.
    pub expires: Timestamp,
}

/// Why `setPresence` was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetSessionError {
    /// `sessionId` is not the client id of the application that asks.
    #[error("The sessionId must be the id of the application.")]
    NotTheApplication,
    /// Not one of the five documented pairs.
    #[error("The combination of availability and activity is not supported.")]
    UnsupportedPair,
    /// No duration, or outside `PT5M` to `PT4H`.
    #[error("The expirationDuration must be a duration from PT5M to PT4H.")]
    Duration,
}

/// Why `clearPresence` was refused: the application has no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The presence session was not found.")]
pub struct NoSuchSession;

/// Why `setUserPreferredPresence` was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetPreferredError {
    /// Not one of the six documented pairs.
    #[error("The combination of availability and activity is not supported.")]
    UnsupportedPair,
    /// Not a positive duration, or one that ends after the end of time.
    #[error("The expirationDuration must be a positive duration.")]
    Duration,
}

/// Sessions and preferred presence of one person.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    sessions: Vec<Session>,
    preferred: Option<Preferred>,
}

impl Presence {
    /// A person whose Teams client runs and is used.
    pub(super) fn with_teams(now: Timestamp) -> Self {
        let mut presence = Self::default();
        presence.set_teams(Some(Pair::new("Available", "Available")), now);
        presence
    }

    /// What others see: the preferred presence over the sessions' highest, and `Offline` without any session.
    pub fn effective(&self, now: Timestamp) -> Pair {
        self.effective_with(None, now)
    }

    /// The same beside what the calendar reports. It ranks as a session does, and a session's own word of the same rank
    /// goes before it (a call during a meeting); but a calendar alone makes nobody appear who has no session. The
    /// documentation says only that such states come from the calendar.
    pub(super) fn effective_with(&self, calendar: Option<Pair>, now: Timestamp) -> Pair {
        let mut sessions = self.sessions(now).map(|session| session.counts_as(now)).peekable();
        if sessions.peek().is_none() {
            return Pair::new("Offline", "Offline");
        }
        match self.preferred(now) {
            Some(preferred) => preferred.wanted.clone(),
            // The last one of the same rank wins, and there is at least one session.
            None => calendar
                .into_iter()
                .chain(sessions)
                .max_by_key(Pair::rank)
                .unwrap_or_else(|| Pair::new("Offline", "Offline")),
        }
    }

    /// Every moment at which something may show differently by itself.
    pub(super) fn turns(&self) -> impl Iterator<Item = Timestamp> {
        let preferred = self.preferred.as_ref().map(|preferred| preferred.expires);
        self.sessions.iter().flat_map(Session::turns).chain(preferred)
    }

    /// The sessions that have not expired, in order of their first report.
    pub fn sessions(&self, now: Timestamp) -> impl Iterator<Item = &Session> {
        self.sessions.iter().filter(move |session| session.lives(now))
    }

    /// The preferred presence, unless there is none or it has expired.
    pub fn preferred(&self, now: Timestamp) -> Option<&Preferred> {
        self.preferred.as_ref().filter(|preferred| preferred.expires > now)
    }

    /// `setPresence`: opens or renews the session of the application `client_id`; without `duration` for 5 minutes.
    pub fn set_session(
        &mut self,
        client_id: &str,
        session_id: &str,
        reported: &Pair,
        duration: Option<&str>,
        now: Timestamp,
    ) -> Result<(), SetSessionError> {
        if !session_id.eq_ignore_ascii_case(client_id) {
            return Err(SetSessionError::NotTheApplication);
        }
        let reported = reported
            .found_in(&SESSION_PAIRS)
            .ok_or(SetSessionError::UnsupportedPair)?;
        let lasts = duration.map_or(Some(SHORTEST_SESSION), duration::parse);
        let expires = lasts
            .filter(|lasts| (SHORTEST_SESSION..=LONGEST_SESSION).contains(lasts))
            .and_then(|lasts| now.checked_add(lasts).ok())
            .ok_or(SetSessionError::Duration)?;
        self.report(Session {
            reporter: Reporter::Application(client_id.to_owned()),
            reported,
            since: now,
            expires: Some(expires),
        });
        Ok(())
    }

    /// `clearPresence`: ends the application's session.
    pub fn clear_session(&mut self, session_id: &str, now: Timestamp) -> Result<(), NoSuchSession> {
        let ends = |session: &Session| matches!(&session.reporter, Reporter::Application(id) if id.eq_ignore_ascii_case(session_id));
        let lived = self.sessions(now).any(ends);
        self.sessions.retain(|session| !ends(session));
        lived.then_some(()).ok_or(NoSuchSession)
    }

    /// `setUserPreferredPresence`; without `duration` for 1 day (`DoNotDisturb`, `Busy`) or 7 days (all others).
    pub fn set_preferred(
        &mut self,
        wanted: &Pair,
        duration: Option<&str>,
        now: Timestamp,
    ) -> Result<(), SetPreferredError> {
        let wanted = wanted
            .found_in(&PREFERRED_PAIRS)
            .ok_or(SetPreferredError::UnsupportedPair)?;
        let days = if matches!(&*wanted.availability, "DoNotDisturb" | "Busy") {
            1
        } else {
            7
        };
        let expires = duration
            .map_or(Some(SignedDuration::from_hours(24 * days)), duration::parse)
            .and_then(|lasts| now.checked_add(lasts).ok())
            .ok_or(SetPreferredError::Duration)?;
        self.preferred = Some(Preferred { wanted, expires });
        Ok(())
    }

    /// `clearUserPreferredPresence`; a second clear is as good as the first.
    pub fn clear_preferred(&mut self) {
        self.preferred = None;
    }

    /// What the person's Teams client on the computer reports by itself (a call, a meeting, idle), or that every Teams
    /// client was closed.
    pub fn set_teams(&mut self, reported: Option<Pair>, now: Timestamp) {
        if reported.is_some() {
            self.set_teams_client(TeamsClient::Desktop, reported, now);
        } else {
            for client in TeamsClient::ALL {
                self.set_teams_client(client, None, now);
            }
        }
    }

    /// What one of the person's Teams clients reports by itself, or that it was closed. Any pair goes: Teams may know
    /// words that nobody else does.
    pub fn set_teams_client(&mut self, client: TeamsClient, reported: Option<Pair>, now: Timestamp) {
        let source = Reporter::Teams(client);
        match reported {
            Some(reported) => self.report(Session {
                reporter: source,
                reported,
                since: now,
                expires: None,
            }),
            None => self.sessions.retain(|session| session.reporter != source),
        }
    }

    fn report(&mut self, session: Session) {
        match self
            .sessions
            .iter_mut()
            .find(|known| known.reporter == session.reporter)
        {
            Some(known) => *known = session,
            None => self.sessions.push(session),
        }
    }
}

#[cfg(test)]
#[path = "presence_tests.rs"]
mod tests;
