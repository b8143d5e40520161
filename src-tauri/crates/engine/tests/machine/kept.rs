//! What could not be sent is kept and sent later, unless its end has passed or a person chose otherwise.

use engine::{AskState, Code, Command, Failure, Reply, Subject, Write};
use jiff::SignedDuration;
use presence::{LocationKind, PreferredPresence};
use serde_json::json;

use crate::rig::*;

fn offline() -> Failure {
    Failure::of(Code::Unreachable)
}

fn busy_for_minutes(minutes: i64) -> Write {
    Write::PreferredPresence(PreferredPresence::Busy, Some(SignedDuration::from_mins(minutes)))
}

#[test]
fn what_was_asked_offline_is_sent_for_the_rest_of_its_time_when_the_network_is_back() {
    let mut rig = Rig::signed_in();
    let (ticket, _) = rig.command(busy_for("1h"));
    let effects = rig.wrote(Err(offline()));
    let advice = effects.iter().find_map(|effect| match effect {
        engine::Effect::Reply(_, Reply::Failed(trouble)) => Some(trouble.advice.clone()),
        _ => None,
    });
    assert_eq!(replies(&effects), [(ticket, Some(Code::Unreachable))]);
    assert_eq!(advice.unwrap(), "It is kept, and sent as soon as that is possible.");
    assert_eq!(rig.snapshot().asked.presence.unwrap().state, AskState::Pending);

    rig.wait("10m");
    rig.fails_to_read(offline());
    rig.wait("10m");
    let effects = rig.shows(pair("Available", "Available"));
    assert_eq!(writes(&effects), [&busy_for_minutes(40)]);
}

#[test]
fn it_survives_the_process_and_is_looked_at_before_it_is_sent() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    // The process dies with the write under way.
    let mut rig = rig.restarted();
    let effects = rig.shows(pair("Available", "Available"));
    assert_eq!(writes(&effects), [&busy_for_minutes(60)]);
}

#[test]
fn what_was_asked_before_anything_was_read_is_not_taken_for_overtaken() {
    let mut rig = Rig::new(engine::Memory::of(megan()));
    rig.input(engine::Input::Tick);
    rig.command(message("Back at four", None));
    rig.wrote(Err(offline()));
    rig.fails_to_read(offline());
    rig.wait("5m");
    let effects = rig.shows(with_message("On leave"));
    assert_eq!(writes(&effects).len(), 1, "On leave was there before");
}

#[test]
fn what_was_asked_without_an_end_lapses_when_the_service_would_have_ended_it() {
    let mut rig = Rig::signed_in();
    rig.command(set(PreferredPresence::Busy, None));
    rig.wrote(Err(offline()));
    rig.wait("2d");
    assert_eq!(writes(&rig.shows(pair("Available", "Available"))), Vec::<&Write>::new());
    assert_eq!(rig.snapshot().notices[0].code, Code::Lapsed);
}

#[test]
fn quitting_waits_a_moment_for_what_is_on_its_way_and_answers_what_is_not() {
    let mut rig = Rig::signed_in();
    let (first, _) = rig.command(Command::ResetPresence);
    let (_, effects) = rig.command(Command::Quit);
    assert!(!effects.contains(&engine::Effect::Quit));
    let effects = rig.wrote(Ok(()));
    assert!(effects.contains(&engine::Effect::Quit) && replies(&effects).contains(&(first, None)));

    let mut rig = Rig::signed_in();
    let (first, _) = rig.command(Command::ResetPresence);
    rig.command(Command::Quit);
    let effects = loop {
        let effects = rig.on_to_deadline();
        if effects.contains(&engine::Effect::Quit) {
            break effects;
        }
    };
    assert!(replies(&effects).contains(&(first, Some(Code::Failed))));
    let mut rig = rig.restarted();
    assert_eq!(
        writes(&rig.shows(pair("Busy", "Busy"))),
        Vec::<&Write>::new(),
        "nor later"
    );
}

#[test]
fn clearing_what_a_program_set_leaves_what_the_person_set() {
    let at = |kind: &str, source: &str| {
        json!({"availability": "Available", "activity": "Available",
            "workLocation": {"workLocationType": kind, "source": source, "placeId": null}})
    };
    let mut rig = Rig::signed_in();
    rig.shows(at("office", "manual"));
    rig.command(Command::ClearLocation {
        layer: presence::Layer::Automatic,
    });
    rig.takes(at("office", "manual"));
    assert_eq!(rig.snapshot().clearing, []);
    rig.wait("5m");
    rig.shows(at("office", "manual"));
    assert_eq!(rig.snapshot().notices, []);
}

#[test]
fn what_has_ended_in_the_meantime_is_not_sent_and_that_is_said() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("10m"));
    rig.wrote(Err(offline()));
    rig.wait("10m");
    assert_eq!(writes(&rig.shows(pair("Available", "Available"))), Vec::<&Write>::new());
    let snapshot = rig.snapshot();
    assert_eq!(snapshot.asked.presence, None);
    assert_eq!(
        (snapshot.notices[0].about, snapshot.notices[0].code),
        (Subject::Presence, Code::Lapsed)
    );
    rig.command(Command::Dismiss {
        about: Subject::Presence,
    });
    assert_eq!(rig.snapshot().notices, []);
}

