//! How long something takes until it is on the screen, to a few milliseconds.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

use crate::Desk;
use crate::deadline::within;
use crate::desk::SCREEN;

/// The pause between two looks: a look itself takes about two milliseconds.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// Colours that only smooth text brings. An empty window has a handful.
const DRAWN: usize = 60;

/// The screen of a desktop, looked at without starting a program for each look.
#[derive(Debug)]
pub struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Screen {
    /// Connects to the display.
    pub fn of(desk: &Desk) -> Result<Self> {
        let (connection, number) = RustConnection::connect(desk.display())?;
        let root = connection.setup().roots.get(number).context("no screen")?.root;
        Ok(Self { connection, root })
    }

    /// Does something, and waits until a window was painted where none was; how long that took.
    pub async fn time_to_paint(&self, act: impl Future<Output = Result<()>>) -> Result<Duration> {
        let before = self.pixels()?;
        let started = Instant::now();
        act.await?;
        within("something to be painted", async {
            loop {
                let now = self.pixels()?;
                let changed: HashSet<[u8; 4]> = before
                    .chunks_exact(4)
                    .zip(now.chunks_exact(4))
                    .filter(|(before, now)| before != now)
                    .map(|(_, now)| [now[0], now[1], now[2], 0])
                    .collect();
                if changed.len() > DRAWN {
                    return Ok(started.elapsed());
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        })
        .await
    }

    /// What is on the upper part of the screen, where no panel is: four bytes a pixel.
    fn pixels(&self) -> Result<Vec<u8>> {
        const PANEL: u32 = 100;
        let (width, height) = (u16::try_from(SCREEN.0)?, u16::try_from(SCREEN.1 - PANEL)?);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0)?;
        Ok(image.reply()?.data)
    }
}
