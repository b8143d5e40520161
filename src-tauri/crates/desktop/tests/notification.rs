//! Notifications, against a daemon of the test's own that says what it was asked for. `dunst.rs` has a real one.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a test may give up at once, and documents itself"
)]

mod support;

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use desktop::do_not_disturb;
use support::notifications::{APP, BODY, Listeners, Program};
use support::{Bus, PATIENCE};
use zbus::blocking::{Connection, connection::Builder, fdo};
use zbus::fdo::RequestNameFlags;
use zbus::message::Header;
use zbus::names::WellKnownName;
use zbus::zvariant::OwnedValue;

/// What a daemon was asked for.
#[derive(Debug)]
enum Asked {
    Show(Box<Shown>),
    Close(u32),
}

#[derive(Debug)]
struct Shown {
    id: u32,
    replaces: u32,
    sender: String,
    app: String,
    icon: String,
    title: String,
    body: String,
    actions: Vec<String>,
    hints: HashMap<String, OwnedValue>,
    timeout: i32,
}

/// How the daemon is.
#[derive(Clone, Copy, Default)]
struct Manner {
    capabilities: &'static [&'static str],
    /// Whether it holds notifications back, if it tells.
    inhibited: Option<bool>,
    /// Gives a new number even to what replaces something, as the specification does not want it.
    never_replaces: bool,
}

struct Daemon {
    manner: Manner,
    last: u32,
    asked: Sender<Asked>,
}

const PATH: &str = "/org/freedesktop/Notifications";
const INTERFACE: &str = "org.freedesktop.Notifications";
const WITH_BUTTONS: Manner = Manner {
    capabilities: &["actions", "body"],
    inhibited: None,
    never_replaces: false,
};

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_capabilities(&self) -> Vec<&str> {
        self.manner.capabilities.to_vec()
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "the specification's method, as it comes from the bus"
    )]
    fn notify(
        &mut self,
        app: String,
        replaces: u32,
        icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        timeout: i32,
        #[zbus(header)] header: Header<'_>,
    ) -> u32 {
        let id = if replaces != 0 && !self.manner.never_replaces {
            replaces
        } else {
            self.last += 1;
            self.last
        };
        let shown = Shown {
            id,
            replaces,
            sender: header.sender().expect("the bus writes it").to_string(),
            app,
            icon,
            title,
            body,
            actions,
            hints,
            timeout,
        };
        self.asked.send(Asked::Show(Box::new(shown))).expect("the test listens");
        id
    }

    fn close_notification(&self, id: u32) {
        self.asked.send(Asked::Close(id)).expect("the test listens");
    }

    #[zbus(property)]
    fn inhibited(&self) -> zbus::fdo::Result<bool> {
        self.manner
            .inhibited
            .ok_or_else(|| zbus::fdo::Error::UnknownProperty("this daemon does not tell".to_owned()))
    }
}

/// A daemon on a bus, and what it is asked for.
struct Running {
    connection: Connection,
    asked: Receiver<Asked>,
}

impl Running {
    fn start(bus: &Bus, manner: Manner) -> Self {
        let (sender, asked) = channel();
        let daemon = Daemon {
            manner,
            // So that a number is never taken for a count.
            last: 6,
            asked: sender,
        };
        let connection = bus
            .connection()
            .serve_at(PATH, daemon)
            .and_then(Builder::build)
            .expect("a daemon");
        // By the bus's own call: zbus's listens for what becomes of the name, which one of the buses refuses.
        fdo::DBusProxy::new(&connection)
            .expect("the bus")
            .request_name(
                WellKnownName::from_static_str_unchecked(INTERFACE),
                RequestNameFlags::DoNotQueue.into(),
            )
            .expect("the name is free");
        Self { connection, asked }
    }

    fn shown(&self) -> Shown {
        match self.asked.recv_timeout(PATIENCE).expect("something is shown") {
            Asked::Show(shown) => *shown,
            asked @ Asked::Close(_) => unreachable!("{asked:?}"),
        }
    }

    fn closed(&self) -> u32 {
        match self.asked.recv_timeout(PATIENCE).expect("something is closed") {
            Asked::Close(id) => id,
            asked @ Asked::Show(_) => unreachable!("{asked:?}"),
        }
    }

    /// Says it until it is heard, each time after an answer to somebody else's notification; gives the outcome. That an
    /// early answer is lost is the known limit of the module, and nobody outside sees when the library begins to listen.
    fn until_heard(&self, program: &Program, answer: &Answer, id: u32) -> String {
        loop {
            Answer::Press("foreign").say(&self.connection, id + 100);
            answer.say(&self.connection, id);
            if let Some(outcome) = program.outcome_within(Duration::from_millis(20)) {
                return outcome;
            }
        }
    }
}

