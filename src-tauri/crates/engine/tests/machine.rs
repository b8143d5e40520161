//! The engine as its driver sees it: inputs in, effects out, in virtual time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it finds something wrong"
)]

use engine::{
    Account, AskState, Code, Command, Effect, Engine, Failure, Input, Memory, Reply, Settings, Snapshot, Ticket, Write,
};
use jiff::{SignedDuration, Timestamp, Zoned};
use presence::{Expiry, Layer, LocationKind, MessageText, PreferredPresence, Presence, WorkLocation};
use serde_json::json;

/// An engine with a clock of its own.
struct Rig {
    engine: Engine,
    now: Zoned,
    tickets: u64,
}

impl Rig {
    fn new(memory: Memory) -> Rig {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let settings = Settings {
            polls: true,
            seed: 42,
            ..Settings::default()
        };
        Rig {
            engine: Engine::new(settings, memory, &now),
            now,
            tickets: 0,
        }
    }

    fn signed_in() -> Rig {
        let mut rig = Rig::new(Memory {
            account: Some(megan()),
            ..Memory::default()
        });
        rig.input(Input::Tick);
        rig.shows(json!({"availability": "Available", "activity": "Available"}));
        rig
    }

    fn input(&mut self, input: Input) -> Vec<Effect> {
        self.engine.step(&self.now, input)
    }

    fn command(&mut self, command: Command) -> (Ticket, Vec<Effect>) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        (ticket, self.input(Input::Command(ticket, command)))
    }

    fn shows(&mut self, presence: serde_json::Value) -> Vec<Effect> {
        let result = Ok(Presence::from_graph(presence).unwrap());
        let epoch = self.epoch();
        self.input(Input::Read { epoch, result })
    }

    fn fails_to_read(&mut self, failure: Failure) -> Vec<Effect> {
        let epoch = self.epoch();
        self.input(Input::Read {
            epoch,
            result: Err(failure),
        })
    }

    fn wrote(&mut self, result: Result<(), Failure>) -> Vec<Effect> {
        let epoch = self.epoch();
        self.input(Input::Wrote { epoch, result })
    }

    /// The epoch that the engine's latest effects carried is the number of changes of account so far.
    fn epoch(&self) -> u64 {
        u64::from(self.engine.snapshot().account.as_ref() == Some(&alex()))
    }

    /// Lets time pass up to the engine's own deadline.
    fn on_to_deadline(&mut self) -> Vec<Effect> {
        let deadline = self.engine.deadline().expect("something is due");
        self.now = deadline.to_zoned(self.now.time_zone().clone());
        self.input(Input::Tick)
    }

    fn snapshot(&self) -> Snapshot {
        self.engine.snapshot()
    }
}

fn account(name: &str, id: &str) -> Account {
    Account {
        name: name.into(),
        username: format!("{id}@contoso.example"),
        tenant_id: "t".into(),
        id: id.into(),
    }
}

fn megan() -> Account {
    account("Megan Bowen", "megan")
}

fn alex() -> Account {
    account("Alex Wilber", "alex")
}

fn busy_for(length: &str) -> Command {
    Command::SetPresence {
        presence: PreferredPresence::Busy,
        expiry: Some(Expiry::For(length.parse().unwrap())),
    }
}

fn writes(effects: &[Effect]) -> Vec<&Write> {
    fn write(effect: &Effect) -> Option<&Write> {
        match effect {
            Effect::Write { write, .. } => Some(write),
            _ => None,
        }
    }
    effects.iter().filter_map(write).collect()
}

fn replies(effects: &[Effect]) -> Vec<(Ticket, Option<Code>)> {
    let reply = |effect: &Effect| match effect {
        Effect::Reply(ticket, Reply::Done) => Some((*ticket, None)),
        Effect::Reply(ticket, Reply::Failed(trouble)) => Some((*ticket, Some(trouble.code))),
        _ => None,
    };
    effects.iter().filter_map(reply).collect()
}

