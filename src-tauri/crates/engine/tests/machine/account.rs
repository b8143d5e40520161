use engine::*;
use presence::Presence;

use crate::rig::*;

#[test]
fn signed_out_every_write_is_answered_at_once_and_nothing_is_asked_of_graph() {
    let mut rig = Rig::new(Memory::default());
    assert_eq!(rig.engine.deadline(), None);
    for command in [
        busy_for("1h"),
        Command::ResetPresence,
        Command::ClearMessage,
        Command::Refresh,
    ] {
        let (ticket, effects) = rig.command(command);
        assert_eq!(replies(&effects), [(ticket, Some(Code::NotSignedIn))]);
        assert_eq!(effects.len(), 1);
    }
    assert_eq!(rig.snapshot().problem.unwrap().code, Code::NotSignedIn);
}

#[test]
fn signing_in_reads_at_once_and_remembers_the_account() {
    let mut rig = Rig::new(Memory::default());
    let (ticket, effects) = rig.command(Command::SIGN_IN);
    assert_eq!(
        effects,
        [Effect::SignIn {
            attempt: 1,
            by_code: false,
            session_only: false,
            login_hint: None
        }]
    );
    rig.input(Input::SignInWaits {
        attempt: 1,
        url: "http://x/".into(),
        code: None,
    });
    assert_eq!(rig.snapshot().signing_in.unwrap().url.as_deref(), Some("http://x/"));
    let effects = rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok((alex(), EVERYTHING)),
    });
    assert!(
        matches!(&effects[0], Effect::Save(memory) if memory.account == Some(alex())),
        "saved before the reply"
    );
    assert_eq!(replies(&effects), [(ticket, None)]);
    assert_eq!(reads(&effects), 1);
    let snapshot = rig.snapshot();
    assert!(snapshot.signed_in && snapshot.problem.is_none() && snapshot.signing_in.is_none());
}

#[test]
fn a_second_sign_in_takes_the_place_of_the_first_and_a_late_answer_of_it_is_dropped() {
    let mut rig = Rig::new(Memory::default());
    let (first, _) = rig.command(Command::SIGN_IN);
    let (second, effects) = rig.command(Command::SIGN_IN);
    assert_eq!(replies(&effects), [(first, Some(Code::SignInCancelled))]);
    assert!(
        rig.input(Input::SignedIn {
            attempt: 1,
            result: Ok((megan(), EVERYTHING))
        })
        .is_empty()
    );
    assert!(!rig.snapshot().signed_in);
    let effects = rig.input(Input::SignedIn {
        attempt: 2,
        result: Err(Failure::of(Code::SignInTimedOut)),
    });
    assert_eq!(replies(&effects), [(second, Some(Code::SignInTimedOut))]);
    assert_eq!(rig.snapshot().signing_in, None);
}

#[test]
fn an_answer_that_belongs_to_an_earlier_account_is_dropped() {
    let mut rig = Rig::signed_in();
    let (writing, _) = rig.command(busy_for("1h"));
    let (leaving, effects) = rig.command(Command::SignOut);
    assert_eq!(replies(&effects), [(writing, Some(Code::NotSignedIn))]);
    let account = Some(megan());
    assert!(effects.contains(&Effect::SignOut { epoch: 1, account }));
    rig.input(Input::Read {
        epoch: 0,
        result: Ok(Presence::of("Busy", "Busy")),
    });
    let snapshot = rig.snapshot();
    assert_eq!((snapshot.presence, snapshot.signed_in), (None, false));
    assert_eq!(
        replies(&rig.input(Input::SignedOut {
            epoch: 1,
            result: Ok(())
        })),
        [(leaving, None)]
    );
    assert_eq!(rig.snapshot().account, None);
    assert_eq!(rig.engine.deadline(), None, "nobody is there to read for");
}

#[test]
fn a_dead_sign_in_stops_the_reading_and_says_so_once() {
    let mut rig = Rig::signed_in();
    rig.on_to_deadline();
    let effects = rig.fails_to_read(Failure::of(Code::SignInNeeded));
    assert_eq!(effects, [Effect::Notify(Notification::SignInNeeded)]);
    assert_eq!(rig.engine.deadline(), None);
    let snapshot = rig.snapshot();
    assert!(
        !snapshot.signed_in && snapshot.account.is_some(),
        "known, for the next sign-in"
    );
    assert_eq!(snapshot.problem.unwrap().next_try, None);
}

#[test]
fn a_sign_out_that_the_keychain_refused_can_be_tried_again() {
    let mut rig = Rig::signed_in();
    let (ticket, _) = rig.command(Command::SignOut);
    let result = Err(Failure::of(Code::KeychainLocked));
    let effects = rig.input(Input::SignedOut { epoch: 1, result });
    assert!(replies(&effects).contains(&(ticket, Some(Code::KeychainLocked))));
    assert!(
        rig.snapshot().signed_in,
        "the token is still there, and so is the person"
    );
    let (_, effects) = rig.command(Command::SignOut);
    let account = Some(megan());
    assert!(effects.contains(&Effect::SignOut { epoch: 2, account }));
}

