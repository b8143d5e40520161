use jiff::{SignedDuration, Timestamp};

use super::Person;
use crate::tenant::calendar::{Event, ShowAs};
use crate::tenant::location::Location;
use crate::tenant::message::StatusMessage;
use crate::tenant::people::PEOPLE;
use crate::tenant::presence::Pair;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn person() -> Person {
    Person::new(PEOPLE[0], start())
}

fn message(content: &str, published: Timestamp, expires: Option<Timestamp>) -> StatusMessage {
    StatusMessage {
        content: content.into(),
        published,
        expires,
    }
}

#[test]
fn the_sequence_number_rises_with_every_visible_change_and_only_then() {
    let mut person = person();
    let (_, first) = person.read(start());
    assert_eq!(first, "A0129311063");
    let (_, again) = person.read(start() + MINUTE);
    assert_eq!(first, again);
    person.change(start() + MINUTE);
    assert_eq!(person.read(start() + MINUTE).1, first, "nothing was written");
    let busy = Pair::new("Busy", "Busy");
    let preferred = person
        .change(start() + MINUTE)
        .presence
        .set_preferred(&busy, Some("PT1H"), start() + MINUTE);
    preferred.unwrap();
    let (_, busy) = person.read(start() + MINUTE * 2);
    let (seen, expired) = person.read(start() + MINUTE * 61);
    assert_eq!(seen.shown, Pair::new("Available", "Available"));
    assert_eq!((busy.as_str(), expired.as_str()), ("A0129311064", "A0129311065"));
}

#[test]
fn changes_that_nobody_read_count_as_well() {
    let mut person = person();
    let (_, first) = person.read(start());
    person.change(start()).calendar.events = vec![Event {
        start: start() + MINUTE,
        end: start() + MINUTE * 2,
        shows: ShowAs::Busy,
        meeting: true,
    }];
    let (_, after) = person.read(start() + MINUTE * 3);
    assert_eq!((first.as_str(), after.as_str()), ("A0129311063", "A0129311065"));
    for content in ["one", "two", "three"] {
        person.set_message(message(content, start() + MINUTE * 4, None));
    }
    assert_eq!(person.read(start() + MINUTE * 5).1, "A0129311068");
}

#[test]
fn every_kind_of_time_passing_shows_and_counts() {
    let mut person = person();
    let app = "a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab";
    let state = person.change(start());
    state.presence.set_teams(None, start());
    let available = Pair::new("Available", "Available");
    state
        .presence
        .set_session(app, app, &available, Some("PT1H"), start())
        .unwrap();
    state
        .locations
        .set_manual(Location::new("remote", None).unwrap(), start());
    state.message = Some(message("Back soon", start(), Some(start() + MINUTE * 30)));
    let mut last = person.read(start()).1;
    // Faded, faded again, message gone, session gone, day over.
    for minutes in [5, 10, 30, 60, 15 * 60] {
        let at = start() + MINUTE * minutes;
        let just_before = person.read(at - SignedDuration::from_nanos(1)).1;
        assert_eq!(just_before, last, "{minutes}");
        let now = person.read(at).1;
        assert!(now > last, "{minutes}");
        last = now;
    }
}

#[test]
fn a_meeting_shows_unless_something_higher_does_and_never_without_a_session() {
    let meeting = Event {
        start: start(),
        end: start() + MINUTE * 30,
        shows: ShowAs::Busy,
        meeting: true,
    };
    for (teams, preferred, expected) in [
        (Some(("Available", "Available")), None, ("Busy", "InAMeeting")),
        (Some(("Away", "Away")), None, ("Busy", "InAMeeting")),
        (Some(("Busy", "InACall")), None, ("Busy", "InACall")),
        (
            Some(("DoNotDisturb", "Presenting")),
            None,
            ("DoNotDisturb", "Presenting"),
        ),
        (Some(("Available", "Available")), Some("Away"), ("Away", "Away")),
        (None, Some("Away"), ("Offline", "Offline")),
        (None, None, ("Offline", "Offline")),
    ] {
        let mut person = person();
        let state = person.change(start());
        state.calendar.events = vec![meeting.clone()];
        state.presence.set_teams(teams.map(|(a, b)| Pair::new(a, b)), start());
        if let Some(word) = preferred {
            let set = state.presence.set_preferred(&Pair::new(word, word), None, start());
            set.unwrap();
        }
        let (availability, activity) = expected;
        assert_eq!(
            person.peek(start()).shown,
            Pair::new(availability, activity),
            "{teams:?} {preferred:?}"
        );
    }
}

#[test]
fn out_of_office_shows_as_activity_only_beside_available() {
    for (teams, expected) in [
        (("Available", "Available"), ("Available", "OutOfOffice")),
        (("Busy", "InACall"), ("Busy", "InACall")),
        (("Away", "Away"), ("Away", "Away")),
    ] {
        let mut person = person();
        let state = person.change(start());
        state.presence.set_teams(Some(Pair::new(teams.0, teams.1)), start());
        state.calendar.events = vec![Event {
            start: start(),
            end: start() + MINUTE,
            shows: ShowAs::OutOfOffice,
            meeting: false,
        }];
        let seen = person.peek(start());
        assert_eq!(seen.shown, Pair::new(expected.0, expected.1));
        assert!(seen.is_out_of_office && seen.out_of_office.is_none());
        assert!(!person.peek(start() + MINUTE).is_out_of_office);
    }
}

#[test]
fn within_the_lag_a_read_shows_what_was_before_with_its_number() {
    let mut person = person();
    person.set_lag(MINUTE);
    let (_, before) = person.read(start());
    person.set_message(message("one", start(), None));
    person.set_message(message("two", start() + MINUTE / 2, None));
    let mut read = |seconds: i64| {
        let (seen, sequence) = person.read(start() + SignedDuration::from_secs(seconds));
        (seen.message.map(|message| message.content.clone()), sequence)
    };
    let (none, old) = read(59);
    assert_eq!((none, &old), (None, &before));
    let (one, first) = read(60);
    let (two, second) = read(90);
    assert_eq!((one.as_deref(), two.as_deref()), (Some("one"), Some("two")));
    assert!(old < first && first < second, "{old} {first} {second}");
    assert_eq!(read(600).1, second);
}

#[test]
fn numbers_never_repeat_for_something_else_even_when_time_passes_within_the_lag() {
    let mut person = person();
    let busy = Pair::new("Busy", "Busy");
    let state = person.change(start());
    state.presence.set_preferred(&busy, Some("PT1M"), start()).unwrap();
    person.set_lag(MINUTE * 3);
    person.change(start()).presence.clear_preferred();
    let mut last: Option<(Pair, String)> = None;
    for seconds in 0..300 {
        let (seen, sequence) = person.read(start() + SignedDuration::from_secs(seconds));
        let shown = seen.shown;
        if let Some((was, number)) = last {
            assert_eq!(was == shown, number == sequence, "{seconds}");
            assert!(number <= sequence, "{seconds}");
        }
        last = Some((shown, sequence));
    }
}

#[test]
fn a_status_message_is_gone_when_expired_or_replaced_by_an_empty_one() {
    let mut person = person();
    person.set_message(message("Back soon", start(), Some(start() + MINUTE)));
    assert!(person.message(start()).is_some());
    assert!(person.message(start() + MINUTE).is_none());
    person.set_message(message("Deep work", start(), None));
    assert!(person.message(start() + MINUTE * 1_000_000).is_some());
    person.set_message(message("", start(), None));
    assert!(person.message(start()).is_none());
}
