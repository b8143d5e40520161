//! Global shortcuts through a portal on a session bus of the test's own.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test may give up at once")]

mod support;

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use desktop::session_bus::SessionBus;
use desktop::shortcut::{Host, ShortcutError, ShortcutEvent, Standing};
use support::portal::{Answer, Portal};
use support::shortcuts::{APP, Heard, listening, pressed, refused};
use support::{Bus, PATIENCE};
use zbus::blocking::fdo::DBusProxy;
use zbus::zvariant::ObjectPath;

/// How long is waited for what must not happen: far longer than it takes where it does.
const NOTHING: Duration = Duration::from_millis(500);

/// Asks the portal on this bus for two shortcuts.
fn ask(bus: SessionBus) -> Heard {
    Heard::on(Some(Host::Portal(bus)), &[("open", "Ctrl+Alt+P"), ("busy", "Super+F9")])
}

fn told_when_it_leaves(bus: &Bus, client: &str) -> Receiver<()> {
    let (tell, left) = channel();
    let watcher = bus.connection().build().expect("a connection");
    let changes = DBusProxy::new(&watcher)
        .and_then(|bus| bus.receive_name_owner_changed_with_args(&[(0, client), (2, "")]))
        .expect("the bus tells who leaves");
    std::thread::spawn(move || changes.take(1).for_each(|_| tell.send(()).expect("the test listens")));
    left
}

#[test]
fn what_the_portal_gives_is_told_in_its_words_and_so_is_each_press() {
    let bus = Bus::start();
    let portal = Portal::start(&bus, Answer::Give(&["open", "busy"]));
    let heard = ask(bus.session());
    let bound = portal.bound();
    assert_eq!(bound.app, APP.id);
    let wish = |id: &str, trigger: &str| (id.to_owned(), format!("Does {id}"), trigger.to_owned());
    assert_eq!(bound.shortcuts, [wish("open", "CTRL+ALT+p"), wish("busy", "LOGO+F9")]);
    for id in ["open", "busy"] {
        let asked = ShortcutEvent::Stands(id.to_owned(), Standing::Asked);
        assert_eq!(heard.events.recv_timeout(PATIENCE), Ok(asked));
    }
    assert_eq!(heard.next(), listening("open", "Press CTRL+ALT+p"));
    assert_eq!(heard.next(), listening("busy", "Press LOGO+F9"));

    portal.press(&bound, "busy");
    assert_eq!(heard.next(), pressed("busy"));
    // What is of another session or was never asked for is passed over; keys changed in the desktop's settings are told.
    let foreign = ObjectPath::try_from("/org/freedesktop/portal/desktop/session/9_9/open").expect("a path");
    portal.press_of(&bound, &foreign, "busy");
    portal.press(&bound, "reset");
    portal.change(&bound, "reset", "F1");
    portal.change(&bound, "open", "Press\u{1b}[31m F12");
    assert_eq!(heard.next(), listening("open", "Press[31m F12"));
    portal.press(&bound, "open");
    assert_eq!(heard.next(), pressed("open"));

    let Heard { shortcuts, events } = heard;
    drop(shortcuts);
    let nothing = events.recv_timeout(PATIENCE);
    assert_eq!(nothing, Err(RecvTimeoutError::Disconnected), "a drop keeps nothing");
}

#[test]
fn new_shortcuts_have_a_session_of_their_own_and_the_old_one_ends() {
    let bus = Bus::start();
    let portal = Portal::start(&bus, Answer::Give(&["open", "busy", "reset"]));
    let mut heard = ask(bus.session());
    let before = portal.bound();
    let left = told_when_it_leaves(&bus, &before.client);
    heard.bind(&[("reset", "F12")]);
    let after = portal.bound();
    assert_ne!(after.session, before.session);
    assert_eq!(after.shortcuts.len(), 1);
    assert_eq!(left.recv_timeout(PATIENCE), Ok(()), "the old connection is closed");
    assert_eq!(heard.next(), listening("reset", "Press F12"));
    portal.press(&after, "reset");
    assert_eq!(heard.next(), pressed("reset"));
}

