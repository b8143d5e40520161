//! What a client and a resident say to each other when both behave.

mod support;

use std::time::Duration;

use control::{Client, ClientError, ConnectError, VERSION, wait_for};
use engine::{Account, AskState, AskedMessage, Code, Command, Problem, Reference, Reply, Subject, Trouble};
use futures_util::future::join_all;
use presence::{Expiry, Layer, LocationKind, MessageText, PreferredPresence, Presence, WorkLocation};
use support::{Resident, reply_to_all, snapshot};
use tempfile::tempdir;

#[tokio::test]
async fn every_kind_of_command_arrives_as_it_was_sent_and_every_kind_of_reply_comes_back() {
    let folder = tempdir().unwrap();
    let mut resident = Resident::start(folder.path());
    let client = resident.client().await;
    assert_eq!(client.version(), VERSION);

    let failed = Reply::Failed(Trouble {
        code: Code::Unreachable,
        message: "Microsoft cannot be reached.".into(),
        advice: "Check the\nnetwork «now».".into(),
        reference: Reference::default(),
    });
    let location = WorkLocation {
        kind: LocationKind::Office,
        place: Some("3b1f".into()),
    };
    for command in [
        Command::SetPresence {
            presence: PreferredPresence::DoNotDisturb,
            expiry: Some(Expiry::until("17:00").unwrap()),
        },
        Command::SetPresence {
            presence: PreferredPresence::Away,
            expiry: None,
        },
        Command::ResetPresence,
        Command::SetMessage {
            text: MessageText::new("line\nbreak, \"quotes\", 🦊").unwrap(),
            expiry: Some(Expiry::For("1h30m".parse().unwrap())),
            pinned: Some(true),
        },
        Command::ClearMessage,
        Command::SetLocation {
            location,
            layer: Layer::Manual,
        },
        Command::ClearLocation {
            layer: Layer::Automatic,
        },
        Command::KeepAlive { on: true },
        Command::Dismiss {
            about: Subject::Message,
        },
        Command::SIGN_IN,
        Command::CancelSignIn,
        Command::SignOut,
        Command::Refresh,
        Command::OPEN_FLYOUT,
        Command::SetStartAtLogin { on: true },
        Command::Quit,
    ] {
        for reply in [Reply::Done, failed.clone()] {
            let (got, ()) = tokio::join!(client.send(command.clone()), async {
                let (arrived, due) = resident.commands.recv().await.unwrap();
                assert_eq!(arrived, command);
                due.send(reply.clone()).unwrap();
            });
            assert_eq!(got, Ok(reply), "{command:?}");
        }
    }
}

#[tokio::test]
async fn a_snapshot_arrives_whole() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let mut full = snapshot("héllo\n");
    full.signed_in = true;
    full.account = Some(Account {
        name: "Adele Vance".into(),
        username: "adele@contoso.com".into(),
        tenant_id: "t".into(),
        id: "i".into(),
    });
    full.presence = Some(Presence::of("Busy", "Juggling"));
    full.read_at = Some("2026-11-20T15:30:00.123Z".parse().unwrap());
    full.asked.message = Some(AskedMessage {
        value: MessageText::new("away").unwrap(),
        until: None,
        state: AskState::Pending,
    });
    full.problem = Some(Problem {
        code: Code::Throttled,
        message: "m".into(),
        advice: "a".into(),
        since: "2026-11-20T15:30:00Z".parse().unwrap(),
        reference: Reference::default(),
        remedy: None,
        next_try: None,
    });
    resident.snapshots.send_replace(full.clone());
    assert_eq!(resident.client().await.look().await, Ok(full));
}

#[tokio::test]
async fn replies_come_as_they_are_ready_while_a_watch_goes_on() {
    let folder = tempdir().unwrap();
    let mut resident = Resident::start(folder.path());
    let client = resident.client().await;
    let mut watch = client.watch().await.unwrap();
    assert_eq!(watch.next().await, Some(snapshot("first")));

    let spawn = |command| {
        let client = client.clone();
        tokio::spawn(async move { client.send(command).await })
    };
    let slow = spawn(Command::SIGN_IN);
    let (_, sign_in) = resident.commands.recv().await.unwrap();
    let quick = spawn(Command::Refresh);
    let (_, refresh) = resident.commands.recv().await.unwrap();
    refresh.send(Reply::Done).unwrap();
    assert_eq!(quick.await.unwrap(), Ok(Reply::Done));

    resident.snapshots.send_replace(snapshot("second"));
    assert_eq!(watch.next().await, Some(snapshot("second")));
    assert_eq!(client.look().await, Ok(snapshot("second")));

    assert!(!slow.is_finished());
    sign_in.send(Reply::Done).unwrap();
    assert_eq!(slow.await.unwrap(), Ok(Reply::Done));
}

