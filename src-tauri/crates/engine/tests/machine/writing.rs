use engine::*;
use jiff::SignedDuration;
use presence::{Expiry, Layer, LocationKind, MessageText, PreferredPresence, WorkLocation};
use serde_json::json;

use crate::rig::*;

#[test]
fn what_is_shown_was_read_and_what_was_asked_is_shown_as_asked() {
    let mut rig = Rig::signed_in();
    let (ticket, effects) = rig.command(busy_for("1h"));
    assert_eq!(
        writes(&effects),
        [&Write::PreferredPresence(
            PreferredPresence::Busy,
            Some(SignedDuration::from_hours(1))
        )]
    );
    assert!(replies(&effects).is_empty(), "the reply waits for Graph");
    let snapshot = rig.snapshot();
    assert_eq!(snapshot.presence.unwrap().availability(), "Available", "not yet read");
    let asked = snapshot.asked.presence.unwrap();
    assert_eq!((asked.value, asked.state), (PreferredPresence::Busy, AskState::Pending));
    assert_eq!(asked.until, Some(rig.now.timestamp() + SignedDuration::from_hours(1)));

    assert_eq!(replies(&rig.wrote(Ok(()))), [(ticket, None)]);
    assert_eq!(reads(&rig.on_to_deadline()), 1, "a write is read back soon");
    rig.shows(json!({"availability": "Busy", "activity": "Busy"}));
    assert_eq!(rig.snapshot().asked.presence.unwrap().state, AskState::Confirmed);

    rig.shows(json!({"availability": "Away", "activity": "Away"}));
    assert_eq!(
        rig.snapshot().asked.presence.unwrap().state,
        AskState::Pending,
        "no longer shown"
    );
}

#[test]
fn without_an_end_the_services_own_is_shown_and_none_is_sent() {
    let mut rig = Rig::signed_in();
    for (presence, days) in [(PreferredPresence::DoNotDisturb, 1), (PreferredPresence::Away, 7)] {
        let (_, effects) = rig.command(Command::SetPresence { presence, expiry: None });
        assert_eq!(writes(&effects), [&Write::PreferredPresence(presence, None)]);
        let until = rig.snapshot().asked.presence.unwrap().until;
        assert_eq!(until, Some(rig.now.timestamp() + SignedDuration::from_hours(24 * days)));
        rig.wrote(Ok(()));
    }
}

#[test]
fn what_was_asked_is_over_when_its_time_is() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1m"));
    rig.wrote(Ok(()));
    let end = rig.snapshot().asked.presence.unwrap().until.unwrap();
    while rig.now.timestamp() < end {
        rig.on_to_deadline();
        rig.shows(json!({"availability": "Busy", "activity": "Busy"}));
    }
    assert_eq!(rig.snapshot().asked.presence, None);
}

#[test]
fn a_write_that_graph_refuses_is_shown_as_refused_and_one_that_never_arrived_is_taken_back() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.wrote(Ok(()));
    let before = rig.snapshot().asked;

    let away = Command::SetPresence {
        presence: PreferredPresence::Away,
        expiry: None,
    };
    let (ticket, _) = rig.command(away.clone());
    let effects = rig.wrote(Err(Failure::of(Code::KeychainDenied)));
    assert_eq!(replies(&effects), [(ticket, Some(Code::KeychainDenied))]);
    assert_eq!(rig.snapshot().asked, before);

    let (ticket, _) = rig.command(away);
    assert_eq!(
        replies(&rig.wrote(Err(Failure::of(Code::Forbidden)))),
        [(ticket, Some(Code::Forbidden))]
    );
    let asked = rig.snapshot().asked.presence.unwrap();
    assert_eq!((asked.value, asked.state), (PreferredPresence::Away, AskState::Refused));
}

#[test]
fn a_failed_write_does_not_bring_back_what_a_later_one_took_away() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.wrote(Ok(()));
    rig.command(busy_for("2h"));
    rig.command(Command::ResetPresence);
    rig.wrote(Err(Failure::of(Code::Unreachable)));
    assert_eq!(rig.snapshot().asked.presence, None);
    rig.wrote(Ok(()));
    assert_eq!(rig.snapshot().asked.presence, None);
}

