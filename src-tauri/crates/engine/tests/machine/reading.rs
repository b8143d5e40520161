use engine::*;
use jiff::{SignedDuration, Zoned};
use serde_json::json;

use crate::rig::*;

#[test]
fn trouble_keeps_its_beginning_names_the_next_try_and_goes_with_the_first_success() {
    let mut rig = Rig::signed_in();
    rig.on_to_deadline();
    let began = rig.now.timestamp();
    rig.fails_to_read(Failure::of(Code::Unreachable));
    rig.on_to_deadline();
    rig.fails_to_read(Failure::of(Code::Unreachable));
    let problem = rig.snapshot().problem.unwrap();
    assert_eq!((problem.code, problem.since), (Code::Unreachable, began));
    assert!(problem.next_try.unwrap() > rig.now.timestamp());
    assert!(
        rig.snapshot().presence.is_some(),
        "the last known presence stays, with its age"
    );
    rig.on_to_deadline();
    rig.shows(json!({"availability": "Available"}));
    assert_eq!(rig.snapshot().problem, None);
}

#[test]
fn a_read_older_than_what_is_shown_is_dropped() {
    let mut rig = Rig::signed_in();
    rig.shows(json!({"availability": "Busy", "sequenceNumber": "A0129311063"}));
    let read_at = rig.snapshot().read_at;
    rig.now = rig.now.saturating_add(SignedDuration::from_secs(9));
    rig.shows(json!({"availability": "Available", "sequenceNumber": "A0129311062"}));
    assert_eq!(rig.snapshot().presence.unwrap().availability(), "Busy");
    assert_eq!(rig.snapshot().read_at, read_at);
}

#[test]
fn an_hour_of_calm_costs_at_most_sixty_reads() {
    let mut rig = Rig::signed_in();
    let end = rig.now.timestamp() + SignedDuration::from_hours(1);
    let mut count = 0;
    while rig.engine.deadline().unwrap() < end {
        count += reads(&rig.on_to_deadline());
        rig.shows(json!({"availability": "Available", "activity": "Available"}));
    }
    assert!((30..=60).contains(&count), "{count}");
}

#[test]
fn a_command_of_its_own_reads_only_when_told_to() {
    let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
    let memory = Memory::of(megan());
    let mut engine = Engine::new(Settings::default(), memory, &now);
    assert!(engine.step(&now, Input::Tick).is_empty());
    assert_eq!(engine.deadline(), None);
    let effects = engine.step(&now, Input::Command(Ticket(1), Command::Refresh));
    assert_eq!(effects, [Effect::Read { epoch: 0 }]);
}
