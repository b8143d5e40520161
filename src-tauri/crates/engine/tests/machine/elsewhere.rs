//! What people choose in Teams, and what is said of it.

use engine::{Certainty, Code, Failure, Remedy, WhyKind};
use presence::PreferredPresence;
use serde_json::json;

use crate::rig::*;

fn numbered(availability: &str, activity: &str, number: &str) -> serde_json::Value {
    json!({"availability": availability, "activity": activity, "sequenceNumber": number})
}

#[test]
fn a_choice_made_in_teams_ends_what_was_asked_here_and_says_so() {
    let mut rig = Rig::signed_in();
    rig.shows(numbered("Available", "Available", "A1"));
    rig.command(busy_for("1h"));
    rig.takes(numbered("Busy", "Busy", "A2"));
    assert_eq!(rig.snapshot().why.unwrap().kind, WhyKind::Asked);
    rig.shows(numbered("DoNotDisturb", "DoNotDisturb", "A3"));
    let snapshot = rig.snapshot();
    assert_eq!(snapshot.asked.presence, None);
    let why = snapshot.why.unwrap();
    assert_eq!((why.kind, why.remedy), (WhyKind::Overtaken, Some(Remedy::SetAgain)));
    assert_eq!(why.message, "Do not disturb was chosen elsewhere, after your Busy.");
}

#[test]
fn without_numbers_that_sort_a_second_read_is_needed_to_believe_it() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.takes(pair("Busy", "Busy"));
    let effects = rig.shows(pair("Available", "Available"));
    assert_eq!(reads(&effects), 1, "it is looked again at once");
    assert!(rig.snapshot().asked.presence.is_some());
    rig.shows(pair("Available", "Available"));
    assert_eq!(rig.snapshot().asked.presence, None);
}

#[test]
fn a_flap_of_one_read_changes_nothing() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.takes(pair("Busy", "Busy"));
    rig.shows(pair("Available", "Available"));
    rig.shows(pair("Busy", "Busy"));
    rig.shows(pair("Available", "Available"));
    assert_eq!(rig.snapshot().asked.presence.unwrap().value, PreferredPresence::Busy);
}

#[test]
fn a_call_a_meeting_and_a_closed_teams_are_no_choice() {
    for shown in [
        pair("DoNotDisturb", "Presenting"),
        pair("Busy", "InACall"),
        pair("Offline", "Offline"),
        pair("Available", "OutOfOffice"),
    ] {
        let mut rig = Rig::signed_in();
        rig.command(set(PreferredPresence::Available, Some("1h")));
        rig.takes(pair("Available", "Available"));
        rig.shows(shown.clone());
        rig.shows(shown.clone());
        assert!(rig.snapshot().asked.presence.is_some(), "{shown}");
    }
}

#[test]
fn what_was_there_before_is_not_taken_for_a_new_choice_while_graph_lags() {
    let mut rig = Rig::signed_in();
    rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    rig.command(busy_for("1h"));
    rig.takes(pair("DoNotDisturb", "DoNotDisturb"));
    for _ in 0..4 {
        rig.on_to_deadline();
        rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    }
    assert!(rig.snapshot().asked.presence.is_some());
    assert_eq!(rig.snapshot().why.unwrap().kind, WhyKind::Settling);
    rig.wait("5m");
    rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    assert_eq!(rig.snapshot().why.unwrap().kind, WhyKind::NotTaken);
}

#[test]
fn what_was_set_here_a_moment_before_is_no_choice_of_somebody_else() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.wrote(Ok(()));
    rig.command(set(PreferredPresence::DoNotDisturb, Some("1h")));
    rig.wrote(Ok(()));
    rig.shows(pair("Busy", "Busy"));
    rig.shows(pair("Busy", "Busy"));
    let asked = rig.snapshot().asked.presence.unwrap();
    assert_eq!(asked.value, PreferredPresence::DoNotDisturb);
}

#[test]
fn a_message_or_a_location_changed_in_teams_is_believed_too() {
    let mut rig = Rig::signed_in();
    rig.command(message("Lunch", None));
    rig.takes(with_message("Lunch"));
    rig.shows(with_message("Dentist"));
    rig.shows(with_message("Dentist"));
    assert_eq!(rig.snapshot().asked.message, None);
}

