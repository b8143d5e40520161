//! What something timed took the place of comes back, once, and never over what a person chose since.

use engine::{Code, Command, Effect, Failure, Write};
use jiff::SignedDuration;
use presence::{MessageText, PreferredPresence};
use serde_json::json;

use crate::rig::*;

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Do not disturb for two hours, and over it Busy for half an hour, both shown.
fn busy_over_do_not_disturb() -> Rig {
    let mut rig = Rig::signed_in();
    rig.command(set(PreferredPresence::DoNotDisturb, Some("2h")));
    rig.takes(pair("DoNotDisturb", "DoNotDisturb"));
    rig.command(set(PreferredPresence::Busy, Some("30m")));
    rig.takes(pair("Busy", "Busy"));
    rig
}

fn put_back(effects: &[Effect]) -> Vec<Write> {
    writes(effects).into_iter().cloned().collect()
}

#[test]
fn what_was_set_before_comes_back_for_the_rest_of_its_time_and_only_once() {
    let mut rig = busy_over_do_not_disturb();
    let effects = rig.wait("30m");
    assert_eq!((reads(&effects), writes(&effects).len()), (1, 0), "first it is looked");
    let effects = rig.shows(pair("Available", "Available"));
    assert_eq!(
        put_back(&effects),
        [Write::PreferredPresence(
            PreferredPresence::DoNotDisturb,
            Some(minutes(90))
        )]
    );
    rig.wrote(Ok(()));
    for _ in 0..20 {
        rig.on_to_deadline();
        let effects = rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
        assert_eq!(put_back(&effects), []);
    }
    let asked = rig.snapshot().asked.presence.unwrap();
    assert_eq!(asked.value, PreferredPresence::DoNotDisturb);
}

#[test]
fn what_ends_by_itself_with_nothing_beneath_it_needs_no_write() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("30m"));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("30m");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))), []);
}

#[test]
fn what_has_ended_meanwhile_stays_away() {
    let mut rig = busy_over_do_not_disturb();
    rig.wait("2h");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))), []);
    assert_eq!(rig.snapshot().asked.presence, None);
}

#[test]
fn it_comes_back_after_a_crash_and_after_days_of_sleep_and_only_once() {
    let mut rig = Rig::signed_in();
    rig.command(set(PreferredPresence::Offline, None));
    rig.takes(pair("Offline", "OffWork"));
    rig.command(busy_for("30m"));
    rig.takes(pair("Busy", "Busy"));
    let mut rig = rig.restarted();
    rig.shows(pair("Busy", "Busy"));
    rig.wait("2d");
    let effects = rig.shows(pair("Available", "Available"));
    assert_eq!(put_back(&effects).len(), 1);
    // It crashes before the answer comes, and after Graph has taken it.
    let mut rig = rig.restarted();
    let effects = rig.shows(pair("Offline", "OffWork"));
    assert_eq!(put_back(&effects), [], "it is there already");
    assert_eq!(rig.snapshot().asked.presence.unwrap().value, PreferredPresence::Offline);
}

#[test]
fn what_a_person_chose_in_teams_since_is_left_alone() {
    for (chosen_during, chosen_at_the_end) in [
        (
            Some(pair("BeRightBack", "BeRightBack")),
            pair("BeRightBack", "BeRightBack"),
        ),
        // Reset in Teams: Teams works it out again.
        (Some(pair("Available", "Available")), pair("Available", "Available")),
        (None, pair("BeRightBack", "BeRightBack")),
    ] {
        let mut rig = busy_over_do_not_disturb();
        if let Some(chosen) = chosen_during {
            // Believed when a second read shows it, too.
            rig.shows(chosen.clone());
            rig.shows(chosen);
            assert_eq!(rig.snapshot().asked.presence, None);
        }
        rig.wait("30m");
        assert_eq!(
            put_back(&rig.shows(chosen_at_the_end.clone())),
            [],
            "{chosen_at_the_end}"
        );
    }
}

#[test]
fn what_a_person_chose_here_since_is_left_alone() {
    for choice in [set(PreferredPresence::Away, None), engine::Command::ResetPresence] {
        let mut rig = busy_over_do_not_disturb();
        rig.command(choice.clone());
        rig.takes(pair("Available", "Available"));
        rig.wait("30m");
        assert_eq!(put_back(&rig.shows(pair("Available", "Available"))), [], "{choice:?}");
    }
}

#[test]
fn three_on_top_of_each_other_come_off_one_by_one() {
    let mut rig = Rig::signed_in();
    for (value, length, shown) in [
        (
            PreferredPresence::DoNotDisturb,
            "3h",
            pair("DoNotDisturb", "DoNotDisturb"),
        ),
        (PreferredPresence::Busy, "2h", pair("Busy", "Busy")),
        (PreferredPresence::BeRightBack, "1h", pair("BeRightBack", "BeRightBack")),
    ] {
        rig.command(set(value, Some(length)));
        rig.takes(shown);
    }
    for (value, shown) in [
        (PreferredPresence::Busy, pair("Busy", "Busy")),
        (PreferredPresence::DoNotDisturb, pair("DoNotDisturb", "DoNotDisturb")),
    ] {
        rig.wait("1h");
        let effects = rig.shows(pair("Available", "Available"));
        assert_eq!(put_back(&effects), [Write::PreferredPresence(value, Some(minutes(60)))]);
        rig.takes(shown);
    }
}

