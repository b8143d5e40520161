use jiff::{SignedDuration, Timestamp};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

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
    let away = Pair::new("Away", "Away");
    let state = person.change(start());
    state.presence.set_preferred(&away, None, start()).unwrap();
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

/// Something that happens to a person, or time that passes.
#[derive(Debug, Clone)]
enum Happening {
    Pass(i64),
    Lag(i64),
    Teams(bool),
    Session(&'static str, &'static str, &'static str),
    ClearSession,
    Prefer(&'static str, &'static str),
    ClearPreferred,
    Message(Option<i64>),
    Manual(&'static str),
    ClearLocation,
    Meeting(i64, i64),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => prop_oneof![1_i64..200, 1_i64..2_000].prop_map(Happening::Pass),
        2 => prop_oneof![Just(0_i64), 100_i64..1_000].prop_map(Happening::Lag),
        1 => any::<bool>().prop_map(Happening::Teams),
        1 => Just(Happening::Session("Available", "Available", "PT20M")),
        1 => Just(Happening::Session("Busy", "InACall", "PT5M")),
        1 => Just(Happening::ClearSession),
        1 => Just(Happening::Prefer("Busy", "PT1M")),
        1 => Just(Happening::Prefer("Away", "P1D")),
        1 => Just(Happening::ClearPreferred),
        1 => prop::option::of(1_i64..2_000).prop_map(Happening::Message),
        1 => prop_oneof![Just("office"), Just("remote")].prop_map(Happening::Manual),
        1 => Just(Happening::ClearLocation),
        1 => (0_i64..2_000, 1_i64..2_000).prop_map(|(start, length)| Happening::Meeting(start, length)),
    ]
}

fn happens(person: &mut Person, happening: &Happening, now: Timestamp) {
    let app = "a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab";
    let after = |seconds: i64| now + SignedDuration::from_secs(seconds);
    match *happening {
        Happening::Pass(_) => {}
        Happening::Lag(seconds) => person.set_lag(SignedDuration::from_secs(seconds)),
        Happening::Teams(open) => {
            let reported = open.then(|| Pair::new("Available", "Available"));
            person.change(now).presence.set_teams(reported, now);
        }
        Happening::Session(availability, activity, lasts) => {
            let pair = Pair::new(availability, activity);
            let set = person
                .change(now)
                .presence
                .set_session(app, app, &pair, Some(lasts), now);
            set.unwrap();
        }
        Happening::ClearSession => drop(person.change(now).presence.clear_session(app, now)),
        Happening::Prefer(word, lasts) => {
            let pair = Pair::new(word, word);
            person
                .change(now)
                .presence
                .set_preferred(&pair, Some(lasts), now)
                .unwrap();
        }
        Happening::ClearPreferred => person.change(now).presence.clear_preferred(),
        Happening::Message(expires) => person.set_message(message("Deep work", now, expires.map(after))),
        Happening::Manual(kind) => {
            let location = Location::new(kind, None).unwrap();
            person.change(now).locations.set_manual(location, now);
        }
        Happening::ClearLocation => person.change(now).locations.clear(),
        Happening::Meeting(start, length) => person.change(now).calendar.events.push(Event {
            start: after(start),
            end: after(start + length),
            shows: ShowAs::Busy,
            meeting: true,
        }),
    }
}

proptest! {
    /// Two reads with the same number showed the same, and the number never goes down, whatever happens and however late
    /// it shows. A second person to whom the same happens, and whom nobody reads in between, ends with the same number.
    #[test]
    fn the_number_tells_states_apart_and_does_not_depend_on_reads(
        happenings in prop::collection::vec(happening(), 1..60)
    ) {
        let (mut watched, mut unwatched) = (person(), person());
        let mut now = start();
        let mut last: Option<(String, String)> = None;
        for happening in &happenings {
            if let Happening::Pass(seconds) = happening {
                now += SignedDuration::from_secs(*seconds);
            }
            happens(&mut watched, happening, now);
            happens(&mut unwatched, happening, now);
            let (seen, number) = watched.read(now);
            let seen = format!("{seen:?}");
            if let Some((before, earlier)) = &last {
                prop_assert!(*earlier <= number, "{} {}", earlier, number);
                prop_assert!(*earlier != number || *before == seen, "{} is {} and {}", number, before, seen);
            }
            prop_assert_eq!(&format!("{:?}", watched.peek(now)), &seen);
            last = Some((seen, number));
        }
        prop_assert_eq!(watched.read(now), unwatched.read(now));
    }
}