#[test]
fn how_sure_it_is_goes_with_time_and_with_what_was_written() {
    let mut rig = Rig::new(engine::Memory::of(megan()));
    rig.input(engine::Input::Tick);
    assert_eq!(rig.snapshot().certainty, Certainty::Unread);
    rig.shows(pair("Available", "Available"));
    assert_eq!(rig.snapshot().certainty, Certainty::Fresh);
    rig.command(busy_for("1h"));
    rig.takes(pair("Available", "Available"));
    assert_eq!(rig.snapshot().certainty, Certainty::Settling);
    rig.shows(pair("Busy", "Busy"));
    assert_eq!(rig.snapshot().certainty, Certainty::Fresh);
    for _ in 0..8 {
        rig.wait("1m");
        rig.fails_to_read(Failure::of(Code::Unreachable));
    }
    assert_eq!(rig.snapshot().certainty, Certainty::Stale);
    rig.shows(pair("Busy", "Busy"));
    assert_eq!(rig.snapshot().certainty, Certainty::Fresh);
}

#[test]
fn staleness_is_told_when_it_comes_and_not_at_the_next_event() {
    let mut rig = Rig::signed_in();
    // The read that is due is never answered.
    let mut steps = 0;
    while rig.snapshot().certainty != Certainty::Stale {
        rig.on_to_deadline();
        steps += 1;
        assert!(steps < 5);
    }
}

#[test]
fn a_command_that_failed_does_not_hide_a_choice_made_in_teams_over_the_one_before_it() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.takes(pair("Busy", "Busy"));
    rig.command(message("Back at four", None));
    rig.wrote(Err(Failure::of(Code::Failed)));
    rig.command(set(PreferredPresence::Away, Some("1h")));
    rig.wrote(Err(Failure::of(Code::Failed)));
    assert_eq!(rig.snapshot().asked.presence.unwrap().value, PreferredPresence::Busy);
    // Reset in Teams.
    rig.shows(pair("Available", "Available"));
    rig.shows(pair("Available", "Available"));
    assert_eq!(rig.snapshot().asked.presence, None);
}

#[test]
fn what_was_set_here_may_be_shown_late_since_something_else_took_its_place() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.wrote(Ok(()));
    rig.wait("6m");
    rig.command(set(PreferredPresence::DoNotDisturb, Some("1h")));
    rig.wrote(Ok(()));
    rig.wait("2m");
    rig.shows(pair("Busy", "Busy"));
    rig.shows(pair("Busy", "Busy"));
    let asked = rig.snapshot().asked.presence.unwrap();
    assert_eq!(asked.value, PreferredPresence::DoNotDisturb);
}

#[test]
fn a_write_that_failed_in_the_end_may_have_been_taken_and_is_nobodys_choice() {
    let mut rig = Rig::signed_in();
    rig.command(message("Deep work", Some("1h")));
    rig.takes(with_message("Deep work"));
    rig.command(engine::Command::ClearMessage);
    // The first try was taken and its answer lost; the last one met a captive portal.
    rig.wrote(Err(Failure::of(Code::Nonsense)));
    rig.shows(with_message(""));
    rig.shows(with_message(""));
    assert!(rig.snapshot().asked.message.is_some());
}

#[test]
fn what_the_process_before_wrote_and_a_late_read_shows_is_no_choice_of_somebody_else() {
    let mut rig = Rig::signed_in();
    rig.command(set(PreferredPresence::DoNotDisturb, None));
    rig.takes(pair("DoNotDisturb", "DoNotDisturb"));
    rig.command(engine::Command::ResetPresence);
    rig.wrote(Ok(()));
    let mut rig = rig.restarted();
    rig.shows(pair("Available", "Available"));
    rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    rig.command(set(PreferredPresence::Offline, Some("1m")));
    rig.takes(pair("Offline", "OffWork"));
    let mut effects = rig.wait("1m");
    effects.extend(rig.shows(pair("Offline", "OffWork")));
    effects.extend(rig.wait("1m"));
    effects.extend(rig.shows(pair("Offline", "OffWork")));
    assert!(writes(&effects).is_empty(), "{:?}", writes(&effects));
}

#[test]
fn what_never_came_back_is_not_what_a_read_shows_late() {
    let mut rig = Rig::signed_in();
    rig.shows(pair("BeRightBack", "BeRightBack"));
    rig.shows(pair("BeRightBack", "BeRightBack"));
    rig.command(busy_for("1h"));
    rig.takes(pair("Busy", "Busy"));
    // It has ended, and before what it covered is put back, something newer is asked for.
    rig.wait("1h");
    rig.command(set(PreferredPresence::DoNotDisturb, Some("2h")));
    rig.takes(pair("DoNotDisturb", "DoNotDisturb"));
    rig.shows(pair("BeRightBack", "BeRightBack"));
    rig.shows(pair("BeRightBack", "BeRightBack"));
    assert_eq!(rig.snapshot().asked.presence, None, "chosen in Teams");
}
