//! What `presence-tray doctor` finds, for somebody who lives in the tray menu: a text that opens in the person's own viewer.

use std::{fs, io, path::PathBuf};

use phrases::Language;

use crate::{doctor, folders::FOLDER};

/// Looks, and opens what was found. What hinders that is logged: the same is to be had on the command line.
pub(crate) async fn show(language: Language) {
    let findings = doctor::examine(language).await;
    let text = doctor::report(&findings, language, |_, mark| mark.to_owned());
    let opened = write(&text).and_then(|path| desktop::browser::open_file(&path).map_err(io::Error::other));
    if let Err(error) = opened {
        tracing::warn!(%error, "what was found could not be shown");
    }
}

fn write(text: &str) -> io::Result<PathBuf> {
    let nowhere = || io::Error::other("there is no folder for passing files");
    let folder = dirs::cache_dir().ok_or_else(nowhere)?.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let path = folder.join("doctor.txt");
    fs::write(&path, text)?;
    Ok(path)
}
