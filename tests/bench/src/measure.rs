//! What is measured, in order, and what is wanted of it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use end_to_end::product::{PRESENCE_FLYOUT, PRESENCE_TRAY};
use serde::Deserialize;

use crate::machine::Machine;
use crate::process::Program;
use crate::product::{Product, Running};
use crate::report::Target::{AtLeast, AtMost};
use crate::report::{Report, Unit, Who};
use crate::{chart, peers};

pub(crate) const MEMORY: &str = "memory, icon in the tray";
pub(crate) const COMPARED: &str = "the same, beside the bare tray + HTTPS + keychain";
pub(crate) const MEMORY_OPEN: &str = "memory, window open";
pub(crate) const MEMORY_AFTER: &str = "memory, 90 s after it closed";
pub(crate) const ICON_AFTER: &str = "icon in the tray after";
pub(crate) const TICKS: &str = "processor, 10 idle seconds";
pub(crate) const WAKE_UPS: &str = "wake-ups in a minute";
pub(crate) const CLICK: &str = "click in the menu → request on the wire";
pub(crate) const COMMAND_LINE: &str = "`presence-tray status` → answer";
pub(crate) const COLD: &str = "window painted, cold";
pub(crate) const WARM: &str = "window painted, warm";
pub(crate) const CODE_AT_ONCE: &str = "JavaScript + CSS that open the window";
pub(crate) const CODE_IN_ALL: &str = "JavaScript + CSS in all";
pub(crate) const SIZE: &str = "presence-tray on the disk";
pub(crate) const SIZE_FLYOUT: &str = "presence-flyout on the disk";
pub(crate) const REQUESTS: &str = "requests in a day";
pub(crate) const BYTES: &str = "bytes on the wire an hour";
pub(crate) const STEP: &str = "engine, one step";
pub(crate) const SIMULATED: &str = "engine, simulated hours a minute";

/// How long a closed window is waited for: it stays warm for a minute, and then goes with its memory.
const AFTER_CLOSING: Duration = Duration::from_secs(90);

/// Measures everything `runs` times, the engine aside, which was measured before. The table is printed, and goes to `folder`.
pub(crate) async fn everything(folder: &Path, runs: usize, engine: &Path, ui: &Path) -> Result<()> {
    let mut report = Report::new(Machine::here());
    let mut product = Product::prepare().await?;

    let bytes_of_a_request = measure_product(&mut product, runs, &mut report).await?;
    peers::measure(product.desk(), &product.wire, runs, &mut report).await?;
    compare(&mut report);
    sizes(ui, &mut report)?;
    measured_before(engine, bytes_of_a_request, &mut report)?;

    fs::create_dir_all(folder)?;
    fs::write(folder.join("bench.json"), serde_json::to_string_pretty(&report)? + "\n")?;
    fs::write(folder.join("bench.svg"), chart::drawn(&report))?;
    println!("\n{report}\nMedians of {runs} runs. {}.", report.machine);
    Ok(())
}

/// Everything about the product but its engine; the bytes that a request of its takes on the wire.
async fn measure_product(product: &mut Product, runs: usize, report: &mut Report) -> Result<f64> {
    let who = Who::PresenceTray;
    let mut bytes_of_a_request = 0.0;
    for run in 0..runs {
        let running = product.start().await?;
        let icon = milliseconds(running.icon);
        running.program.settled().await;
        report.add(
            MEMORY,
            Unit::Megabytes,
            Some(AtMost(10.0)),
            who,
            megabytes(running.program.memory()),
        );
        report.add(ICON_AFTER, Unit::Milliseconds, Some(AtMost(50.0)), who, icon);

        let presence = if run % 2 == 0 { "Busy" } else { "Available" };
        let click = product.click_to_wire(&running, presence).await?;
        report.add(CLICK, Unit::Milliseconds, Some(AtMost(5.0)), who, milliseconds(click));
        let answer = product.command_line().await?;
        report.add(
            COMMAND_LINE,
            Unit::Milliseconds,
            Some(AtMost(15.0)),
            who,
            milliseconds(answer),
        );

        let (cold, warm) = product.openings(&running).await?;
        report.add(COLD, Unit::Milliseconds, Some(AtMost(450.0)), who, milliseconds(cold));
        report.add(WARM, Unit::Milliseconds, Some(AtMost(60.0)), who, milliseconds(warm));
        if run + 1 == runs {
            running.program.settled().await;
            let before = product.wire.traffic();
            watched(&running.program, who, report).await;
            with_window(product, &running, report).await?;
            let after = product.wire.traffic();
            ensure!(after.requests > before.requests, "nothing came over the wire");
            bytes_of_a_request = count(after.bytes - before.bytes) / count(after.requests - before.requests);
        }
        running.program.end().await?;
    }
    Ok(bytes_of_a_request)
}