#[test]
fn what_a_person_chose_in_teams_in_the_meantime_counts() {
    for (command, chosen, about) in [
        (busy_for("1h"), pair("DoNotDisturb", "DoNotDisturb"), Subject::Presence),
        (
            message("Lunch", None),
            with_message("At the dentist's"),
            Subject::Message,
        ),
    ] {
        let mut rig = Rig::signed_in();
        rig.command(command);
        rig.wrote(Err(offline()));
        rig.wait("10m");
        assert_eq!(writes(&rig.shows(chosen)), Vec::<&Write>::new());
        let notice = &rig.snapshot().notices[0];
        assert_eq!((notice.about, notice.code), (about, Code::Overtaken));
        let asked = rig.snapshot().asked;
        assert_eq!((asked.presence, asked.message), (None, None));
    }
}

#[test]
fn a_newer_command_takes_the_place_of_what_is_kept_and_of_what_waits() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    let (second, _) = rig.command(busy_for("2h"));
    let (third, effects) = rig.command(busy_for("3h"));
    assert_eq!(replies(&effects), [(second, Some(Code::Replaced))]);
    let effects = rig.wrote(Err(offline()));
    assert_eq!(
        writes(&effects),
        [&busy_for_minutes(180)],
        "the first has nothing to come back for"
    );
    let effects = rig.wrote(Err(offline()));
    assert_eq!(replies(&effects), [(third, Some(Code::Unreachable))]);
    let (_, effects) = rig.command(Command::ResetPresence);
    assert_eq!(writes(&effects), [&Write::ClearPreferredPresence]);
    rig.wrote(Ok(()));
    rig.wait("10m");
    assert_eq!(writes(&rig.shows(pair("Available", "Available"))), Vec::<&Write>::new());
}

#[test]
fn one_that_fails_again_and_again_is_tried_less_and_less_often() {
    let mut rig = Rig::signed_in();
    rig.command(message("Back soon", None));
    rig.wrote(Err(Failure::of(Code::ServiceTrouble)));
    let mut tries = 0;
    for _ in 0..24 * 60 {
        rig.wait("1m");
        if !writes(&rig.shows(pair("Available", "Available"))).is_empty() {
            tries += 1;
            rig.wrote(Err(Failure::of(Code::ServiceTrouble)));
        }
    }
    assert!((48..60).contains(&tries), "{tries} tries in a day");
}

#[test]
fn a_building_that_is_refused_leaves_the_office_without_it() {
    let mut rig = Rig::signed_in();
    let office = |place: Option<&str>| presence::WorkLocation {
        kind: LocationKind::Office,
        place: place.map(str::to_owned),
    };
    let (ticket, _) = rig.command(Command::SetLocation {
        location: office(Some("hq")),
        layer: presence::Layer::Manual,
    });
    let effects = rig.wrote(Err(Failure::of(Code::Refused)));
    assert_eq!(
        writes(&effects),
        [&Write::Location(office(None), presence::Layer::Manual)]
    );
    let effects = rig.wrote(Ok(()));
    let reply = effects.iter().find_map(|effect| match effect {
        engine::Effect::Reply(to, Reply::DoneExcept(trouble)) => Some((*to, trouble.code)),
        _ => None,
    });
    assert_eq!(reply, Some((ticket, Code::PlaceRefused)));
    let asked = rig.snapshot().asked.location.unwrap();
    assert_eq!((asked.value, asked.place), (LocationKind::Office, None));
    assert_eq!(rig.snapshot().notices[0].code, Code::PlaceRefused);
}

