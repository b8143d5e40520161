//! What a person is told while no surface is open, and the day that is drawn for them.

use engine::*;
use presence::{Badge, PreferredPresence};

use crate::rig::*;

fn told(effects: &[Effect]) -> Vec<&Notification> {
    fn notification(effect: &Effect) -> Option<&Notification> {
        match effect {
            Effect::Notify(notification) => Some(notification),
            _ => None,
        }
    }
    effects.iter().filter_map(notification).collect()
}

fn withdrawn(effects: &[Effect]) -> Vec<NotificationKind> {
    let kind = |effect: &Effect| match effect {
        Effect::Withdraw(kind) => Some(*kind),
        _ => None,
    };
    effects.iter().filter_map(kind).collect()
}

fn with(notifications: Notifications) -> Input {
    Input::Settings {
        ticket: None,
        result: Ok(Box::new(Settings {
            preferences: Preferences {
                notifications,
                ..Preferences::default()
            },
            ..Settings::default()
        })),
    }
}

#[test]
fn a_timed_presence_is_announced_once_before_it_ends() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.takes(pair("Busy", "Busy"));
    let mut announced = Vec::new();
    let mut minutes = 0;
    while minutes < 59 {
        let effects = rig.wait("1m");
        minutes += 1;
        announced.extend(told(&effects).into_iter().map(|told| (minutes, told.kind())));
        rig.shows(pair("Busy", "Busy"));
    }
    assert_eq!(announced, [(55, NotificationKind::EndingSoon)]);
}

#[test]
fn it_is_taken_back_when_the_end_moves_and_announced_anew() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("30m"));
    rig.takes(pair("Busy", "Busy"));
    assert_eq!(told(&rig.wait("25m")).len(), 1);
    let (_, effects) = rig.command(busy_for("35m"));
    assert_eq!(withdrawn(&effects), [NotificationKind::EndingSoon]);
    rig.takes(pair("Busy", "Busy"));
    assert_eq!(told(&rig.wait("30m")).len(), 1);
}

#[test]
fn nobody_is_told_of_a_short_one_or_of_one_without_an_end_or_where_nobody_wants_it_or_looks() {
    for (command, notifications, locked) in [
        (busy_for("14m"), Notifications::All, false),
        (set(PreferredPresence::Busy, None), Notifications::All, false),
        (busy_for("30m"), Notifications::Important, false),
        (busy_for("30m"), Notifications::All, true),
    ] {
        let mut rig = Rig::signed_in();
        rig.input(with(notifications));
        rig.command(command.clone());
        rig.takes(pair("Busy", "Busy"));
        if locked {
            rig.input(Input::Signal(Signal::Locked));
        }
        for _ in 0..30 {
            let effects = rig.wait("1m");
            assert!(told(&effects).is_empty(), "{command:?} {notifications:?}: {effects:?}");
        }
    }
}

#[test]
fn a_presence_that_does_not_show_is_told_once_it_is_sure_and_taken_back_when_it_does() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("2h"));
    let mut told_at = Vec::new();
    rig.takes(pair("Available", "Available"));
    for minute in 1..20 {
        let mut effects = rig.wait("1m");
        effects.extend(rig.shows(pair("Available", "Available")));
        told_at.extend(told(&effects).iter().map(|_| minute));
    }
    assert_eq!(told_at, [5]);
    let effects = rig.shows(pair("Busy", "Busy"));
    assert_eq!(withdrawn(&effects), [NotificationKind::NotTaken]);
}

#[test]
fn who_looks_at_the_window_is_not_told_beside_it() {
    let mut rig = Rig::signed_in();
    rig.input(Input::Attended(true));
    rig.command(busy_for("2h"));
    rig.takes(pair("Available", "Available"));
    for _ in 0..10 {
        let mut effects = rig.wait("1m");
        effects.extend(rig.shows(pair("Available", "Available")));
        assert!(told(&effects).is_empty(), "{effects:?}");
    }
}

#[test]
fn a_new_sign_in_takes_back_that_one_is_needed() {
    let mut rig = Rig::signed_in();
    let effects = rig.fails_to_read(Failure::of(Code::SignInNeeded));
    assert_eq!(told(&effects), [&Notification::SignInNeeded]);
    rig.command(Command::SIGN_IN);
    let effects = rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok((megan(), EVERYTHING)),
    });
    assert_eq!(withdrawn(&effects), [NotificationKind::SignInNeeded]);
}

#[test]
fn the_day_is_drawn_from_what_was_read_and_saved_when_it_changes() {
    let mut rig = Rig::signed_in();
    rig.wait("2m");
    let effects = rig.shows(pair("Available", "Available"));
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::Save(_))),
        "{effects:?}"
    );
    rig.wait("2m");
    rig.shows(pair("Busy", "Busy"));
    let drawn = |rig: &Rig| {
        rig.snapshot()
            .today
            .iter()
            .map(|stretch| stretch.badge)
            .collect::<Vec<_>>()
    };
    assert_eq!(drawn(&rig), [Badge::Available, Badge::Busy]);
    let rig = rig.restarted();
    assert_eq!(drawn(&rig), [Badge::Available, Badge::Busy]);
}