/// What the daemon says of a notification once it is there.
enum Answer {
    Press(&'static str),
    Close,
}

impl Answer {
    fn say(&self, daemon: &Connection, id: u32) {
        let everyone = None::<&str>;
        match self {
            Self::Press(action) => daemon.emit_signal(everyone, PATH, INTERFACE, "ActionInvoked", &(id, action)),
            Self::Close => daemon.emit_signal(everyone, PATH, INTERFACE, "NotificationClosed", &(id, 2_u32)),
        }
        .expect("a signal");
    }
}

#[test]
#[ignore = "the program that the tests start"]
fn follow_orders() {
    support::notifications::follow_orders();
}

#[test]
fn what_the_person_does_with_a_notification_is_its_outcome() {
    for (answer, expected) in [
        (Answer::Press("extend"), r#"A: Ok(Pressed { id: "extend" })"#),
        (Answer::Press("end-now"), r#"A: Ok(Pressed { id: "end-now" })"#),
        (Answer::Press("default"), "A: Ok(Opened)"),
        (Answer::Close, "A: Ok(Closed)"),
    ] {
        let bus = Bus::start();
        let daemon = Running::start(&bus, WITH_BUTTONS);
        let mut program = Program::start(&bus.address);
        program.show("ending-soon", "A");
        let id = daemon.shown().id;
        assert_eq!(daemon.until_heard(&program, &answer, id), expected);
    }
}

#[test]
fn what_is_shown_fits_what_the_daemon_can_do() {
    let buttons = ["extend", "30 minutes longer", "end-now", "End now", "default", ""];
    for (capabilities, body, actions) in [
        (
            &["actions", "body", "body-markup"][..],
            "You are &lt;busy&gt; &amp; away until 15:30.",
            &buttons[..],
        ),
        (&["actions", "body"], BODY, &buttons),
        (&[], BODY, &[]),
    ] {
        let bus = Bus::start();
        let manner = Manner {
            capabilities,
            ..Manner::default()
        };
        let daemon = Running::start(&bus, manner);
        let mut program = Program::start(&bus.address);
        program.show("ending-soon", "Busy <soon> & over");
        let shown = daemon.shown();
        assert_eq!((shown.app.as_str(), shown.icon.as_str()), (APP.name, APP.id));
        assert_eq!(
            (shown.title.as_str(), shown.body.as_str()),
            ("Busy <soon> & over", body)
        );
        assert_eq!(shown.actions, actions);
        assert_eq!((shown.replaces, shown.timeout), (0, 90_000));
        let hint = |name: &str| shown.hints.get(name).expect(name);
        assert_eq!(hint("desktop-entry").downcast_ref(), Ok(APP.id));
        assert_eq!(hint("urgency").downcast_ref(), Ok(0_u8));
        assert_eq!(hint("suppress-sound").downcast_ref(), Ok(true));
    }
}

#[test]
fn a_newer_one_of_a_kind_takes_the_place_of_the_older_and_has_its_answers() {
    let bus = Bus::start();
    let daemon = Running::start(&bus, WITH_BUTTONS);
    let mut program = Program::start(&bus.address);
    program.show("ending-soon", "A");
    let first = daemon.shown();
    program.show("not-taken", "B");
    let other = daemon.shown();
    assert_eq!(other.replaces, 0, "of another kind");
    program.show("ending-soon", "C");
    let second = daemon.shown();
    assert_eq!((second.replaces, second.id), (first.id, first.id));
    assert_eq!(program.outcome(), "A: Ok(Closed)");

    let answer = daemon.until_heard(&program, &Answer::Press("extend"), second.id);
    assert_eq!(answer, r#"C: Ok(Pressed { id: "extend" })"#);
    let answer = daemon.until_heard(&program, &Answer::Close, other.id);
    assert_eq!(answer, "B: Ok(Closed)");

    program.show("ending-soon", "D");
    assert_eq!(daemon.shown().replaces, 0, "what was answered is gone");
}

#[test]
fn where_a_daemon_replaces_nothing_the_older_one_is_closed() {
    let bus = Bus::start();
    let manner = Manner {
        never_replaces: true,
        ..WITH_BUTTONS
    };
    let daemon = Running::start(&bus, manner);
    let mut program = Program::start(&bus.address);
    program.show("ending-soon", "A");
    let first = daemon.shown();
    program.show("ending-soon", "B");
    assert_ne!(daemon.shown().id, first.id);
    assert_eq!(daemon.closed(), first.id);
    assert_eq!(program.outcome(), "A: Ok(Closed)");
}

#[test]
fn what_is_moot_is_taken_back_and_nothing_else() {
    let bus = Bus::start();
    let daemon = Running::start(&bus, WITH_BUTTONS);
    let mut program = Program::start(&bus.address);
    program.close("ending-soon");
    program.show("not-taken", "A");
    let kept = daemon.shown();
    program.show("ending-soon", "B");
    let moot = daemon.shown();
    program.close("ending-soon");
    assert_eq!(daemon.closed(), moot.id);
    assert_eq!(program.outcome(), "B: Ok(Closed)");
    let answer = daemon.until_heard(&program, &Answer::Press("default"), kept.id);
    assert_eq!(answer, "A: Ok(Opened)");
}

#[test]
fn what_was_shown_ends_with_its_daemon() {
    let bus = Bus::start();
    let daemon = Running::start(&bus, WITH_BUTTONS);
    let mut listeners = Listeners::on(&bus);
    let mut program = Program::start(&bus.address);
    program.show("ending-soon", "A");
    listeners.wait_for_one();
    daemon.connection.close().expect("the daemon leaves");
    assert_eq!(program.outcome(), "A: Ok(Closed)");

    let daemon = Running::start(&bus, WITH_BUTTONS);
    program.show("ending-soon", "B");
    let shown = daemon.shown();
    assert_eq!(shown.replaces, 0, "the next daemon's numbers are its own");
    let answer = daemon.until_heard(&program, &Answer::Press("extend"), shown.id);
    assert_eq!(answer, r#"B: Ok(Pressed { id: "extend" })"#);
}

#[test]
fn the_connection_that_showed_the_first_stays_until_nothing_is_shown() {
    let bus = Bus::start();
    let daemon = Running::start(&bus, WITH_BUTTONS);
    let mut listeners = Listeners::on(&bus);
    let mut program = Program::start(&bus.address);
    program.show("ending-soon", "A");
    let first = daemon.shown();
    program.show("not-taken", "B");
    let second = daemon.shown();
    listeners.wait_for_one();
    listeners.wait_for_one();
    assert_ne!(first.sender, second.sender, "each has a connection");

    let departures = fdo::DBusProxy::new(&daemon.connection)
        .and_then(|bus| bus.receive_name_owner_changed())
        .expect("the bus answers");
    let mut departures = departures.filter_map(|change| {
        let change = change.args().expect("the bus's own signal");
        change.new_owner().is_none().then(|| change.name().to_string())
    });
    let mut until_gone = |sender: &str| {
        departures
            .by_ref()
            .take_while(|gone| gone != sender)
            .collect::<Vec<_>>()
    };

    daemon.until_heard(&program, &Answer::Close, first.id);
    program.show("ending-soon", "C");
    let third = daemon.shown();
    daemon.until_heard(&program, &Answer::Close, third.id);
    let gone = until_gone(&third.sender);
    assert!(!gone.contains(&first.sender), "GNOME would take the second away");
    daemon.until_heard(&program, &Answer::Close, second.id);
    until_gone(&first.sender);
}

#[test]
fn while_the_system_asks_for_quiet_nothing_is_shown() {
    for (inhibited, outcome) in [(Some(true), Some("A: Ok(Withheld)")), (Some(false), None), (None, None)] {
        let bus = Bus::start();
        let manner = Manner {
            inhibited,
            ..WITH_BUTTONS
        };
        let daemon = Running::start(&bus, manner);
        assert_eq!(do_not_disturb::is_on_at(&bus.session()), inhibited);
        let mut program = Program::start(&bus.address);
        program.show("ending-soon", "A");
        match outcome {
            Some(outcome) => assert_eq!(program.outcome(), outcome),
            None => assert_eq!(daemon.shown().title, "A"),
        }
        assert!(daemon.asked.try_recv().is_err());
    }
}

#[test]
fn a_library_that_panics_is_an_error_value() {
    // The library unwraps the bus's answer when it asks to listen.
    let bus = Bus::with_limits(r#"<limit name="max_match_rules_per_connection">0</limit>"#);
    let daemon = Running::start(&bus, WITH_BUTTONS);
    let mut program = Program::start(&bus.address);
    for title in ["A", "B"] {
        program.show("ending-soon", title);
        let shown = daemon.shown();
        assert_eq!(shown.replaces, 0, "what ended is not replaced");
        let expected = format!(r#"{title}: Err(Unavailable("notify-rust panicked"))"#);
        assert_eq!(program.outcome(), expected);
    }
}

#[test]
fn a_bus_that_goes_away_ends_what_was_shown() {
    let bus = Bus::start();
    let daemon = Running::start(&bus, WITH_BUTTONS);
    let mut program = Program::start(&bus.address);
    program.show("ending-soon", "A");
    daemon.shown();
    drop(bus);
    // Which one depends on how far the library has come.
    let outcome = program.outcome();
    assert!(
        outcome == "A: Ok(Closed)" || outcome.starts_with("A: Err(Unavailable("),
        "{outcome}"
    );
}

#[test]
fn without_a_daemon_or_a_bus_a_notification_is_an_error_value() {
    let bus = Bus::start();
    let address = bus.address.clone();
    let end = || {
        let mut program = Program::start(&address);
        program.show("ending-soon", "A");
        program.outcome()
    };
    assert_eq!(do_not_disturb::is_on_at(&bus.session()), None);
    let without_daemon = end();
    drop(bus);
    for outcome in [without_daemon, end()] {
        assert!(outcome.starts_with("A: Err(Unavailable("), "{outcome}");
    }
}
