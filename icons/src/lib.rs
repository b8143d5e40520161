//! Every picture of the product, rendered from the SVG sources in this folder: the tray's, and the application's icon.
//!
//! [`tray`] and [`app`] make pictures of the sources; [`files`] are those that are committed, so that a build of the product renders nothing.
//! [`contact_sheet`] is all of the tray's pictures at once, to look at. The tests hold the committed files against the sources, and the
//! tray's pictures against what a bar may look like.

pub mod app;
pub mod contact_sheet;
pub mod files;
pub mod picture;
pub mod tray;

use std::path::Path;

use anyhow::Context as _;

/// The folder with the sources, and with what is rendered from them.
pub const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// Reads one of the sources.
fn source(name: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(Path::new(FOLDER).join(name)).with_context(|| format!("reading {name}"))
}
