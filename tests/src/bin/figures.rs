//! Measures the resident in a virtual desktop, with the demonstration signed in: start-up, memory, idle. Prints, judges nothing: figures
//! depend on the machine.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use end_to_end::main_job::MainJob;
use end_to_end::product::{PRESENCE_TRAY, executable};

/// How long the resident is watched doing nothing.
const IDLE: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let pictures = tempfile::tempdir()?;
    let mut job = MainJob::begin(pictures.path()).await?;
    job.sign_in().await?;
    let process = job.resident().process_id().context("the resident ended")?;

    let before = ticks(process)?;
    // Time is what is measured here: there is no event to wait for.
    tokio::time::sleep(IDLE).await;
    let idle = ticks(process)? - before;
    let size = fs::metadata(executable(PRESENCE_TRAY)?)?.len();

    let idle_seconds = IDLE.as_secs();
    println!(
        "icon in the tray after   {:>7} ms    wanted: at most 100",
        job.started_in().as_millis()
    );
    println!(
        "memory (PSS), signed in  {:>7} KiB   wanted: at most 12,288",
        memory(process)?
    );
    println!("processor, {idle_seconds} s idle     {idle:>7} ticks wanted: 0");
    println!("executable               {:>7} KiB", size / 1024);
    Ok(())
}

/// Proportional set size in KiB: shared pages count by their share.
fn memory(process: u32) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .context("no Pss in smaps_rollup")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Processor time used so far, user and system, in clock ticks (`proc_pid_stat(5)`, fields 14 and 15).
fn ticks(process: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the program's name in brackets, and may hold spaces.
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let mut next = || times.next().context("stat is short")?.context("a time in stat");
    Ok(next()? + next()?)
}
