//! Long work, told while it happens: what starts, and how long it took.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// An error is a sentence for the person who waits.
pub(crate) type Outcome = Result<(), String>;

/// The steps so far, with their times.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Runs a command whose output the person sees.
    pub(crate) fn run(&mut self, what: &str, command: &mut Command) -> Outcome {
        self.take(what, || quietly(command))
    }

    /// Does a step of any kind.
    pub(crate) fn take(&mut self, what: &str, work: impl FnOnce() -> Outcome) -> Outcome {
        println!("\n==> {what}");
        let started = Instant::now();
        work().map_err(|problem| format!("{what}: {problem}"))?;
        let took = started.elapsed();
        println!("    done in {}", seconds(took));
        self.done.push((what.to_owned(), took));
        Ok(())
    }

    /// Every step with its time.
    pub(crate) fn summary(&self) -> String {
        let lines = self
            .done
            .iter()
            .map(|(what, took)| format!("{:>9}  {what}\n", seconds(*took)));
        let total = self.done.iter().map(|(_, took)| *took).sum();
        lines.chain([format!("{:>9}  in all", seconds(total))]).collect()
    }
}

/// Runs a command without a word about it, unless it fails. Nothing it starts may wait for an answer.
pub(crate) fn quietly(command: &mut Command) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("{name} could not be started: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{name} ended with {status}"))
    }
}

/// What a command prints, or `None` where it is missing or fails.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds}.{} s", time.subsec_millis() / 100),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}
