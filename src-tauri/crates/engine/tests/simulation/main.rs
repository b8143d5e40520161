//! The engine against a tenant, weather, people and an operating system, from one seed.
//!
//! `SEED=… cargo test -p engine --test simulation` replays one run; `SEEDS=n HOURS=h` say how many there are and how long each is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it finds something wrong"
)]

mod dice;
mod herd;
#[path = "../../../resident/src/patience.rs"]
mod patience;
mod promises;
mod script;
mod shrink;
mod tenant;
mod weather;
mod wire;
mod witness;
mod world;

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use herd::{Fate, Row};
use script::Script;
use witness::Broken;
use world::World;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect(name))
}

#[test]
fn every_promise_is_kept_whatever_happens() {
    let hours = i64::try_from(number("HOURS").unwrap_or(2)).unwrap();
    let seeds = if let Some(seed) = number("SEED") {
        seed..seed + 1
    } else {
        let first = number("FIRST").unwrap_or(0);
        first..first + number("SEEDS").unwrap_or(2_000)
    };
    let most = usize::try_from(number("MOST").unwrap_or(1)).unwrap();
    let next = AtomicU64::new(seeds.start);
    let broken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || broken.lock().unwrap().len() >= most {
                        break;
                    }
                    let script = Script::new(seed, hours);
                    if let Err(found) = World::new(&script).run() {
                        broken.lock().unwrap().push(seed);
                        println!("\n{}\n", tell(script, found));
                    }
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "promises were broken by the seeds {broken:?}");
}

/// The shortest way to the same fault; with `TRACE=1` step by step.
fn tell(script: Script, found: Broken) -> String {
    let (script, found) = shrink::shrunk(script, found);
    if number("TRACE").is_some() {
        let mut world = World::new(&script);
        world.trace = true;
        assert!(world.run().is_err(), "a run can be repeated");
    }
    shrink::told(&script, &found)
}

/// Refused of a thousand requests, in the last hour.
const STORM: u32 = 20;
/// The same for a herd a tenth as large, with a tenth of the budget: chance weighs more in it.
const SMALL_STORM: u32 = 50;

#[test]
fn many_installations_of_one_tenant_share_its_budget_without_a_storm() {
    let many = usize::try_from(number("MANY").unwrap_or(1_000)).unwrap();
    let storm = if many < 10_000 { SMALL_STORM } else { STORM };
    for fate in [Fate::Nothing, Fate::Outage, Fate::NoNetwork, Fate::Restart] {
        let table = herd::live(many, fate, 24);
        println!(
            "{many} installations, {fate:?}: of ten minutes each, requests a second and installation, 429 of a thousand"
        );
        for (row, told) in table.iter().enumerate() {
            let apart = many as u64 * 600 / u64::from(told.requests.max(1));
            println!("  {:>3} min  every {apart:>4} s  {:>4}", row * 10, told.per_mille());
        }
        let last = &table[table.len() - 6..];
        let sum = last.iter().fold(Row::default(), |sum, row| Row {
            requests: sum.requests + row.requests,
            refused: sum.refused + row.refused,
        });
        let apart = many as u64 * 3_600 / u64::from(sum.requests);
        assert!(
            sum.per_mille() < storm,
            "{fate:?}: {} of a thousand refused",
            sum.per_mille()
        );
        assert!(apart >= 200, "{fate:?}: every {apart} s");
    }
}
