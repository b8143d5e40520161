//! What the kernel says about a program and everything it started.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use end_to_end::deadline::within;
use tokio::process::{Child, Command};

/// A running program, with the processes below it. Dropped, it is ended.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    id: u32,
}

/// What a program did since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Activity {
    /// Processor time in clock ticks, a hundredth of a second each.
    pub(crate) ticks: u64,
    /// How often one of its threads began to run again.
    pub(crate) wake_ups: u64,
}

impl Program {
    /// Starts it, without its output.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let child = command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let id = child.id().context("it ended at once")?;
        Ok(Self { child, id })
    }

    /// Proportional set size of all its processes in bytes: a shared page counts by its share.
    pub(crate) fn memory(&self) -> u64 {
        self.processes().into_iter().filter_map(proportional_set_size).sum()
    }

    /// What it did so far. A process that has ended is no longer counted.
    pub(crate) fn activity(&self) -> Activity {
        let sum = |each: fn(u32) -> Option<u64>| self.processes().into_iter().filter_map(each).sum();
        Activity {
            ticks: sum(ticks),
            wake_ups: sum(wake_ups),
        }
    }

    /// Waits until it has done nothing for some seconds: what its start needed is over.
    pub(crate) async fn settled(&self) {
        const QUIET: usize = 3;
        // A browser is never quite still.
        const AT_MOST: usize = 20;
        let (mut quiet, mut before) = (0, self.activity().ticks);
        for _ in 0..AT_MOST {
            // Time is what is measured here: there is no event to wait for.
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.activity().ticks;
            quiet = if now == before { quiet + 1 } else { 0 };
            before = now;
            if quiet == QUIET {
                return;
            }
        }
    }

    /// Ends it, and waits until nothing of it is left.
    pub(crate) async fn end(mut self) -> Result<()> {
        let all = self.processes();
        let told = Command::new("kill").arg(self.id.to_string()).status().await?;
        ensure!(told.success(), "kill ended with {told}");
        within("the program to end", async {
            self.child.wait().await?;
            while all
                .iter()
                .any(|process| fs::exists(format!("/proc/{process}")).unwrap_or(false))
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        })
        .await
    }

    /// The process and all below it.
    fn processes(&self) -> Vec<u32> {
        let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|process| Some((process, parent(process)?)))
            .collect();
        let mut found = vec![self.id];
        let mut looked_at = 0;
        while let Some(&above) = found.get(looked_at) {
            found.extend(
                parents
                    .iter()
                    .filter(|(_, parent)| *parent == above)
                    .map(|(process, _)| *process),
            );
            looked_at += 1;
        }
        found
    }
}

fn proportional_set_size(process: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes * 1024)
}

fn parent(process: u32) -> Option<u32> {
    stat_field(process, 3)?.try_into().ok()
}

/// User and system time.
fn ticks(process: u32) -> Option<u64> {
    Some(stat_field(process, 13)? + stat_field(process, 14)?)
}

/// A field of `proc_pid_stat(5)`, counted from 0.
fn stat_field(process: u32, number: usize) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in brackets, and may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(number.checked_sub(2)?)?.parse().ok()
}

/// A thread that waits and is woken has switched contexts, by its own will or not.
fn wake_ups(process: u32) -> Option<u64> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let switches = threads.filter_map(|thread| {
        let status = fs::read_to_string(thread.ok()?.path().join("status")).ok()?;
        let counts = status.lines().filter_map(|line| {
            let (name, count) = line.split_once(':')?;
            name.ends_with("ctxt_switches")
                .then(|| count.trim().parse::<u64>().ok())?
        });
        Some(counts.sum::<u64>())
    });
    Some(switches.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_program_started_is_counted_with_it_and_ends_with_it() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & sleep 600 & wait"]);
        let program = Program::start(command).unwrap();
        within("two children", async {
            while program.processes().len() < 3 {
                tokio::task::yield_now().await;
            }
            Ok(())
        })
        .await
        .unwrap();
        let alone = proportional_set_size(program.id).unwrap();
        assert!(program.memory() > alone);
        assert!(program.activity().wake_ups > 0);
        for process in program.processes().into_iter().skip(1) {
            assert!(
                Command::new("kill")
                    .arg(process.to_string())
                    .status()
                    .await
                    .unwrap()
                    .success()
            );
        }
        let _ = program.end().await;
    }
}
