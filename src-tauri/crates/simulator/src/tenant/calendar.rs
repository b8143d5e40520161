//! What somebody's calendar and mailbox say about them: meetings, being out of office, automatic replies.

use jiff::Timestamp;

use super::presence::Pair;

/// How an event shows its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowAs {
    /// Nothing follows from it.
    Free,
    /// Nothing follows from it.
    Tentative,
    /// The person is busy; in a meeting, if the event is one.
    Busy,
    /// The person is out of office.
    OutOfOffice,
    /// Nothing follows from it: presence has no word for it.
    WorkingElsewhere,
}

/// An event, from its start to just before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it begins.
    pub start: Timestamp,
    /// When it is over.
    pub end: Timestamp,
    /// How it shows its time.
    pub shows: ShowAs,
    /// Whether others take part.
    pub meeting: bool,
}

impl Event {
    fn covers(&self, now: Timestamp) -> bool {
        (self.start..self.end).contains(&now)
    }
}

/// The automatic replies of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutomaticReplies {
    /// What they say.
    pub message: String,
    /// When they begin; `None` is from the start of time.
    pub from: Option<Timestamp>,
    /// When they are over; `None` is never.
    pub until: Option<Timestamp>,
}

impl AutomaticReplies {
    fn covers(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

/// Events in any order, and automatic replies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// What is planned.
    pub events: Vec<Event>,
    /// What the mailbox answers.
    pub replies: Option<AutomaticReplies>,
}

impl Calendar {
    /// What the calendar makes of the person: `Busy`, in a meeting or not.
    ///
    /// That an appointment of one's own is `Busy/Busy` is this model's choice; documented is that `InAMeeting` comes
    /// from the calendar.
    pub fn reports(&self, now: Timestamp) -> Option<Pair> {
        let busy = |event: &&Event| event.shows == ShowAs::Busy && event.covers(now);
        let meets = self.events.iter().filter(busy).map(|event| event.meeting).max()?;
        Some(Pair::new("Busy", if meets { "InAMeeting" } else { "Busy" }))
    }

    /// While automatic replies go out, or an event is shown as out of office.
    pub fn is_out_of_office(&self, now: Timestamp) -> bool {
        let away = |event: &Event| event.shows == ShowAs::OutOfOffice && event.covers(now);
        self.replies.as_ref().is_some_and(|replies| replies.covers(now)) || self.events.iter().any(away)
    }

    /// The text of the automatic replies while out of office, for whichever reason.
    pub fn out_of_office_message(&self, now: Timestamp) -> Option<&str> {
        let replies = self.replies.as_ref().filter(|_| self.is_out_of_office(now))?;
        Some(&replies.message)
    }

    /// Every moment at which something may show differently by itself.
    pub(super) fn turns(&self) -> impl Iterator<Item = Timestamp> {
        let replies = self.replies.iter().flat_map(|replies| [replies.from, replies.until]);
        let events = self.events.iter().flat_map(|event| [event.start, event.end]);
        events.chain(replies.flatten())
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{AutomaticReplies, Calendar, Event, ShowAs};
    use crate::tenant::presence::Pair;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn morning() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn event(shows: ShowAs, meeting: bool) -> Event {
        Event {
            start: morning(),
            end: morning() + HOUR,
            shows,
            meeting,
        }
    }

    #[test]
    fn only_busy_events_report_and_a_meeting_goes_before_an_appointment() {
        for (events, expected) in [
            (vec![], None),
            (vec![event(ShowAs::Free, true)], None),
            (vec![event(ShowAs::Tentative, true)], None),
            (vec![event(ShowAs::WorkingElsewhere, true)], None),
            (vec![event(ShowAs::OutOfOffice, true)], None),
            (vec![event(ShowAs::Busy, false)], Some(Pair::new("Busy", "Busy"))),
            (
                vec![event(ShowAs::Busy, true), event(ShowAs::Busy, false)],
                Some(Pair::new("Busy", "InAMeeting")),
            ),
        ] {
            let calendar = Calendar { events, replies: None };
            assert_eq!(calendar.reports(morning()), expected, "{calendar:?}");
            assert_eq!(calendar.reports(morning() + HOUR), None, "{calendar:?}");
            assert_eq!(calendar.reports(morning() - HOUR), None, "{calendar:?}");
        }
    }

    #[test]
    fn out_of_office_is_a_window_or_an_event_and_tells_the_configured_text() {
        let replies = |from, until| AutomaticReplies {
            message: "Back on Monday".into(),
            from,
            until,
        };
        let away = event(ShowAs::OutOfOffice, false);
        let later = Some(morning() + HOUR);
        for (events, replies, expected) in [
            (vec![], None, (false, None)),
            (vec![], Some(replies(None, None)), (true, Some("Back on Monday"))),
            (vec![], Some(replies(None, later)), (true, Some("Back on Monday"))),
            (vec![], Some(replies(later, None)), (false, None)),
            (vec![], Some(replies(None, Some(morning()))), (false, None)),
            (vec![away.clone()], None, (true, None)),
            (vec![away], Some(replies(later, None)), (true, Some("Back on Monday"))),
        ] {
            let calendar = Calendar { events, replies };
            let told = (
                calendar.is_out_of_office(morning()),
                calendar.out_of_office_message(morning()),
            );
            assert_eq!(told, expected, "{calendar:?}");
        }
    }
}