/// The window's memory, and whether it is given back.
async fn with_window(product: &Product, running: &Running, report: &mut Report) -> Result<()> {
    let who = Who::PresenceTray;
    let before = megabytes(running.program.memory());
    product.open(running).await?;
    running.program.settled().await;
    report.add(
        MEMORY_OPEN,
        Unit::Megabytes,
        None,
        who,
        megabytes(running.program.memory()),
    );
    product.close().await?;
    // Time is what is measured here.
    tokio::time::sleep(AFTER_CLOSING).await;
    let after = megabytes(running.program.memory());
    report.add(
        MEMORY_AFTER,
        Unit::Megabytes,
        Some(AtMost((before * 10.0).ceil() / 10.0)),
        who,
        after,
    );
    Ok(())
}

/// A program that has nothing to do, for a minute.
pub(crate) async fn watched(program: &Program, who: Who, report: &mut Report) {
    const IDLE: Duration = Duration::from_secs(10);
    const REST_OF_THE_MINUTE: Duration = Duration::from_secs(50);
    let start = program.activity();
    // Time is what is measured here.
    tokio::time::sleep(IDLE).await;
    let idle = program.activity();
    tokio::time::sleep(REST_OF_THE_MINUTE).await;
    let end = program.activity();

    let target = |value| (who == Who::PresenceTray).then_some(AtMost(value));
    let ticks = idle.ticks.saturating_sub(start.ticks);
    report.add(TICKS, Unit::Ticks, target(0.0), who, count(ticks));
    report.add(
        WAKE_UPS,
        Unit::Count,
        None,
        who,
        count(end.wake_ups.saturating_sub(start.wake_ups)),
    );
}

/// The product's memory as a multiple of the least that a program of its kind needs.
fn compare(report: &mut Report) {
    let median = |who| report.figure(MEMORY).and_then(|memory| memory.median(who));
    if let (Some(product), Some(bare)) = (median(Who::PresenceTray), median(Who::BareAgent)) {
        report.add(
            COMPARED,
            Unit::Times,
            Some(AtMost(1.6)),
            Who::PresenceTray,
            product / bare,
        );
    }
}

fn sizes(ui: &Path, report: &mut Report) -> Result<()> {
    let who = Who::PresenceTray;
    let (at_once, in_all) = code(ui)?;
    report.add(
        CODE_AT_ONCE,
        Unit::Kilobytes,
        Some(AtMost(150.0)),
        who,
        count(at_once) / 1e3,
    );
    report.add(CODE_IN_ALL, Unit::Kilobytes, None, who, count(in_all) / 1e3);
    report.add(
        SIZE,
        Unit::Megabytes,
        None,
        who,
        megabytes(Product::size(PRESENCE_TRAY)?),
    );
    report.add(
        SIZE_FLYOUT,
        Unit::Megabytes,
        None,
        who,
        megabytes(Product::size(PRESENCE_FLYOUT)?),
    );
    Ok(())
}

/// Bytes of JavaScript and CSS: what the page names itself, and everything.
fn code(ui: &Path) -> Result<(u64, u64)> {
    let page = fs::read_to_string(ui.join("index.html")).context("the user interface is not built")?;
    let (mut at_once, mut in_all) = (0, 0);
    for file in fs::read_dir(ui.join("assets"))? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if !Path::new(&name)
            .extension()
            .is_some_and(|kind| kind == "js" || kind == "css")
        {
            continue;
        }
        let size = file.metadata()?.len();
        in_all += size;
        if page.contains(&name) {
            at_once += size;
        }
    }
    ensure!(at_once > 0, "the page names no script");
    Ok((at_once, in_all))
}

/// What the engine's own benchmark says.
#[derive(Debug, Deserialize)]
struct Pace {
    simulated_hours_per_minute: f64,
    step_median_ns: f64,
    requests_in_a_day: f64,
}

/// The engine by itself, and what its requests cost on the wire.
fn measured_before(figures: &Path, bytes_of_a_request: f64, report: &mut Report) -> Result<()> {
    let who = Who::PresenceTray;
    let figures = fs::read(figures).with_context(|| format!("reading {}", figures.display()))?;
    let pace: Pace = serde_json::from_slice(&figures).context("the engine's figures")?;
    let hourly = pace.requests_in_a_day / 24.0 * bytes_of_a_request;
    report.add(REQUESTS, Unit::Count, Some(AtMost(1500.0)), who, pace.requests_in_a_day);
    report.add(BYTES, Unit::Kilobytes, None, who, hourly / 1e3);
    report.add(
        STEP,
        Unit::Microseconds,
        Some(AtMost(2.0)),
        who,
        pace.step_median_ns / 1e3,
    );
    report.add(
        SIMULATED,
        Unit::Count,
        Some(AtLeast(100_000.0)),
        who,
        pace.simulated_hours_per_minute,
    );
    Ok(())
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub(crate) fn megabytes(bytes: u64) -> f64 {
    count(bytes) / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "far below the 52 bits that are exact")]
fn count(number: u64) -> f64 {
    number as f64
}