#[test]
fn a_message_that_does_not_go_is_given_an_end() {
    let mut rig = Rig::signed_in();
    rig.shows(with_message("Lunch"));
    rig.command(Command::ClearMessage);
    rig.takes(with_message("Lunch"));
    assert_eq!(rig.snapshot().clearing, [Subject::Message]);
    rig.wait("1m");
    let effects = rig.shows(with_message("Lunch"));
    let [
        Write::Message {
            text,
            until: Some(until),
            pinned: false,
        },
    ] = writes(&effects)[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(text.as_str(), "Lunch");
    assert_eq!(until.duration_since(rig.now.timestamp()).as_secs(), 60);
    rig.wrote(Ok(()));
    rig.wait("2m");
    rig.shows(with_message(""));
    let snapshot = rig.snapshot();
    assert_eq!(
        (snapshot.clearing, snapshot.notices, snapshot.asked.message),
        (vec![], vec![], None)
    );
}

#[test]
fn a_location_that_does_not_go_leaves_the_message_alone() {
    let shown = json!({
        "availability": "Available", "activity": "Available",
        "statusMessage": {"message": {"content": "On site", "contentType": "text"}},
        "workLocation": {"workLocationType": "office", "source": "manual", "placeId": null},
    });
    let mut rig = Rig::signed_in();
    rig.shows(shown.clone());
    rig.command(Command::ClearLocation {
        layer: presence::Layer::Manual,
    });
    rig.takes(shown.clone());
    rig.wait("2m");
    assert_eq!(writes(&rig.shows(shown)), Vec::<&Write>::new());
}

#[test]
fn a_message_that_goes_at_once_is_left_at_that() {
    let mut rig = Rig::signed_in();
    rig.shows(with_message("Lunch"));
    rig.command(Command::ClearMessage);
    rig.takes(with_message(""));
    assert_eq!(rig.snapshot().clearing, []);
    rig.wait("1h");
    assert_eq!(writes(&rig.shows(with_message(""))), Vec::<&Write>::new());
}

#[test]
fn a_location_that_does_not_go_is_said() {
    let office = json!({
        "availability": "Available", "activity": "Available",
        "workLocation": {"workLocationType": "office", "source": "manual", "placeId": null},
    });
    let mut rig = Rig::signed_in();
    rig.shows(office.clone());
    rig.command(Command::ClearLocation {
        layer: presence::Layer::Manual,
    });
    rig.takes(office.clone());
    assert_eq!(rig.snapshot().clearing, [Subject::Location]);
    rig.wait("5m");
    assert_eq!(writes(&rig.shows(office)), Vec::<&Write>::new());
    assert_eq!(rig.snapshot().notices[0].code, Code::NotTaken);
}

#[test]
fn a_pin_stays_with_its_text_and_goes_with_another_one() {
    let pinned = with_message("On site<pinnednote></pinnednote>");
    for (text, pin, pinned_in_write) in [
        ("On site", None, true),
        ("Lunch", None, false),
        ("On site", Some(false), false),
        ("Lunch", Some(true), true),
    ] {
        let mut rig = Rig::signed_in();
        rig.shows(pinned.clone());
        let (_, effects) = rig.command(Command::SetMessage {
            text: presence::MessageText::new(text).unwrap(),
            expiry: None,
            pinned: pin,
        });
        let [Write::Message { pinned, .. }] = writes(&effects)[..] else {
            panic!("{effects:?}")
        };
        assert_eq!(*pinned, pinned_in_write, "{text} {pin:?}");
    }
}

fn works_at(kind: &str) -> serde_json::Value {
    json!({"availability": "Available", "activity": "Available",
        "workLocation": {"workLocationType": kind, "source": "manual", "placeId": null}})
}

/// An office with a building, asked for offline and about to be sent, now that the network is back.
fn kept_office() -> Rig {
    let mut rig = Rig::signed_in();
    rig.command(Command::SetLocation {
        location: presence::WorkLocation {
            kind: LocationKind::Office,
            place: Some("nowhere".into()),
        },
        layer: presence::Layer::Manual,
    });
    rig.wrote(Err(offline()));
    rig.wait("5m");
    rig
}

#[test]
fn a_kept_office_whose_building_is_refused_is_not_sent_over_what_a_person_said_since() {
    let mut rig = kept_office();
    assert_eq!(writes(&rig.shows(works_at("remote"))).len(), 0, "overtaken already");

    let mut rig = kept_office();
    assert_eq!(writes(&rig.shows(pair("Available", "Available"))).len(), 1);
    rig.shows(works_at("remote"));
    let effects = rig.wrote(Err(Failure::of(Code::Refused)));
    assert_eq!(writes(&effects), Vec::<&Write>::new());
    assert_eq!(rig.snapshot().notices[0].code, Code::Overtaken);

    let mut rig = kept_office();
    rig.shows(pair("Available", "Available"));
    let effects = rig.wrote(Err(Failure::of(Code::Refused)));
    assert_eq!(writes(&effects).len(), 1, "else the office is had without it");
}

#[test]
fn what_was_kept_and_waits_for_another_write_is_looked_at_again_before_it_is_sent() {
    let mut rig = Rig::signed_in();
    rig.command(message("Back at four", None));
    rig.wrote(Err(offline()));
    rig.command(busy_for("1h"));
    rig.wait("5m");
    assert_eq!(writes(&rig.shows(pair("Available", "Available"))), Vec::<&Write>::new());
    rig.shows(with_message("At the dentist's"));
    assert_eq!(writes(&rig.wrote(Ok(()))), Vec::<&Write>::new());
    assert_eq!(rig.snapshot().notices[0].code, Code::Overtaken);
}

#[test]
fn after_a_crash_a_write_that_was_under_way_does_not_stand_against_the_newer_one_that_waited_for_it() {
    let mut rig = Rig::signed_in();
    rig.command(message("At lunch", Some("5m")));
    rig.command(message("Deep work", None));
    let mut rig = rig.restarted();
    let effects = rig.shows(with_message("At lunch"));
    let texts: Vec<_> = writes(&effects)
        .into_iter()
        .map(|write| match write {
            Write::Message { text, .. } => text.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, ["Deep work"]);
    assert_eq!(rig.snapshot().notices, []);
}
