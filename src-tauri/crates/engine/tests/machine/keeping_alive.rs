//! The presence session of our own: opened when wanted, renewed before it ends, closed on leaving.

use engine::{Code, Command, Effect, Failure, Input, Memory, Remedy, Subject, WhyKind, Write};
use jiff::SignedDuration;

use crate::rig::*;

const HOUR: Write = Write::Session(SignedDuration::from_hours(1));

fn kept_alive() -> Rig {
    let mut rig = Rig::signed_in();
    let (_, effects) = rig.command(Command::KeepAlive { on: true });
    assert!(effects.contains(&Effect::SaveKeepAlive(true)));
    assert_eq!(writes(&effects), [&HOUR]);
    rig.wrote(Ok(()));
    rig
}

#[test]
fn nothing_is_kept_alive_unless_the_person_wants_it_and_it_is_offered_where_it_helps() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("4h"));
    rig.takes(pair("Offline", "Offline"));
    rig.wait("2m");
    assert_eq!(writes(&rig.shows(pair("Offline", "Offline"))), Vec::<&Write>::new());
    let why = rig.snapshot().why.unwrap();
    assert_eq!(
        (why.kind, why.remedy),
        (WhyKind::AskedWithoutSession, Some(Remedy::KeepAlive))
    );
}

#[test]
fn it_is_renewed_before_it_ends_and_no_oftener_than_needed() {
    let mut rig = kept_alive();
    let mut renewals = 0;
    for _ in 0..24 * 60 {
        let effects = rig.wait("1m");
        let left = rig
            .snapshot()
            .keep_alive
            .until
            .unwrap()
            .duration_since(rig.now.timestamp());
        assert!(left > SignedDuration::ZERO);
        if writes(&effects) == [&HOUR] {
            renewals += 1;
            rig.wrote(Ok(()));
        }
    }
    assert!((24..40).contains(&renewals), "{renewals} renewals in a day");
}

#[test]
fn a_renewal_that_fails_is_tried_again_and_a_session_that_ended_is_not_shown() {
    let mut rig = kept_alive();
    let mut tries = 0;
    for _ in 0..60 {
        if !writes(&rig.wait("1m")).is_empty() {
            tries += 1;
            rig.wrote(Err(Failure::of(Code::Unreachable)));
        }
    }
    assert!((5..=12).contains(&tries), "{tries}");
    assert_eq!(rig.snapshot().keep_alive.until, None);
    assert_eq!(rig.snapshot().notices, []);
    rig.wait("2m");
    rig.wrote(Ok(()));
    assert!(rig.snapshot().keep_alive.until.is_some());
}

#[test]
fn a_refusal_is_said_and_not_asked_for_again_at_once() {
    let mut rig = Rig::signed_in();
    rig.command(Command::KeepAlive { on: true });
    rig.wrote(Err(Failure::of(Code::Forbidden)));
    assert_eq!(rig.snapshot().notices[0].about, Subject::Session);
    assert_eq!(writes(&rig.wait("10m")), Vec::<&Write>::new());
}

#[test]
fn switched_off_it_is_closed() {
    let mut rig = kept_alive();
    let (_, effects) = rig.command(Command::KeepAlive { on: false });
    assert!(effects.contains(&Effect::SaveKeepAlive(false)));
    assert_eq!(writes(&effects), [&Write::ClearSession]);
    rig.wrote(Ok(()));
    let keep_alive = rig.snapshot().keep_alive;
    assert_eq!((keep_alive.on, keep_alive.until), (false, None));
    assert_eq!(writes(&rig.wait("1d")), Vec::<&Write>::new());
}

#[test]
fn quitting_closes_it_first_and_waits_no_longer_than_a_moment() {
    let mut rig = kept_alive();
    let (_, effects) = rig.command(Command::Quit);
    assert_eq!(writes(&effects), [&Write::ClearSession]);
    assert!(!effects.contains(&Effect::Quit));
    let effects = rig.wrote(Ok(()));
    assert!(effects.contains(&Effect::Quit));
    assert_eq!(writes(&effects), Vec::<&Write>::new(), "it is not opened anew");

    let mut rig = kept_alive();
    rig.command(Command::Quit);
    let began = rig.now.timestamp();
    while !rig.on_to_deadline().contains(&Effect::Quit) {}
    assert_eq!(
        rig.now.timestamp().duration_since(began).as_secs(),
        3,
        "the answer did not come"
    );

    let mut rig = Rig::signed_in();
    assert!(rig.command(Command::Quit).1.contains(&Effect::Quit), "nothing to close");
}

#[test]
fn signing_out_closes_it_first() {
    let mut rig = kept_alive();
    let (ticket, effects) = rig.command(Command::SignOut);
    assert_eq!(writes(&effects), [&Write::ClearSession]);
    let effects = rig.wrote(Ok(()));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::SignOut { account: Some(_), .. }))
    );
    let effects = rig.input(Input::SignedOut {
        epoch: 1,
        result: Ok(()),
    });
    assert_eq!(replies(&effects), [(ticket, None)]);
    assert_eq!(rig.snapshot().account, None);
}