#[test]
fn who_signs_out_twice_is_signed_out_once() {
    let mut rig = Rig::signed_in();
    let (first, _) = rig.command(Command::SignOut);
    let (second, effects) = rig.command(Command::SignOut);
    assert_eq!(effects, [], "it is under way");
    rig.wait("1m");
    let effects = rig.input(Input::SignedOut {
        epoch: 1,
        result: Ok(()),
    });
    assert_eq!(replies(&effects), [(first, None), (second, None)]);
    assert_eq!(rig.snapshot().account, None);
}

#[test]
fn who_signs_in_while_a_sign_out_is_under_way_stays_signed_in() {
    let mut rig = Rig::signed_in();
    let (leaving, _) = rig.command(Command::SignOut);
    rig.command(Command::SIGN_IN);
    let effects = rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok((alex(), EVERYTHING)),
    });
    assert_eq!(reads(&effects), 1);
    assert!(rig.snapshot().signed_in);
    let effects = rig.input(Input::SignedOut {
        epoch: 1,
        result: Ok(()),
    });
    assert_eq!(replies(&effects), [(leaving, None)]);
    assert!(rig.snapshot().signed_in);
}

#[test]
fn somebody_else_who_signs_in_takes_the_place_and_the_earlier_token_is_forgotten() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.command(Command::SIGN_IN);
    let effects = rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok((alex(), EVERYTHING)),
    });
    assert!(effects.contains(&Effect::Forget(megan())));
    assert_eq!(rig.snapshot().asked.presence, None, "that was hers");
    rig.command(Command::SIGN_IN);
    let effects = rig.input(Input::SignedIn {
        attempt: 2,
        result: Ok((alex(), EVERYTHING)),
    });
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::Forget(_))),
        "the same person"
    );
}

#[test]
fn a_write_that_succeeds_after_the_sign_in_died_leaves_nothing_due() {
    let mut rig = Rig::signed_in();
    rig.on_to_deadline();
    rig.command(busy_for("1h"));
    rig.fails_to_read(Failure::of(Code::SignInNeeded));
    rig.wrote(Ok(()));
    let end = rig.snapshot().asked.presence.unwrap().until;
    assert_eq!(rig.engine.deadline(), end, "no read is due, so nobody wakes for one");
    let (ticket, effects) = rig.command(Command::ResetPresence);
    assert_eq!(replies(&effects), [(ticket, Some(Code::SignInNeeded))]);
}

#[test]
fn who_waits_behind_a_write_is_told_when_the_sign_in_dies() {
    let mut rig = Rig::signed_in();
    let (first, _) = rig.command(Command::ResetPresence);
    let (second, _) = rig.command(Command::ClearMessage);
    let effects = rig.wrote(Err(Failure::of(Code::SignInNeeded)));
    let needed = Some(Code::SignInNeeded);
    assert_eq!(replies(&effects), [(second, needed), (first, needed)]);
}

#[test]
fn how_a_sign_in_ended_is_told_until_the_next_one_begins() {
    let mut rig = Rig::new(Memory::default());
    let ends = |rig: &mut Rig, attempt, code| {
        rig.command(Command::SIGN_IN);
        assert_eq!(rig.snapshot().sign_in_failed, None, "a new one has begun");
        rig.input(Input::SignedIn {
            attempt,
            result: Err(Failure::of(code)),
        });
        rig.snapshot().sign_in_failed.map(|trouble| trouble.code)
    };
    assert_eq!(ends(&mut rig, 1, Code::SignInRefused), Some(Code::SignInRefused));
    assert_eq!(ends(&mut rig, 2, Code::SignInCancelled), None, "who gave up knows");
}

#[test]
fn a_sign_in_that_could_not_be_kept_says_so() {
    let mut rig = Rig::new(Memory::default());
    rig.command(Command::SIGN_IN);
    let grants = Grants {
        kept: false,
        ..EVERYTHING
    };
    rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok((alex(), grants)),
    });
    assert!(rig.snapshot().session_only);
}

#[test]
fn who_granted_reading_alone_is_told_so_before_anything_is_sent() {
    let mut rig = Rig::new(Memory::default());
    rig.command(Command::SIGN_IN);
    let grants = Grants {
        write: false,
        ..EVERYTHING
    };
    rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok((alex(), grants)),
    });
    let (ticket, effects) = rig.command(busy_for("1h"));
    assert_eq!(replies(&effects), [(ticket, Some(Code::ReadOnly))]);
    assert!(rig.snapshot().read_only && writes(&effects).is_empty());
}

#[test]
fn nothing_overtakes_a_write_of_the_sign_in_before() {
    let arrives = |rig: &mut Rig, arrives: bool| {
        if arrives {
            rig.input(Input::Wrote {
                epoch: 0,
                result: Ok(()),
            })
        } else {
            rig.wait("1m")
        }
    };
    for it_arrives in [true, false] {
        let mut rig = Rig::signed_in();
        rig.command(busy_for("1h"));
        rig.command(Command::SIGN_IN);
        rig.input(Input::SignedIn {
            attempt: 1,
            result: Ok((megan(), EVERYTHING)),
        });
        let (_, effects) = rig.command(Command::ResetPresence);
        assert_eq!(writes(&effects), Vec::<&Write>::new());
        assert_eq!(writes(&arrives(&mut rig, it_arrives)), [&Write::ClearPreferredPresence]);
    }
}