#[test]
fn writes_go_out_one_after_the_other_and_each_is_answered() {
    let mut rig = Rig::signed_in();
    let (first, effects) = rig.command(busy_for("1h"));
    assert_eq!(writes(&effects).len(), 1);
    let text = MessageText::new("Back at four").unwrap();
    let (second, effects) = rig.command(Command::SetMessage {
        text: text.clone(),
        expiry: None,
        pinned: None,
    });
    assert!(writes(&effects).is_empty(), "the first is still under way");
    let effects = rig.wrote(Ok(()));
    assert_eq!(replies(&effects), [(first, None)]);
    assert_eq!(
        writes(&effects),
        [&Write::Message {
            text,
            until: None,
            pinned: false
        }]
    );
    assert_eq!(replies(&rig.wrote(Ok(()))), [(second, None)]);
    assert_eq!(rig.snapshot().recent_messages, ["Back at four"]);
}

#[test]
fn a_location_is_asked_for_the_day_and_clearing_forgets_it() {
    let mut rig = Rig::signed_in();
    let location = WorkLocation {
        kind: LocationKind::Office,
        place: Some("b1".into()),
    };
    rig.command(Command::SetLocation {
        location,
        layer: Layer::Manual,
    });
    rig.wrote(Ok(()));
    let asked = rig.snapshot().asked.location.unwrap();
    assert_eq!(asked.until, Some("2026-11-20T23:00:00Z".parse().unwrap()));
    rig.shows(json!({"availability": "Available", "workLocation": {"workLocationType": "office", "placeId": "b1"}}));
    assert_eq!(rig.snapshot().asked.location.unwrap().state, AskState::Confirmed);
    let (_, effects) = rig.command(Command::ClearLocation { layer: Layer::Manual });
    assert_eq!(writes(&effects), [&Write::ClearLocation(Layer::Manual)]);
    assert_eq!(rig.snapshot().asked.location, None);
}

#[test]
fn an_end_in_the_past_is_answered_before_anything_is_sent() {
    let mut rig = Rig::signed_in();
    let expiry = Some(Expiry::until("09:00").unwrap());
    let (ticket, effects) = rig.command(Command::SetPresence {
        presence: PreferredPresence::Busy,
        expiry,
    });
    assert_eq!(replies(&effects), [(ticket, Some(Code::Past))]);
    assert!(writes(&effects).is_empty());
    assert_eq!(rig.snapshot().asked.presence, None);
}

#[test]
fn two_writes_that_fail_leave_what_stood_before_both() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.wrote(Ok(()));
    let before = rig.snapshot().asked;
    rig.command(busy_for("2h"));
    rig.command(busy_for("4h"));
    rig.wrote(Err(Failure::of(Code::KeychainDenied)));
    rig.wrote(Err(Failure::of(Code::KeychainDenied)));
    assert_eq!(rig.snapshot().asked, before);
}

#[test]
fn nothing_is_confirmed_before_graph_has_accepted_it() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("2h"));
    rig.shows(json!({"availability": "Busy", "activity": "InAMeeting"}));
    assert_eq!(rig.snapshot().asked.presence.unwrap().state, AskState::Pending);
    rig.wrote(Ok(()));
    rig.shows(json!({"availability": "Busy", "activity": "InAMeeting"}));
    assert_eq!(rig.snapshot().asked.presence.unwrap().state, AskState::Confirmed);
}

#[test]
fn start_at_login_is_answered_once_it_was_tried_and_is_no_problem_of_the_connection() {
    let mut rig = Rig::signed_in();
    let (ticket, effects) = rig.command(Command::SetStartAtLogin { on: true });
    assert_eq!(effects, [Effect::SetStartAtLogin(true)]);
    let effects = rig.input(Input::StartAtLogin(Err(Failure::of(Code::LoginItem))));
    assert_eq!(replies(&effects), [(ticket, Some(Code::LoginItem))]);
    assert_eq!(rig.snapshot().problem, None);
    rig.input(Input::StartAtLogin(Ok(Some(true))));
    assert_eq!(rig.snapshot().start_at_login, Some(true));
}

#[test]
fn a_message_that_was_to_go_is_watched_although_a_later_one_was_refused() {
    let mut rig = Rig::signed_in();
    rig.shows(with_message("On site"));
    rig.command(Command::ClearMessage);
    rig.wrote(Ok(()));
    assert_eq!(rig.snapshot().clearing, [Subject::Message]);
    rig.command(message("Back at four", None));
    assert_eq!(rig.snapshot().clearing, [], "another one is to be there");
    rig.wrote(Err(Failure::of(Code::Failed)));
    assert_eq!(rig.snapshot().clearing, [Subject::Message]);
    rig.wait("2m");
    let effects = rig.shows(with_message("On site"));
    assert!(
        matches!(writes(&effects)[..], [Write::Message { .. }]),
        "it is given an end"
    );
}
