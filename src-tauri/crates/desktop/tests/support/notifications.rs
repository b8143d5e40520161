//! A program that shows notifications, on a session bus of the test's own.
//!
//! The library takes its bus from the environment, so it is a process of its own: the test itself, started again, told what to do line by line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use desktop::AppIdentity;
use desktop::notification::{Action, Notification, Notifier, Urgency};

use zbus::blocking::{MessageIterator, fdo::MonitoringProxy};

use super::{Bus, PATIENCE};

pub const APP: AppIdentity = AppIdentity {
    id: "org.presencetray.PresenceTray",
    name: "Presence Tray",
};
pub const BODY: &str = "You are <busy> & away until 15:30.";
/// Before what became of a notification, in what the program prints.
const OUTCOME: &str = "outcome of ";

/// The program, until it is dropped.
pub struct Program {
    process: Child,
    orders: ChildStdin,
    outcomes: Receiver<String>,
}

impl Program {
    /// Starts the test `follow_orders` of this test executable with the session bus at `address`.
    pub fn start(address: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "follow_orders", "--ignored", "--nocapture"])
            .env("DBUS_SESSION_BUS_ADDRESS", address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test runs again");
        let orders = process.stdin.take().expect("it is piped");
        let said = BufReader::new(process.stdout.take().expect("it is piped"));
        let (told, outcomes) = channel();
        thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                // A test that has seen enough listens no more.
                if let Some((_, outcome)) = line.split_once(OUTCOME) {
                    let _ = told.send(outcome.to_owned());
                }
            }
        });
        Self {
            process,
            orders,
            outcomes,
        }
    }

    /// Shows a notification of this kind with two buttons.
    pub fn show(&mut self, kind: &str, title: &str) {
        writeln!(self.orders, "show {kind} {title}").expect("it runs");
    }

    pub fn close(&mut self, kind: &str) {
        writeln!(self.orders, "close {kind}").expect("it runs");
    }

    /// What became of a notification next: its title, and the outcome.
    pub fn outcome(&self) -> String {
        self.outcome_within(PATIENCE).expect("an end")
    }

    pub fn outcome_within(&self, patience: Duration) -> Option<String> {
        self.outcomes.recv_timeout(patience).ok()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, with its bus.
        let _ = self.process.kill();
        self.process.wait().expect("it ended");
    }
}

/// Who asks the bus to be told of what.
pub struct Listeners(MessageIterator);

impl Listeners {
    pub fn on(bus: &Bus) -> Self {
        let connection = bus.connection().build().expect("the bus answers");
        let calls = MessageIterator::from(&connection);
        let rule = "type='method_call',interface='org.freedesktop.DBus',member='AddMatch'";
        MonitoringProxy::new(&connection)
            .and_then(|monitoring| Ok(monitoring.become_monitor(&[rule.try_into()?], 0)?))
            .expect("one's own bus may be watched");
        Self(calls)
    }

    /// Waits until a program has shown one more notification, and asks for the last thing that the library asks for before it waits for an
    /// answer.
    pub fn wait_for_one(&mut self) {
        let asks = |call: zbus::Result<zbus::Message>| {
            let rule = call.ok().and_then(|call| call.body().deserialize::<String>().ok());
            rule.is_some_and(|rule| rule.contains("NotificationClosed"))
        };
        assert!(self.0.any(asks), "the bus is there");
    }
}

/// What the program does.
pub fn follow_orders() {
    let notifier = Notifier::new(APP);
    for order in std::io::stdin().lines() {
        let order = order.expect("an order");
        let mut words = order.splitn(3, ' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let (what, kind) = (next(), next());
        let kind = match kind.as_str() {
            "ending-soon" => "ending-soon",
            "not-taken" => "not-taken",
            other => unreachable!("{other:?} is no kind"),
        };
        if what == "close" {
            notifier.close(kind);
            continue;
        }
        let title = next();
        let [extend, end_now] = [("extend", "30 minutes longer"), ("end-now", "End now")].map(|(id, label)| Action {
            id: id.to_owned(),
            label: label.to_owned(),
        });
        let notification = Notification {
            kind,
            title: title.clone(),
            body: BODY.to_owned(),
            actions: vec![extend, end_now],
            urgency: Urgency::Low,
            stays: Some(Duration::from_secs(90)),
        };
        notifier
            .notify(notification, move |end| println!("{OUTCOME}{title}: {end:?}"))
            .expect("a thread");
    }
}