#[test]
fn what_was_chosen_in_teams_before_comes_back_for_today() {
    let mut rig = Rig::signed_in();
    rig.shows(pair("Offline", "OffWork"));
    rig.command(busy_for("30m"));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("30m");
    let effects = rig.shows(pair("Available", "Available"));
    let [Write::PreferredPresence(PreferredPresence::Offline, Some(length))] = put_back(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(length.as_hours(), 8, "from four in the afternoon until midnight");
}

#[test]
fn what_was_set_here_and_ended_a_moment_ago_is_nothing_to_come_back() {
    // Extended half a minute after its end, while a late read still shows it.
    let mut rig = Rig::signed_in();
    rig.command(busy_for("30m"));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("30m");
    rig.shows(pair("Busy", "Busy"));
    assert_eq!(rig.snapshot().why.unwrap().kind, engine::WhyKind::Over);
    rig.command(busy_for("30m"));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("30m");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))), []);

    // Reset, and something else chosen before the reset shows.
    for chosen_in_teams in [false, true] {
        let mut rig = Rig::signed_in();
        if chosen_in_teams {
            rig.shows(pair("Busy", "Busy"));
        } else {
            rig.command(set(PreferredPresence::Busy, None));
            rig.takes(pair("Busy", "Busy"));
        }
        rig.command(engine::Command::ResetPresence);
        rig.takes(pair("Busy", "Busy"));
        rig.command(set(PreferredPresence::DoNotDisturb, Some("30m")));
        rig.takes(pair("DoNotDisturb", "DoNotDisturb"));
        rig.wait("30m");
        assert_eq!(put_back(&rig.shows(pair("Available", "Available"))), []);
    }
}

#[test]
fn a_choice_made_in_teams_counts_also_when_something_else_showed_in_between() {
    let mut rig = Rig::signed_in();
    rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    rig.command(set(PreferredPresence::Busy, Some("4h")));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("1h");
    rig.shows(pair("Offline", "Offline"));
    rig.wait("1h");
    rig.shows(pair("Available", "Available"));
    rig.shows(pair("Available", "Available"));
    assert_eq!(rig.snapshot().asked.presence, None);
    rig.wait("2h");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))), []);
}

#[test]
fn a_message_comes_back_with_its_pin_and_its_own_end() {
    let mut rig = Rig::signed_in();
    rig.shows(json!({
        "availability": "Available", "activity": "Available",
        "statusMessage": {
            "message": {"content": "On site<pinnednote></pinnednote>", "contentType": "text"},
            "expiryDateTime": {"dateTime": "2026-11-20T18:00:00.0000000", "timeZone": "UTC"},
        },
    }));
    rig.command(message("Lunch", Some("30m")));
    rig.takes(with_message("Lunch"));
    rig.wait("30m");
    let effects = rig.shows(with_message(""));
    assert_eq!(
        put_back(&effects),
        [Write::Message {
            text: MessageText::new("On site").unwrap(),
            until: Some("2026-11-20T18:00:00Z".parse().unwrap()),
            pinned: true,
        }]
    );
    rig.takes(with_message("On site<pinnednote></pinnednote>"));
    assert_eq!(
        rig.snapshot().recent_messages,
        ["Lunch"],
        "what came back was not written here"
    );
}

#[test]
fn a_message_that_a_person_wrote_in_teams_since_is_left_alone() {
    let mut rig = Rig::signed_in();
    rig.shows(with_message("On site"));
    rig.command(message("Lunch", Some("30m")));
    rig.takes(with_message("Lunch"));
    rig.wait("30m");
    assert_eq!(put_back(&rig.shows(with_message("At the dentist's"))), []);
    rig.wait("1d");
    assert_eq!(put_back(&rig.shows(with_message(""))), []);
}

#[test]
fn a_read_that_was_on_its_way_when_it_ended_is_not_taken_for_a_look_afterwards() {
    let mut rig = busy_over_do_not_disturb();
    rig.command(engine::Command::Refresh);
    rig.wait("30m");
    let effects = rig.shows(pair("Busy", "Busy"));
    assert_eq!((put_back(&effects).len(), reads(&effects)), (0, 1), "once more");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))).len(), 1);
}

#[test]
fn what_could_not_be_put_back_is_put_back_when_the_network_is_there_again() {
    let mut rig = busy_over_do_not_disturb();
    rig.wait("30m");
    rig.fails_to_read(Failure::of(Code::Unreachable));
    rig.wait("5m");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))).len(), 1);
    rig.wrote(Err(Failure::of(Code::Unreachable)));
    rig.wait("5m");
    let effects = rig.shows(pair("Available", "Available"));
    assert_eq!(
        put_back(&effects),
        [Write::PreferredPresence(
            PreferredPresence::DoNotDisturb,
            Some(minutes(80))
        )]
    );
}