fn reads(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Read { .. }))
        .count()
}

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
    let effects = rig.wrote(Err(Failure::of(Code::Unreachable)));
    assert_eq!(replies(&effects), [(ticket, Some(Code::Unreachable))]);
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
    });
    assert!(writes(&effects).is_empty(), "the first is still under way");
    let effects = rig.wrote(Ok(()));
    assert_eq!(replies(&effects), [(first, None)]);
    assert_eq!(writes(&effects), [&Write::Message(text, None)]);
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
    let (ticket, effects) = rig.command(Command::SignIn);
    assert_eq!(
        effects,
        [Effect::SignIn {
            attempt: 1,
            login_hint: None
        }]
    );
    rig.input(Input::SignInWaits {
        attempt: 1,
        url: "http://x/".into(),
    });
    assert_eq!(rig.snapshot().signing_in.unwrap().url.as_deref(), Some("http://x/"));
    let effects = rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok(alex()),
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
    let (first, _) = rig.command(Command::SignIn);
    let (second, effects) = rig.command(Command::SignIn);
    assert_eq!(replies(&effects), [(first, Some(Code::SignInCancelled))]);
    assert!(
        rig.input(Input::SignedIn {
            attempt: 1,
            result: Ok(megan())
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
    assert_eq!(effects, [Effect::NotifySignInNeeded]);
    assert_eq!(rig.engine.deadline(), None);
    let snapshot = rig.snapshot();
    assert!(
        !snapshot.signed_in && snapshot.account.is_some(),
        "known, for the next sign-in"
    );
    assert_eq!(snapshot.problem.unwrap().next_try, None);
}

#[test]
fn trouble_keeps_its_beginning_names_the_next_try_and_goes_with_the_first_success() {
    let mut rig = Rig::signed_in();
    rig.on_to_deadline();
    let began = rig.now.timestamp();
    rig.fails_to_read(Failure::of(Code::Unreachable));
    rig.on_to_deadline();
    rig.fails_to_read(Failure::of(Code::Unreachable));
    let problem = rig.snapshot().problem.unwrap();
    assert_eq!((problem.code, problem.since), (Code::Unreachable, began));
    assert!(problem.next_try.unwrap() > rig.now.timestamp());
    assert!(
        rig.snapshot().presence.is_some(),
        "the last known presence stays, with its age"
    );
    rig.on_to_deadline();
    rig.shows(json!({"availability": "Available"}));
    assert_eq!(rig.snapshot().problem, None);
}

#[test]
fn a_read_older_than_what_is_shown_is_dropped() {
    let mut rig = Rig::signed_in();
    rig.shows(json!({"availability": "Busy", "sequenceNumber": "A0129311063"}));
    let read_at: Option<Timestamp> = rig.snapshot().read_at;
    rig.now = rig.now.saturating_add(SignedDuration::from_secs(9));
    rig.shows(json!({"availability": "Available", "sequenceNumber": "A0129311062"}));
    assert_eq!(rig.snapshot().presence.unwrap().availability(), "Busy");
    assert_eq!(rig.snapshot().read_at, read_at);
}

#[test]
fn an_hour_of_calm_costs_at_most_sixty_reads() {
    let mut rig = Rig::signed_in();
    let end = rig.now.timestamp() + SignedDuration::from_hours(1);
    let mut count = 0;
    while rig.engine.deadline().unwrap() < end {
        count += reads(&rig.on_to_deadline());
        rig.shows(json!({"availability": "Available", "activity": "Available"}));
    }
    assert!((45..=60).contains(&count), "{count}");
}

#[test]
fn a_command_of_its_own_reads_only_when_told_to() {
    let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
    let memory = Memory {
        account: Some(megan()),
        ..Memory::default()
    };
    let mut engine = Engine::new(Settings::default(), memory, &now);
    assert!(engine.step(&now, Input::Tick).is_empty());
    assert_eq!(engine.deadline(), None);
    let effects = engine.step(&now, Input::Command(Ticket(1), Command::Refresh));
    assert_eq!(effects, [Effect::Read { epoch: 0 }]);
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
fn somebody_else_who_signs_in_takes_the_place_and_the_earlier_token_is_forgotten() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.command(Command::SignIn);
    let effects = rig.input(Input::SignedIn {
        attempt: 1,
        result: Ok(alex()),
    });
    assert!(effects.contains(&Effect::Forget(megan())));
    assert_eq!(rig.snapshot().asked.presence, None, "that was hers");
    rig.command(Command::SignIn);
    let effects = rig.input(Input::SignedIn {
        attempt: 2,
        result: Ok(alex()),
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
fn two_writes_that_fail_leave_what_stood_before_both() {
    let mut rig = Rig::signed_in();
    rig.command(busy_for("1h"));
    rig.wrote(Ok(()));
    let before = rig.snapshot().asked;
    rig.command(busy_for("2h"));
    rig.command(busy_for("4h"));
    rig.wrote(Err(Failure::of(Code::Unreachable)));
    rig.wrote(Err(Failure::of(Code::Unreachable)));
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
