//! The icon as a panel shows it, in every state, on a dark bar and on a light one: pictures to look at, in `target/pictures/tray`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use end_to_end::Desk;
use end_to_end::demo::Demo;
use end_to_end::picture;

/// Takes pictures of one bar; no two of them may be the same.
struct Album {
    folder: PathBuf,
    bar: &'static str,
    taken: Vec<(String, Vec<u8>)>,
}

impl Album {
    fn new(bar: &'static str) -> Result<Album> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures/tray");
        fs::create_dir_all(&folder)?;
        Ok(Album {
            folder,
            bar,
            taken: Vec::new(),
        })
    }

    async fn take(&mut self, demo: &Demo, state: &str) -> Result<()> {
        // The tray told; the panel draws a moment later.
        picture::when_still(&demo.desk, None).await?;
        let file = self.folder.join(format!("{}-{state}.png", self.bar));
        picture::take(&demo.desk, Some(picture::status_icons(&demo.desk).await?), &file).await?;
        let bytes = fs::read(&file)?;
        let same = self.taken.iter().find(|(_, other)| *other == bytes);
        ensure!(same.is_none(), "{state} looks like {:?}", same.map(|(state, _)| state));
        self.taken.push((state.to_owned(), bytes));
        Ok(())
    }
}

async fn every_state(desk: Desk, bar: &'static str) -> Result<()> {
    let mut album = Album::new(bar)?;
    let mut demo = Demo::start(desk).await?;
    album.take(&demo, "signed-out").await?;
    demo.sign_in().await?;
    for label in [
        "Busy",
        "Do not disturb",
        "Be right back",
        "Appear away",
        "Appear offline",
        "Available",
    ] {
        demo.tray.click(&[label]).await?;
        let shown = label.trim_start_matches("Appear ");
        demo.tray
            .wait_until(label, |tray| {
                tray.tooltip
                    .to_lowercase()
                    .starts_with(&format!("{} until", shown.to_lowercase()))
            })
            .await?;
        album.take(&demo, &shown.to_lowercase().replace(' ', "-")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn no_two_states_look_alike_on_a_dark_bar() -> Result<()> {
    every_state(Desk::start().await?, "dark").await
}

#[tokio::test]
async fn no_two_states_look_alike_on_a_light_bar() -> Result<()> {
    every_state(Desk::builder().with_light_panel().start().await?, "light").await
}
