//! Many installations of one tenant, which share its budget of requests, and nobody who does anything.

use std::{cmp::Reverse, collections::BinaryHeap};

use engine::{Account, Code, Effect, Engine, Failure, Input, Memory, Settings, Signal};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use presence::Presence;
use simulator::tenant::{budget::Budget, people::TENANT_ID};

use crate::dice::Dice;

/// What all of them live through together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing: they are started over ten minutes in the morning.
    Nothing,
    /// The service answers 503 for an hour.
    Outage,
    /// Nobody has a network for an hour; then everybody has one, within seconds.
    NoNetwork,
    /// Everybody starts the computer at nine, within a minute.
    Restart,
}

/// Ten minutes of all of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Row {
    pub(crate) requests: u32,
    pub(crate) refused: u32,
}

impl Row {
    /// How many of a thousand requests were answered with 429.
    pub(crate) fn per_mille(self) -> u32 {
        self.refused * 1_000 / self.requests.max(1)
    }
}

/// Rows are this long.
pub(crate) const ROW: SignedDuration = SignedDuration::from_mins(10);
/// Trouble begins after this long, where there is any.
pub(crate) const TROUBLE: SignedDuration = SignedDuration::from_hours(2);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Start,
    Tick,
    /// A request arrives at the tenant.
    Asked,
    Back,
}

/// Lets `many` installations live for `rows` rows.
pub(crate) fn live(many: usize, fate: Fate, rows: usize) -> Vec<Row> {
    let start: Timestamp = "2026-11-23T07:00:00Z".parse().unwrap();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut dice = Dice::new(many as u64, 3);
    let mut budget = Budget::new(Some(many * 1_500 / 10_000), SignedDuration::from_secs(30));
    let shown = Presence::of("Available", "Available");
    let mut engines: Vec<Option<Engine>> = (0..many).map(|_| None).collect();
    let mut memories: Vec<Memory> = vec![Memory::of(somebody()); many];
    // An earlier deadline takes the place of a later one, which is then passed over.
    let mut due = vec![start; many];
    let mut turns = BinaryHeap::new();
    for at in 0..many {
        turns.push(Reverse((start + dice.seconds(0, 600), at, Turn::Start)));
    }
    let trouble = start + TROUBLE;
    if fate == Fate::Restart {
        for at in 0..many {
            turns.push(Reverse((trouble + dice.seconds(0, 60), at, Turn::Start)));
        }
    }
    if fate == Fate::NoNetwork {
        for at in 0..many {
            turns.push(Reverse((trouble + HOUR + dice.seconds(0, 5), at, Turn::Back)));
        }
    }
    let mut table = vec![Row::default(); rows];
    let end = start + ROW * i32::try_from(rows).unwrap();
    while let Some(Reverse((now, at, turn))) = turns.pop() {
        if now >= end {
            break;
        }
        let broken = (trouble..trouble + HOUR).contains(&now);
        let input = match turn {
            Turn::Start => {
                let settings = Settings {
                    polls: true,
                    seed: dice.draw(),
                    ..Settings::default()
                };
                let wall = now.to_zoned(zone.clone());
                engines[at] = Some(Engine::new(settings, memories[at].clone(), &wall));
                Input::Tick
            }
            Turn::Tick if now < due[at] => continue,
            Turn::Tick => Input::Tick,
            Turn::Back => Input::Signal(Signal::NetworkBack),
            Turn::Asked => {
                let result = if broken && fate == Fate::NoNetwork {
                    Err(Failure::of(Code::Unreachable))
                } else {
                    let row = now.duration_since(start).as_secs() / ROW.as_secs();
                    let row = &mut table[usize::try_from(row).unwrap()];
                    row.requests += 1;
                    match budget.spend(TENANT_ID, now) {
                        Err(pause) => {
                            row.refused += 1;
                            Err(Failure::of(Code::Throttled).after(Some(pause)))
                        }
                        Ok(()) if broken && fate == Fate::Outage => Err(Failure::of(Code::ServiceTrouble)),
                        Ok(()) => Ok(shown.clone()),
                    }
                };
                Input::Read { epoch: 0, result }
            }
        };
        let Some(engine) = &mut engines[at] else { continue };
        for effect in engine.step(&now.to_zoned(zone.clone()), input) {
            match effect {
                Effect::Read { .. } => turns.push(Reverse((now + dice.millis(50, 400), at, Turn::Asked))),
                Effect::Save(memory) => memories[at] = *memory,
                _ => {}
            }
        }
        if let Some(deadline) = engine.deadline() {
            due[at] = deadline;
            turns.push(Reverse((deadline.max(now), at, Turn::Tick)));
        }
    }
    table
}

fn somebody() -> Account {
    crate::tenant::account(0)
}
