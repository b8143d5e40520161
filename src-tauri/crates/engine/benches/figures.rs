//! What the engine promises about speed and about requests, measured: `cargo bench -p engine`. Ends with 1 where a figure is missed.
//!
//! `cargo bench -p engine --bench figures -- --json` prints the three figures that are promised as one line of JSON, for a program that judges
//! them itself: `{"simulated_hours_per_minute":…,"step_median_ns":…,"requests_in_a_day":…}`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    dead_code,
    reason = "a measurement stops where it finds something wrong; the simulation is shared with its test"
)]

#[path = "../tests/simulation/dice.rs"]
mod dice;
#[allow(unused_imports, reason = "its tests run elsewhere")]
#[path = "../../resident/src/patience.rs"]
mod patience;
#[path = "../tests/simulation/promises/mod.rs"]
mod promises;
#[path = "../tests/simulation/script.rs"]
mod script;
#[path = "../tests/simulation/tenant.rs"]
mod tenant;
#[path = "../tests/simulation/weather.rs"]
mod weather;
#[path = "../tests/simulation/wire.rs"]
mod wire;
#[path = "../tests/simulation/witness.rs"]
mod witness;
#[path = "../tests/simulation/world.rs"]
mod world;

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use engine::{Account, Command, Effect, Engine, Input, Memory, Settings};
use jiff::{SignedDuration, Zoned};
use presence::{Expiry, Length, PreferredPresence, Presence};
use script::{Event, Script};
use serde_json::json;
use world::World;

const RUNS: u64 = 100;
const HOURS: i64 = 24;
const STEPS: usize = 200_000;

fn main() -> ExitCode {
    let hours = simulated_hours_a_minute();
    let (median, p99) = times(false);
    let (with_picture, picture_p99) = times(true);
    let requests = requests_in_a_day();
    if std::env::args().any(|argument| argument == "--json") {
        let figures = json!({
            "simulated_hours_per_minute": hours.round(),
            "step_median_ns": u64::try_from(median.as_nanos()).unwrap(),
            "requests_in_a_day": requests,
        });
        println!("{figures}");
        return ExitCode::SUCCESS;
    }
    println!("simulated hours a minute on one core:  {hours:>9.0}   (at least 100,000)");
    println!("one step, median:                      {median:>9.2?}   (at most 2 µs)");
    println!("one step, 99th percentile:             {p99:>9.2?}");
    println!("one step with its picture, median:     {with_picture:>9.2?}");
    println!("one step with its picture, 99th p.:    {picture_p99:>9.2?}");
    println!("requests in a day of normal use:       {requests:>9}   (at most 1,500)");
    if hours >= 100_000.0 && median <= Duration::from_micros(2) && requests <= 1_500 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// With everything that can happen, and every promise checked after every step.
fn simulated_hours_a_minute() -> f64 {
    let began = Instant::now();
    let worked = time_on_core();
    for seed in 0..RUNS {
        World::new(&Script::new(seed, HOURS)).run().unwrap();
    }
    let took = match (worked, time_on_core()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => began.elapsed(),
    };
    let hours = f64::from(u32::try_from(RUNS).unwrap()) * f64::from(i32::try_from(HOURS).unwrap());
    hours * 60.0 / took.as_secs_f64()
}

/// How long this thread was on a core, where the system tells: what else the computer does is no fault of the engine.
fn time_on_core() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Median and 99th percentile of one step, in a life of reads and writes with everything remembered that can be; `picture`: with the
/// Snapshot that a driver takes after it.
fn times(picture: bool) -> (Duration, Duration) {
    let account = Account {
        name: "Megan Ashdown".into(),
        username: "megan.ashdown@harbourlight.example".into(),
        tenant_id: "3f5a1c9e-8d27-4b64-9c0f-52e7ab31d806".into(),
        id: "5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531".into(),
    };
    let settings = Settings {
        polls: true,
        ..Settings::default()
    };
    let mut now: Zoned = "2026-11-20T08:00:00+01:00[Europe/Berlin]".parse().unwrap();
    let mut engine = Engine::new(settings, Memory::of(account), &now);
    let shown = json!({
        "id": "5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531",
        "availability": "Busy",
        "activity": "Busy",
        "outOfOfficeSettings": {"message": null, "isOutOfOffice": false},
        "statusMessage": {"message": {"content": "Deep work", "contentType": "text"}},
        "workLocation": {"placeId": null, "source": "none", "workLocationType": "unspecified"},
    });
    let shown = Presence::from_graph(shown).unwrap();
    let busy = Command::SetPresence {
        presence: PreferredPresence::Busy,
        expiry: Some(Expiry::For(Length::from_minutes(60))),
    };
    let mut took = Vec::with_capacity(STEPS);
    let mut input = Input::Tick;
    for turn in 0..STEPS {
        let began = Instant::now();
        let effects = black_box(engine.step(&now, input));
        if picture {
            black_box(engine.snapshot());
        }
        took.push(began.elapsed());
        now = now.checked_add(SignedDuration::from_millis(200)).unwrap();
        let answer = effects.iter().find_map(|effect| match effect {
            Effect::Read { epoch } => Some(Input::Read {
                epoch: *epoch,
                result: Ok(shown.clone()),
            }),
            Effect::Write { epoch, .. } => Some(Input::Wrote {
                epoch: *epoch,
                result: Ok(()),
            }),
            _ => None,
        });
        input = match answer {
            Some(answer) => answer,
            None if turn % 500 == 0 => Input::Command(engine::Ticket(u64::try_from(turn).unwrap()), busy.clone()),
            None => {
                let due = engine.deadline().unwrap().to_zoned(now.time_zone().clone());
                now = now.max(due);
                Input::Tick
            }
        };
    }
    took.sort_unstable();
    (took[STEPS / 2], took[STEPS * 99 / 100])
}

/// Eight hours at work, with a surface opened 20 times for a few minutes and 10 commands; then the screen is locked for the night.
fn requests_in_a_day() -> u64 {
    let minutes = SignedDuration::from_mins;
    let mut events = Vec::new();
    for opened in 0..20 {
        events.push((minutes(24 * opened), Event::Attended(true)));
        events.push((minutes(24 * opened + 3), Event::Attended(false)));
    }
    for asked in 0..10 {
        let command = Command::SetPresence {
            presence: PreferredPresence::ALL[usize::try_from(asked % 6).unwrap()],
            expiry: Some(Expiry::For(Length::from_minutes(30))),
        };
        events.push((minutes(48 * asked + 7), Event::Command(command)));
    }
    events.push((minutes(480), Event::Signal(engine::Signal::Locked)));
    events.sort_by_key(|(at, _)| *at);
    let script = Script {
        seed: 1,
        zone: "Europe/Berlin",
        start: "2026-11-20T07:00:00Z".parse().unwrap(),
        length: SignedDuration::from_hours(24),
        lag: SignedDuration::from_secs(3),
        events,
    };
    let mut world = World::new(&script);
    world.run().unwrap();
    world.tally.reads + world.tally.writes
}