#[test]
fn a_portal_that_does_not_give_them_is_told_with_its_reason() {
    let refused_with = |reason: &str| ShortcutError::Refused(reason.to_owned());
    let no_list = "ZBus Error: ";
    for (answer, expected) in [
        (Answer::Cancel, ShortcutError::Declined),
        (Answer::Give(&[]), ShortcutError::Declined),
        (
            Answer::Other,
            refused_with("Portal request didn't succeed with no information"),
        ),
        (
            Answer::Refuse,
            refused_with("Portal request failed: org.freedesktop.portal.Error.Failed: no shortcuts today"),
        ),
        // What the library asserts of a portal must not end the program.
        (Answer::OtherSession, refused_with("ashpd panicked")),
        (Answer::NoSession, refused_with("ashpd panicked")),
        (Answer::NoList, refused_with(no_list)),
    ] {
        let bus = Bus::start();
        let _portal = Portal::start(&bus, answer);
        let heard = ask(bus.session());
        for id in ["open", "busy"] {
            let told = heard.next();
            match (&told, &expected) {
                (
                    ShortcutEvent::Stands(of, Standing::Refused(ShortcutError::Refused(reason))),
                    ShortcutError::Refused(start),
                ) => assert!(of == id && reason.starts_with(start), "{answer:?}: {told:?}"),
                _ => assert_eq!(told, refused(id, expected.clone()), "{answer:?}"),
            }
        }
    }
}

#[test]
fn what_the_person_leaves_out_is_told_by_itself() {
    let bus = Bus::start();
    let portal = Portal::start(&bus, Answer::Give(&["busy"]));
    let heard = ask(bus.session());
    assert_eq!(heard.next(), refused("open", ShortcutError::Declined));
    assert_eq!(heard.next(), listening("busy", "Press LOGO+F9"));
    portal.press(&portal.bound(), "busy");
    assert_eq!(heard.next(), pressed("busy"));
}

#[test]
fn a_portal_that_leaves_is_told_and_one_that_comes_is_asked() {
    let bus = Bus::start();
    let heard = ask(bus.session());
    let gone = || {
        for id in ["open", "busy"] {
            assert_eq!(heard.next(), refused(id, ShortcutError::NoPortal));
        }
    };
    gone();
    // While it has yet to answer, after it has given them, and after it has said that the session is over.
    let portal = Portal::start(&bus, Answer::Nothing);
    portal.bound();
    portal.leave();
    gone();
    for _ in 0..2 {
        let portal = Portal::start(&bus, Answer::Give(&["open", "busy"]));
        assert_eq!(heard.next(), listening("open", "Press CTRL+ALT+p"));
        assert_eq!(heard.next(), listening("busy", "Press LOGO+F9"));
        portal.press(&portal.bound(), "open");
        assert_eq!(heard.next(), pressed("open"));
        portal.leave();
        gone();
    }
    let portal = Portal::start(&bus, Answer::Give(&["open", "busy"]));
    heard.next();
    heard.next();
    portal.end_session(&portal.bound());
    let ended = ShortcutError::Refused("it ended its session".to_owned());
    assert_eq!(heard.next(), refused("open", ended.clone()));
    assert_eq!(heard.next(), refused("busy", ended));
}

#[test]
fn a_person_who_said_no_is_not_asked_again_by_a_portal_that_comes_back() {
    let bus = Bus::start();
    let portal = Portal::start(&bus, Answer::Cancel);
    let mut heard = ask(bus.session());
    assert_eq!(heard.next(), refused("open", ShortcutError::Declined));
    assert_eq!(heard.next(), refused("busy", ShortcutError::Declined));
    portal.leave();
    let _portal = Portal::start(&bus, Answer::Give(&["open"]));
    // No event says that nothing happens.
    assert_eq!(heard.events.recv_timeout(NOTHING), Err(RecvTimeoutError::Timeout));
    // When the shortcuts are set anew, it is.
    heard.bind(&[("open", "F12")]);
    assert_eq!(heard.next(), listening("open", "Press F12"));
}

#[test]
fn without_a_bus_or_with_one_that_ends_there_is_no_portal() {
    let heard = ask(SessionBus::at("unix:path=/nonexistent/bus"));
    assert_eq!(heard.next(), refused("open", ShortcutError::NoPortal));
    let bus = Bus::start();
    let _portal = Portal::start(&bus, Answer::Give(&["open", "busy"]));
    let heard = ask(bus.session());
    assert_eq!(heard.next(), listening("open", "Press CTRL+ALT+p"));
    assert_eq!(heard.next(), listening("busy", "Press LOGO+F9"));
    drop(bus);
    assert_eq!(heard.next(), refused("open", ShortcutError::NoPortal));
}
