//! Measures the product in a virtual desktop, with the demonstration signed in: the resident's start-up, memory, idle, and how soon its window is
//! painted. Prints, judges nothing: figures depend on the machine.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use end_to_end::main_job::MainJob;
use end_to_end::paint::Screen;
use end_to_end::picture;
use end_to_end::product::{PRESENCE_FLYOUT, PRESENCE_TRAY, executable, run};

/// How long the resident is watched doing nothing.
const IDLE: Duration = Duration::from_secs(10);

/// How often the window is opened, cold and warm.
const OPENINGS: usize = 5;

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

    let (cold, warm) = openings(&job).await?;
    let told = |times: &[Duration]| {
        let best = times.iter().min().map_or(0, Duration::as_millis);
        let all: Vec<String> = times.iter().map(|time| time.as_millis().to_string()).collect();
        (best, all.join(", "))
    };
    let ((best_cold, cold), (best_warm, warm)) = (told(&cold), told(&warm));
    println!("window painted, cold     {best_cold:>7} ms    wanted: at most 450    ({cold})");
    println!("window painted, warm     {best_warm:>7} ms    wanted: at most 60     ({warm})");
    Ok(())
}

/// From a click on the icon until the window is painted: first its process is started, then it is there already.
async fn openings(job: &MainJob) -> Result<(Vec<Duration>, Vec<Duration>)> {
    const ICON: (i32, i32) = (1200, 780);
    let desk = job.desk();
    let screen = Screen::of(desk)?;
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..OPENINGS {
        picture::when_still(desk, None).await?;
        cold.push(screen.time_to_paint(job.tray().activate(ICON.0, ICON.1)).await?);
        picture::when_still(desk, None).await?;
        picture::key(desk, "Escape").await?;
        picture::no_window(desk, PRESENCE_FLYOUT).await?;
        picture::when_still(desk, None).await?;
        warm.push(screen.time_to_paint(job.tray().activate(ICON.0, ICON.1)).await?);
        // Gone at once, where it would stay warm for a minute.
        let mut end = desk.command("kill");
        end.arg(picture::process(desk, PRESENCE_FLYOUT).await?.to_string());
        run(end).await?;
        picture::no_window(desk, PRESENCE_FLYOUT).await?;
    }
    Ok((cold, warm))
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