#[tokio::test]
async fn a_watch_shows_the_latest_and_no_backlog_and_each_watch_its_own() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let client = resident.client().await;
    let mut one = client.watch().await.unwrap();
    assert_eq!(one.next().await, Some(snapshot("first")));

    for number in 0..10_000 {
        resident.snapshots.send_replace(snapshot(&number.to_string()));
    }
    let mut two = resident.client().await.watch().await.unwrap();
    assert_eq!(two.next().await, Some(snapshot("9999")));
    let mut seen = 0;
    while one.next().await != Some(snapshot("9999")) {
        seen += 1;
    }
    assert!(seen < 10, "{seen} were overtaken long ago");
}

#[tokio::test]
async fn a_command_goes_on_when_its_client_has_left() {
    let folder = tempdir().unwrap();
    let mut resident = Resident::start(folder.path());
    let client = resident.client().await;
    let asking = tokio::spawn(async move { client.send(Command::Refresh).await });
    let (command, mut reply) = resident.commands.recv().await.unwrap();
    asking.abort();

    reply.closed().await;
    assert_eq!(command, Command::Refresh);
    reply_to_all(resident.commands);
    let next = Client::connect(&resident.endpoint).await.unwrap();
    assert_eq!(next.send(Command::Refresh).await, Ok(Reply::Done));
}

#[tokio::test]
async fn the_last_replies_are_written_and_then_nobody_is_there() {
    let folder = tempdir().unwrap();
    let mut resident = Resident::start(folder.path());
    let endpoint = resident.endpoint.clone();
    let client = resident.client().await;
    let mut watch = client.watch().await.unwrap();
    watch.next().await.unwrap();

    let quit = || client.send(Command::Quit);
    let (replies, ()) = tokio::join!(join_all([(); 12].map(|()| quit())), async {
        let mut due = Vec::new();
        while due.len() < 12 {
            due.push(resident.commands.recv().await.unwrap().1);
        }
        for reply in due {
            reply.send(Reply::Done).unwrap();
        }
        resident.end().await;
    });
    assert_eq!(replies, vec![Ok(Reply::Done); 12]);
    assert_eq!(watch.next().await, None);
    assert_eq!(client.look().await, Err(ClientError::HungUp));
    assert!(matches!(
        Client::connect(&endpoint).await,
        Err(ConnectError::NobodyThere)
    ));
}

#[tokio::test]
async fn a_command_that_the_resident_drops_is_not_waited_for_for_ever() {
    let folder = tempdir().unwrap();
    let mut resident = Resident::start(folder.path());
    let client = resident.client().await;
    let (reply, ()) = tokio::join!(client.send(Command::Refresh), async {
        drop(resident.commands.recv().await.unwrap());
    });
    assert_eq!(reply, Err(ClientError::HungUp));
}

#[tokio::test]
async fn whoever_starts_a_resident_can_wait_until_it_listens() {
    let folder = tempdir().unwrap();
    let endpoint = control::Endpoint::at(folder.path());
    let none = wait_for(&endpoint, Duration::from_millis(30)).await;
    assert!(matches!(none, Err(ConnectError::NobodyThere)));

    let (client, _resident) = tokio::join!(wait_for(&endpoint, Duration::from_secs(10)), async {
        // Another task's turn first, so that the wait has begun.
        tokio::task::yield_now().await;
        Resident::start(folder.path())
    });
    assert_eq!(client.unwrap().look().await, Ok(snapshot("first")));
}

#[tokio::test]
async fn who_watches_is_counted_and_who_only_looks_is_not() {
    let folder = tempdir().unwrap();
    let resident = Resident::start(folder.path());
    let mut size = resident.audience.size();
    let client = resident.client().await;
    client.look().await.unwrap();
    assert_eq!(*size.borrow_and_update(), 0);
    let mut watch = client.watch().await.unwrap();
    watch.next().await.unwrap();
    size.wait_for(|size| *size == 1).await.unwrap();
    drop((watch, client));
    size.wait_for(|size| *size == 0).await.unwrap();
}
