//! What is on the screen, and the pointer on it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::Desk;
use crate::deadline::within;

/// No program says when it has drawn everything, so the screen is looked at again and again.
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// A part of the screen in pixels, from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Distance from the left edge.
    pub x: i32,
    /// Distance from the top edge.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Region {
    /// The point in the middle.
    pub fn centre(self) -> (i32, i32) {
        (
            self.x.saturating_add_unsigned(self.width / 2),
            self.y.saturating_add_unsigned(self.height / 2),
        )
    }
}

/// Writes what is on the screen, or on `region` of it, to `file` as PNG, without the pointer.
pub async fn take(desk: &Desk, region: Option<Region>, file: &Path) -> Result<()> {
    let mut maim = desk.command("maim");
    maim.arg("--hidecursor");
    if let Some(Region { x, y, width, height }) = region {
        maim.arg(format!("--geometry={width}x{height}+{x}+{y}"));
    }
    output_of(maim.arg(file)).await.map(drop)
}

/// How many colours the picture in `file` has: 1 where nothing was drawn.
pub async fn colours(desk: &Desk, file: &Path) -> Result<usize> {
    let output = output_of(desk.command("identify").args(["-format", "%k"]).arg(file)).await?;
    output
        .trim()
        .parse()
        .with_context(|| format!("identify said {output:?}"))
}

/// Where the window of `class` is, once something is drawn in it: more colours than an empty one has.
pub async fn drawn_window(desk: &Desk, class: &str) -> Result<Region> {
    const MORE_THAN_EMPTY: usize = 100;
    let file = desk.folder().join("window.png");
    within("something to be drawn in the window", async {
        loop {
            let region = window(desk, class).await?;
            take(desk, Some(region), &file).await?;
            if colours(desk, &file).await? > MORE_THAN_EMPTY {
                return Ok(region);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    })
    .await
}

/// Waits until no window of `class` is shown any more.
pub async fn no_window(desk: &Desk, class: &str) -> Result<()> {
    within(&format!("no window of {class}"), async {
        // xdotool waits for windows to come, not for windows to go.
        while !windows(desk, class).await?.is_empty() {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    })
    .await
}

/// The windows of `class` that are shown now, by their X ids.
pub async fn windows(desk: &Desk, class: &str) -> Result<Vec<String>> {
    let mut search = desk.command("xdotool");
    search.args(["search", "--onlyvisible", "--class", class]);
    let output = search.output().await.context("starting xdotool")?;
    // Finding none is a failure to it.
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

/// The process that shows the one window of `class`.
pub async fn process(desk: &Desk, class: &str) -> Result<u32> {
    let window = windows(desk, class).await?.into_iter().next();
    let window = window.with_context(|| format!("no window of {class}"))?;
    let id = output_of(desk.command("xdotool").args(["getwindowpid", &window])).await?;
    id.trim().parse().with_context(|| format!("xdotool said {id:?}"))
}

/// Presses mouse `button` (1 left, 2 middle, 3 right) at a point of the screen.
pub async fn click(desk: &Desk, (x, y): (i32, i32), button: u8) -> Result<()> {
    let (x, y, button) = (x.to_string(), y.to_string(), button.to_string());
    output_of(
        desk.command("xdotool")
            .args(["mousemove", "--sync", &x, &y, "click", &button]),
    )
    .await
    .map(drop)
}

/// Presses a key, by its X name: `Escape`, `Down`, `ctrl+a`.
pub async fn key(desk: &Desk, name: &str) -> Result<()> {
    output_of(desk.command("xdotool").args(["key", name])).await.map(drop)
}

/// The whole screen as PNG, once it does not change any more and is not `before`. No program says when it has drawn everything.
pub async fn when_still(desk: &Desk, before: Option<&[u8]>) -> Result<Vec<u8>> {
    let file = desk.folder().join("screen.png");
    let what = if before.is_some() {
        "the screen to change and be still"
    } else {
        "the screen to be still"
    };
    within(what, async {
        let mut last = Vec::new();
        loop {
            take(desk, None, &file).await?;
            let now = std::fs::read(&file)?;
            if now == last && before.is_none_or(|before| before != now) {
                return Ok(now);
            }
            last = now;
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    })
    .await
}

/// Where the panel's status icons are. The panel draws them in a window of its plugin's own process.
pub async fn status_icons(desk: &Desk) -> Result<Region> {
    window(desk, "wrapper-2.0").await
}

/// Where the window of `class` (most often the program's name) is; waited for until it is shown.
pub async fn window(desk: &Desk, class: &str) -> Result<Region> {
    let mut search = desk.command("xdotool");
    // `--sync` waits for the window to be there.
    search.args(["search", "--sync", "--onlyvisible", "--class", class]);
    let found = within(&format!("a window of {class}"), output_of(&mut search)).await?;
    let window = found.lines().next().with_context(|| format!("no window of {class}"))?;
    let shell = output_of(desk.command("xdotool").args(["getwindowgeometry", "--shell", window])).await?;
    let number = |name: &str| {
        let line = shell
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.and_then(|value| value.parse::<i32>().ok())
            .with_context(|| format!("no {name} in {shell:?}"))
    };
    Ok(Region {
        x: number("X")?,
        y: number("Y")?,
        width: number("WIDTH")?.try_into()?,
        height: number("HEIGHT")?.try_into()?,
    })
}

/// Runs a small program to its end; its standard output, or an error with what it said.
async fn output_of(command: &mut tokio::process::Command) -> Result<String> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = command
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("starting {program}"))?;
    if !output.status.success() {
        bail!(
            "{program} ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}