#[test]
fn what_was_set_for_a_while_can_be_ended_and_what_it_covered_comes_back() {
    let mut rig = busy_over_do_not_disturb();
    rig.wait("10m");
    let (ticket, effects) = rig.command(Command::EndPresence);
    assert_eq!(
        put_back(&effects),
        [Write::PreferredPresence(
            PreferredPresence::DoNotDisturb,
            Some(minutes(110))
        )]
    );
    assert_eq!(replies(&rig.wrote(Ok(()))), [(ticket, None)]);
    rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    assert_eq!(
        rig.snapshot().asked.presence.unwrap().value,
        PreferredPresence::DoNotDisturb
    );

    let (_, effects) = rig.command(Command::EndPresence);
    assert_eq!(
        put_back(&effects),
        [Write::ClearPreferredPresence],
        "nothing is beneath it"
    );
    rig.takes(pair("Available", "Available"));
    let (ticket, effects) = rig.command(Command::EndPresence);
    assert_eq!(replies(&effects), [(ticket, Some(Code::NothingToEnd))]);
}

#[test]
fn an_end_that_graph_refused_leaves_what_was() {
    let mut rig = busy_over_do_not_disturb();
    rig.command(Command::EndPresence);
    rig.wrote(Err(Failure::of(Code::Refused)));
    rig.shows(pair("Busy", "Busy"));
    rig.wait("30m");
    let effects = rig.shows(pair("Available", "Available"));
    assert_eq!(
        put_back(&effects),
        [Write::PreferredPresence(
            PreferredPresence::DoNotDisturb,
            Some(minutes(90))
        )]
    );
}

#[test]
fn what_an_earlier_process_set_and_this_one_reset_does_not_come_back() {
    let mut rig = Rig::signed_in();
    rig.command(set(PreferredPresence::DoNotDisturb, None));
    rig.takes(pair("DoNotDisturb", "DoNotDisturb"));
    let mut rig = rig.restarted();
    rig.shows(pair("DoNotDisturb", "DoNotDisturb"));
    rig.command(set(PreferredPresence::Available, Some("1h")));
    rig.wrote(Ok(()));
    rig.command(engine::Command::ResetPresence);
    rig.wrote(Ok(()));
    // A late read still shows the first of them.
    rig.command(busy_for("30m"));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("30m");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))), []);
}

#[test]
fn what_ended_just_before_the_same_person_signed_in_again_does_not_come_back() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("1h");
    rig.shows(pair("Busy", "Busy"));
    rig.command(engine::Command::SIGN_IN);
    rig.input(engine::Input::SignedIn {
        attempt: 1,
        result: Ok((megan(), EVERYTHING)),
    });
    let shows = |rig: &mut Rig, shown| {
        let result = Ok(presence::Presence::from_graph(shown).unwrap());
        rig.input(engine::Input::Read { epoch: 1, result })
    };
    shows(&mut rig, pair("Busy", "Busy"));
    rig.command(set(PreferredPresence::DoNotDisturb, Some("30m")));
    rig.input(engine::Input::Wrote {
        epoch: 1,
        result: Ok(()),
    });
    rig.wait("30m");
    assert_eq!(put_back(&shows(&mut rig, pair("Available", "Available"))), []);
}

#[test]
fn what_is_still_on_its_way_can_be_ended_and_what_was_there_before_it_comes_back() {
    let mut rig = Rig::signed_in();
    rig.command(set(PreferredPresence::DoNotDisturb, Some("2h")));
    rig.takes(pair("DoNotDisturb", "DoNotDisturb"));
    rig.command(set(PreferredPresence::Busy, Some("30m")));
    rig.command(Command::EndPresence);
    assert_eq!(
        put_back(&rig.wrote(Ok(()))),
        [Write::PreferredPresence(
            PreferredPresence::DoNotDisturb,
            Some(minutes(120))
        )]
    );
}

#[test]
fn an_end_that_was_sent_late_leaves_in_force_what_had_come_out_by_itself() {
    let mut rig = busy_over_do_not_disturb();
    rig.wait("10m");
    rig.command(Command::EndPresence);
    rig.wrote(Err(Failure::of(Code::Unreachable)));
    rig.wait("20m");
    assert_eq!(put_back(&rig.shows(pair("Available", "Available"))).len(), 1);
    rig.takes(pair("DoNotDisturb", "DoNotDisturb"));

    rig.command(set(PreferredPresence::Busy, Some("30m")));
    rig.takes(pair("Busy", "Busy"));
    rig.wait("30m");
    assert_eq!(
        put_back(&rig.shows(pair("Available", "Available"))),
        [Write::PreferredPresence(
            PreferredPresence::DoNotDisturb,
            Some(minutes(60))
        )]
    );
}