#[test]
fn a_restarted_program_takes_it_up_again_where_the_settings_say_so() {
    let settings = engine::Settings {
        polls: true,
        keep_alive: true,
        ..engine::Settings::default()
    };
    let memory = Memory::of(megan());
    let now = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
    let mut engine = engine::Engine::new(settings, memory, &now);
    let effects = engine.step(&now, Input::Tick);
    assert_eq!(writes(&effects), [&HOUR]);
}

#[test]
fn a_command_of_its_own_opens_it_for_as_long_as_graph_takes() {
    let settings = engine::Settings::default();
    let memory = Memory::of(megan());
    let now = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
    let mut engine = engine::Engine::new(settings, memory, &now);
    let effects = engine.step(&now, Input::Command(engine::Ticket(1), Command::KeepAlive { on: true }));
    assert_eq!(writes(&effects), [&Write::Session(SignedDuration::from_hours(4))]);
}

#[test]
fn it_lasts_an_hour_from_when_it_is_sent_however_long_it_waited_for_another_write() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("4h"));
    rig.command(Command::KeepAlive { on: true });
    // The computer sleeps with the first write under way.
    rig.wait("20m");
    let effects = rig.wrote(Err(Failure::of(Code::Unreachable)));
    assert_eq!(writes(&effects), [&HOUR]);
    rig.wrote(Ok(()));
    let left = rig
        .snapshot()
        .keep_alive
        .until
        .unwrap()
        .duration_since(rig.now.timestamp());
    assert_eq!(left, SignedDuration::from_hours(1));
}

#[test]
fn after_a_refusal_neither_sleep_nor_a_clock_that_was_set_back_puts_off_the_next_try() {
    for happens in [Input::Tick, Input::Signal(engine::Signal::Resumed)] {
        let mut rig = Rig::signed_in();
        rig.command(Command::KeepAlive { on: true });
        rig.wrote(Err(Failure::of(Code::Forbidden)));
        if matches!(happens, Input::Tick) {
            rig.now = &rig.now - jiff::Span::new().hours(4);
        }
        rig.input(happens);
        assert_eq!(writes(&rig.wait("1m")), Vec::<&Write>::new());
        assert_eq!(writes(&rig.wait("1m")), [&HOUR]);
    }
}

#[test]
fn a_sign_out_that_fails_opens_the_session_anew_that_was_about_to_be_closed() {
    let mut rig = kept_alive();
    let (_, effects) = rig.command(Command::SignOut);
    assert_eq!(writes(&effects), [&Write::ClearSession]);
    // Nobody waits longer for the answer.
    rig.wait("1m");
    let result = Err(Failure::of(Code::KeychainLocked));
    let effects = rig.input(Input::SignedOut { epoch: 1, result });
    assert_eq!(
        writes(&effects),
        Vec::<&Write>::new(),
        "it would be closed by what is still on its way"
    );
    let arrives = Input::Wrote {
        epoch: 0,
        result: Ok(()),
    };
    assert_eq!(writes(&rig.input(arrives)), [&HOUR]);
}

#[test]
fn quitting_closes_it_also_where_it_has_ended_by_a_clock_that_was_set_forward() {
    let mut rig = kept_alive();
    rig.now = &rig.now + jiff::Span::new().hours(2);
    let (_, effects) = rig.command(Command::Quit);
    assert_eq!(writes(&effects), [&Write::ClearSession]);
    assert!(!effects.contains(&Effect::Quit));
    assert!(rig.wrote(Ok(())).contains(&Effect::Quit));
}

#[test]
fn a_clock_that_was_set_back_after_a_long_wait_does_not_make_a_session_last_longer() {
    let mut rig = kept_alive();
    for _ in 0..3 {
        rig.on_to_deadline();
        rig.fails_to_read(Failure::of(Code::Forbidden));
    }
    let until = rig.snapshot().keep_alive.until.unwrap();
    let left = until.duration_since(rig.now.timestamp()) - SignedDuration::from_mins(4);
    rig.now = &rig.now + jiff::Span::new().minutes(4 - 120);
    rig.input(Input::Signal(engine::Signal::Resumed));
    // Over by now, for all that is known; or renewed soon enough.
    let until = rig.snapshot().keep_alive.until;
    assert!(until.is_none_or(|until| until.duration_since(rig.now.timestamp()) <= left));
}

#[test]
fn quitting_waits_for_the_close_also_where_somebody_signs_in_meanwhile() {
    let mut rig = kept_alive();
    rig.command(Command::SIGN_IN);
    let (_, effects) = rig.command(Command::Quit);
    assert_eq!(writes(&effects), [&Write::ClearSession]);
    let grants = engine::Grants {
        write: true,
        places: false,
        kept: true,
    };
    let signed_in = Input::SignedIn {
        attempt: 1,
        result: Ok((megan(), grants)),
    };
    assert!(!rig.input(signed_in).contains(&Effect::Quit));
    let arrives = Input::Wrote {
        epoch: 0,
        result: Ok(()),
    };
    assert!(rig.input(arrives).contains(&Effect::Quit));
}
