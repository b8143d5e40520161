//! What happens in a run, drawn from its seed before it begins, so that it can be shrunk to what matters.
//!
//! Each seed leaves some kinds of event out and has more or less of others (swarm testing): where everything happens all the time, much is
//! hidden behind something else.

use engine::{Command, Signal, Subject};
use jiff::{SignedDuration, Timestamp};
use presence::{End, Expiry, Layer, Length, LocationKind, MessageText, PreferredPresence, Preset, WorkLocation};
use simulator::tenant::presence::TeamsClient;

use crate::{dice::Dice, weather::Kind};

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// The person wants something of this program.
    Command(Command),
    /// The person signs in, as somebody, and grants writing or not; in the browser that takes a while.
    SignIn {
        person: usize,
        write: bool,
        takes: SignedDuration,
    },
    /// A surface is opened or closed.
    Attended(bool),
    Signal(Signal),
    /// The process dies at its next step, after so many of its effects, and starts again later.
    Crash {
        performed: usize,
        away: SignedDuration,
    },
    /// The person quits, and starts the program again later.
    Quit {
        away: SignedDuration,
    },
    /// The computer sleeps; whether the system tells when it wakes up.
    Sleep {
        length: SignedDuration,
        told: bool,
    },
    /// The clock is set.
    Clock(SignedDuration),
    /// The computer is in another zone.
    Travel(&'static str),
    /// Chosen in Teams.
    Prefer(Option<(PreferredPresence, SignedDuration)>),
    /// Written in Teams.
    Message(Option<(&'static str, Option<SignedDuration>)>),
    /// Said in Teams.
    Location(&'static str),
    /// What a Teams client reports, or that it was closed.
    Teams(TeamsClient, Option<(&'static str, &'static str)>),
    Meeting(SignedDuration),
    OutOfOffice(bool),
    Weather {
        kind: Kind,
        percent: i64,
        length: SignedDuration,
    },
    /// How long it takes until a write shows.
    Lag(SignedDuration),
    /// The refresh token is taken back.
    Revoke,
}

/// A run before it happens.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) seed: u64,
    pub(crate) zone: &'static str,
    pub(crate) start: Timestamp,
    pub(crate) length: SignedDuration,
    pub(crate) lag: SignedDuration,
    /// When, since the start, and what; in order.
    pub(crate) events: Vec<(SignedDuration, Event)>,
}

/// Where and when runs begin: ordinary days, and the nights in which clocks change.
const BEGINNINGS: [(&str, &str); 8] = [
    ("Europe/Berlin", "2026-03-28T18:00:00Z"),
    ("Europe/Berlin", "2026-10-24T20:00:00Z"),
    ("America/New_York", "2026-03-08T03:00:00Z"),
    ("America/New_York", "2026-10-31T22:00:00Z"),
    ("Asia/Kolkata", "2026-05-04T03:00:00Z"),
    ("Pacific/Auckland", "2026-04-04T08:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T10:00:00Z"),
    ("UTC", "2026-12-31T20:00:00Z"),
];

const ZONES: [&str; 4] = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC"];

/// Draws an event of one kind.
type Kinds = fn(&mut Dice) -> Event;

/// How many of each kind an hour has where the seed neither leaves it out nor has more of it, in tenths.
const KINDS: [(Kinds, i64); 15] = [
    (presence_command, 20),
    (message_command, 10),
    (location_command, 6),
    (other_command, 10),
    (surface, 20),
    (signal, 15),
    (crash, 4),
    (quit, 2),
    (sleep, 4),
    (clock, 2),
    (preferred_in_teams, 8),
    (message_in_teams, 5),
    (teams, 15),
    (weather, 15),
    (account, 3),
];

impl Script {
    pub(crate) fn new(seed: u64, hours: i64) -> Script {
        let mut dice = Dice::new(seed, 1);
        let (zone, start) = dice.pick(&BEGINNINGS);
        let length = SignedDuration::from_hours(hours);
        let start = start.parse::<Timestamp>().unwrap() + dice.seconds(0, 14 * 3_600);
        let mut events = Vec::new();
        for (kind, tenths) in KINDS {
            if dice.percent(35) {
                continue;
            }
            let rate = tenths * dice.pick(&[1, 2, 4, 8, 16]);
            let many = (hours * rate + dice.below(80)) / 40;
            for _ in 0..many {
                let at = dice.millis(0, hours * 3_600_000);
                let event = kind(&mut dice);
                if let Event::Revoke = event {
                    let back = Event::SignIn {
                        person: 0,
                        write: dice.percent(90),
                        takes: dice.seconds(3, 60),
                    };
                    events.push((at + dice.some_time(60, 7_200), back));
                }
                events.push((at, event));
                // What people do, they often do at once with something else.
                if dice.percent(20) {
                    events.push((at + dice.millis(0, 3_000), kind(&mut dice)));
                }
            }
        }
        events.retain(|(at, _)| *at < length);
        events.sort_by_key(|(at, _)| *at);
        Script {
            seed,
            zone,
            start,
            length,
            lag: lag(&mut dice),
            events,
        }
    }
}

fn lag(dice: &mut Dice) -> SignedDuration {
    SignedDuration::from_secs(dice.pick(&[0, 0, 1, 3, 10, 40]))
}

fn expiry(dice: &mut Dice) -> Option<Expiry> {
    Some(match dice.below(10) {
        0..3 => return None,
        3 => Expiry::Until(End::Tomorrow),
        4 => {
            let time = jiff::civil::time(i8::try_from(dice.below(24)).unwrap(), 30, 0, 0);
            Expiry::Until(End::Time(time))
        }
        _ => Expiry::For(Length::from_minutes(
            u16::try_from(dice.pick(&[1, 2, 5, 10, 30, 60, 150])).unwrap(),
        )),
    })
}

/// What the settings offer: one with everything, one without an end, one that ends with the day.
pub(crate) fn presets() -> Vec<Preset> {
    let preset = |name: &str, presence, message: Option<&str>, expiry| Preset {
        name: name.into(),
        presence,
        message: message.map(|text| MessageText::new(text).unwrap()),
        pinned: false,
        location: None,
        expiry,
        shortcut: None,
    };
    let hour = Expiry::For(Length::from_minutes(60));
    vec![
        Preset {
            location: Some(WorkLocation {
                kind: LocationKind::Remote,
                place: None,
            }),
            ..preset(
                "Focus",
                Some(PreferredPresence::DoNotDisturb),
                Some("Deep work"),
                Some(hour),
            )
        },
        preset("Lunch", Some(PreferredPresence::BeRightBack), Some("At lunch"), None),
        preset(
            "Gone",
            Some(PreferredPresence::Offline),
            None,
            Some(Expiry::Until(End::Tomorrow)),
        ),
    ]
}

/// What the preset of that name asks for, each as a command of its own.
pub(crate) fn parts_of(name: Option<&str>) -> Vec<Command> {
    let Some(preset) = presets().into_iter().find(|preset| Some(preset.name.as_str()) == name) else {
        return Vec::new();
    };
    let (expiry, pinned) = (preset.expiry, Some(preset.pinned));
    let presence = preset.presence.map(|presence| Command::SetPresence {
        presence,
        expiry: expiry.clone(),
    });
    let message = preset.message.map(|text| Command::SetMessage { text, expiry, pinned });
    let location = preset.location.map(|location| Command::SetLocation {
        location,
        layer: Layer::Manual,
    });
    [presence, message, location].into_iter().flatten().collect()
}

fn presence_command(dice: &mut Dice) -> Event {
    Event::Command(match dice.below(13) {
        0 | 1 => Command::ResetPresence,
        10 | 11 => Command::EndPresence,
        12 => Command::ApplyPreset {
            name: Some(dice.pick(&["Focus", "Focus", "Lunch", "Gone"]).into()),
        },
        _ => Command::SetPresence {
            presence: dice.pick(&PreferredPresence::ALL),
            expiry: expiry(dice),
        },
    })
}

fn message_command(dice: &mut Dice) -> Event {
    Event::Command(match dice.below(10) {
        0..3 => Command::ClearMessage,
        _ => Command::SetMessage {
            text: MessageText::new(dice.pick(&["At lunch", "Deep work", "Back at four"])).unwrap(),
            expiry: expiry(dice),
            pinned: dice.pick(&[None, None, Some(true), Some(false)]),
        },
    })
}

fn location_command(dice: &mut Dice) -> Event {
    let layer = dice.pick(&[Layer::Manual, Layer::Automatic]);
    Event::Command(match dice.below(10) {
        0 | 1 => Command::ClearLocation { layer },
        _ => {
            let kind = dice.pick(&LocationKind::ALL);
            let place = (kind == LocationKind::Office && dice.percent(50)).then(|| {
                let known = simulator::places()[0].id;
                (dice.pick(&[known, "eb706f15-137e-4722-b4d1-b601481d9251"])).to_owned()
            });
            Command::SetLocation {
                location: WorkLocation { kind, place },
                layer,
            }
        }
    })
}

fn other_command(dice: &mut Dice) -> Event {
    Event::Command(match dice.below(10) {
        0..4 => Command::KeepAlive { on: dice.percent(70) },
        4..7 => Command::Refresh,
        7 => Command::OPEN_FLYOUT,
        8 => Command::SetStartAtLogin { on: dice.percent(50) },
        _ => Command::Dismiss {
            about: dice.pick(&[Subject::Presence, Subject::Message, Subject::Location]),
        },
    })
}

fn surface(dice: &mut Dice) -> Event {
    Event::Attended(dice.percent(45))
}

fn signal(dice: &mut Dice) -> Event {
    Event::Signal(dice.pick(&[Signal::Locked, Signal::Unlocked, Signal::NetworkBack, Signal::Resumed]))
}

fn crash(dice: &mut Dice) -> Event {
    Event::Crash {
        performed: usize::try_from(dice.below(4)).unwrap(),
        away: dice.some_time(1, 7_200),
    }
}

fn quit(dice: &mut Dice) -> Event {
    Event::Quit {
        away: dice.some_time(5, 14_400),
    }
}

fn sleep(dice: &mut Dice) -> Event {
    Event::Sleep {
        length: dice.some_time(60, 259_200),
        told: dice.percent(70),
    }
}

fn clock(dice: &mut Dice) -> Event {
    if dice.percent(20) {
        return Event::Travel(dice.pick(&ZONES));
    }
    let by = dice.some_time(1, 172_800);
    Event::Clock(if dice.percent(50) { by } else { -by })
}

fn preferred_in_teams(dice: &mut Dice) -> Event {
    if dice.percent(30) {
        return Event::Prefer(None);
    }
    Event::Prefer(Some((dice.pick(&PreferredPresence::ALL), dice.some_time(300, 86_400))))
}

fn message_in_teams(dice: &mut Dice) -> Event {
    match dice.below(10) {
        0..3 => Event::Message(None),
        3 => Event::Location(dice.pick(&["office", "remote", "timeOff"])),
        _ => {
            let until = dice.percent(50).then(|| dice.some_time(120, 28_800));
            Event::Message(Some((dice.pick(&["In Teams", "On the phone", "At lunch"]), until)))
        }
    }
}

fn teams(dice: &mut Dice) -> Event {
    const REPORTS: [Option<(&str, &str)>; 9] = [
        None,
        None,
        Some(("Available", "Available")),
        Some(("Available", "Available")),
        Some(("Away", "Away")),
        Some(("Available", "AvailableInactive")),
        Some(("Busy", "InACall")),
        Some(("Busy", "InAConferenceCall")),
        Some(("DoNotDisturb", "Presenting")),
    ];
    match dice.below(12) {
        0 => Event::Meeting(dice.some_time(900, 7_200)),
        1 => Event::OutOfOffice(dice.percent(40)),
        _ => Event::Teams(dice.pick(&TeamsClient::ALL), dice.pick(&REPORTS)),
    }
}

fn weather(dice: &mut Dice) -> Event {
    let retry_after = dice.pick(&[None, Some(1), Some(10), Some(30), Some(600)]);
    let kind = match dice.below(17) {
        0 | 1 => Kind::Throttled(retry_after),
        2 => Kind::Trouble(None),
        3 => Kind::Trouble(retry_after),
        4 | 5 => Kind::Offline,
        6 => Kind::AnswersLost,
        7 => Kind::Portal,
        8 => Kind::Forbidden,
        9 => Kind::Slow(dice.pick(&[2, 8])),
        10 => Kind::NewWords,
        11 => Kind::NoNumbers,
        12 => Kind::OldAnswers,
        13 => Kind::MessagesStick,
        14 => Kind::Keychain,
        15 => Kind::WritesFail,
        _ => return Event::Lag(lag(dice)),
    };
    Event::Weather {
        kind,
        percent: dice.pick(&[20, 60, 100]),
        length: dice.some_time(10, 10_800),
    }
}

fn account(dice: &mut Dice) -> Event {
    match dice.below(6) {
        0 => Event::Command(Command::SignOut),
        1..4 => Event::Revoke,
        _ => Event::SignIn {
            person: usize::from(dice.percent(30)),
            write: dice.percent(80),
            takes: dice.seconds(3, 60),
        },
    }
}
