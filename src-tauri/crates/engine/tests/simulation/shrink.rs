//! A run that breaks a promise is made as short as it can be.

use crate::{
    script::{Event, Script},
    witness::Broken,
    world::World,
};
use jiff::SignedDuration;

/// Runs `script` from its beginning.
pub(crate) fn run(script: &Script) -> Result<(), Broken> {
    World::new(script).run()
}

/// The shortest script found that breaks the same promise: events are taken out in ever smaller groups (ddmin).
pub(crate) fn shrunk(mut script: Script, broken: Broken) -> (Script, Broken) {
    let mut found = broken;
    let mut chunk = script.events.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut shorter = false;
        while at < script.events.len() {
            let mut fewer = script.clone();
            let end = (at + chunk).min(fewer.events.len());
            fewer.events.drain(at..end);
            match run(&fewer) {
                Err(broken) if broken.promise == found.promise => {
                    (script, found) = (fewer, broken);
                    shorter = true;
                }
                _ => at += chunk,
            }
        }
        if chunk == 1 && !shorter {
            return (script, found);
        }
        chunk = chunk.div_ceil(2).max(1);
    }
}

/// What happened, for a person to read.
pub(crate) fn told(script: &Script, broken: &Broken) -> String {
    let mut lines = vec![
        format!("seed {}: {}", script.seed, broken.promise),
        format!("  {}", broken.detail),
        format!(
            "  from {} in {}, a write shows after {:#}",
            script.start, script.zone, script.lag
        ),
    ];
    let line = |(at, event): &(SignedDuration, Event)| format!("  {at:#}: {event:?}");
    lines.extend(script.events.iter().map(line));
    lines.push(format!("  SEED={} cargo test -p engine --test simulation", script.seed));
    lines.join("\n")
}
