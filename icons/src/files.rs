//! The files that are committed: what is in them, and how it is written and read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::picture::Picture;
use crate::tray::{Bar, Look};
use crate::{FOLDER, app, tray};

/// The text of a strip of tray pictures that names them, from the top, with a space between.
pub const NAMES: &str = "Pictures";

/// One file, as the sources render it now.
#[derive(Debug)]
pub struct File {
    /// Its path in [`FOLDER`].
    pub name: String,
    /// What it holds.
    pub pictures: Vec<Picture>,
    /// What is written.
    pub bytes: Vec<u8>,
}

impl File {
    /// What the file holds that is there now; an error where there is none, or it cannot be read.
    pub fn committed(&self) -> anyhow::Result<Vec<Picture>> {
        let bytes = std::fs::read(self.path()).with_context(|| format!("reading {}", self.name))?;
        read(&self.name, &bytes).with_context(|| self.name.clone())
    }

    /// Writes it.
    pub fn write(&self) -> anyhow::Result<()> {
        let path = self.path();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, &self.bytes).with_context(|| format!("writing {}", self.name))
    }

    fn path(&self) -> PathBuf {
        Path::new(FOLDER).join(&self.name)
    }
}

/// Every file.
pub fn all() -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for bar in Bar::ALL {
        for size in bar.sizes() {
            files.push(strip(bar, *size)?);
        }
    }
    for (name, size) in app::PNG {
        let picture = app::picture(size)?;
        files.push(File {
            name: name.to_owned(),
            bytes: png(&picture)?,
            pictures: vec![picture],
        });
    }
    files.push(container("icon.ico", &app::ICO, app::ico)?);
    files.push(container("icon.icns", &app::ICNS, app::icns)?);
    Ok(files)
}

/// The application's icon in several sizes, as `write` puts them into one file.
fn container(
    name: &str,
    sizes: &[u32],
    write: impl Fn(Vec<Picture>) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<File> {
    let pictures: anyhow::Result<_> = sizes.iter().map(|size| app::picture(*size)).collect();
    let bytes = write(pictures?)?;
    Ok(File {
        name: name.to_owned(),
        pictures: read(name, &bytes)?,
        bytes,
    })
}

/// All of the tray's pictures of one size for one bar, one below the other.
fn strip(bar: Bar, size: u32) -> anyhow::Result<File> {
    let name = strip_name(bar, size);
    let column = Picture::column(&tray::pictures(bar, size)?);
    let names: Vec<String> = Look::all().into_iter().map(Look::name).collect();
    let bytes = indexed_png(&column, &names.join(" ")).with_context(|| name.clone())?;
    Ok(File {
        name,
        pictures: vec![column],
        bytes,
    })
}

fn strip_name(bar: Bar, size: u32) -> String {
    format!("tray/{}/{size}.png", bar.name())
}

/// The committed pictures of `size` for `bar`, each with what it shows.
pub fn tray_pictures(bar: Bar, size: u32) -> anyhow::Result<Vec<(Look, Picture)>> {
    let name = strip_name(bar, size);
    let bytes = std::fs::read(Path::new(FOLDER).join(&name)).with_context(|| format!("reading {name}"))?;
    let column = from_png(&bytes).with_context(|| name.clone())?;
    let looks = Look::all();
    ensure!(
        (column.width as usize, column.height as usize) == (size as usize, size as usize * looks.len()),
        "{name} has {}×{} pixels",
        column.width,
        column.height
    );
    let pictures = column
        .rgba
        .chunks_exact((4 * size * size) as usize)
        .map(|rgba| Picture {
            width: size,
            height: size,
            rgba: rgba.to_vec(),
        });
    Ok(looks.into_iter().zip(pictures).collect())
}

/// Reads a file of any kind that is written here.
fn read(name: &str, bytes: &[u8]) -> anyhow::Result<Vec<Picture>> {
    match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("png") => Ok(vec![from_png(bytes)?]),
        Some("ico") => app::from_ico(bytes),
        Some("icns") => app::from_icns(bytes),
        _ => bail!("{name} is no kind of picture that is made here"),
    }
}

/// A PNG with 8 bits a channel, alpha among them whatever the picture holds: Tauri takes nothing else.
pub fn png(picture: &Picture) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = encoder(picture, &mut bytes);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header()?.write_image_data(&picture.rgba)?;
    Ok(bytes)
}

/// A PNG with a palette, for pictures with at most 256 colours.
fn indexed_png(picture: &Picture, names: &str) -> anyhow::Result<Vec<u8>> {
    let colours: BTreeSet<[u8; 4]> = picture.pixels().iter().copied().collect();
    let numbers: BTreeMap<[u8; 4], u8> = colours.iter().copied().zip(0..=u8::MAX).collect();
    ensure!(numbers.len() == colours.len(), "there are {} colours", colours.len());
    let indices: Vec<u8> = picture.pixels().iter().map(|pixel| numbers[pixel]).collect();
    let opaque: Vec<u8> = colours.iter().flat_map(|colour| &colour[..3]).copied().collect();
    let alphas: Vec<u8> = colours.iter().map(|colour| colour[3]).collect();

    let mut bytes = Vec::new();
    let mut encoder = encoder(picture, &mut bytes);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(opaque);
    encoder.set_trns(alphas);
    // Neighbouring numbers are no similar colours.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.add_text_chunk(NAMES.to_owned(), names.to_owned())?;
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(bytes)
}

fn encoder<'a>(picture: &Picture, bytes: &'a mut Vec<u8>) -> png::Encoder<'static, &'a mut Vec<u8>> {
    let mut encoder = png::Encoder::new(bytes, picture.width, picture.height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder
}

fn from_png(bytes: &[u8]) -> anyhow::Result<Picture> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let mut rgba = vec![0; reader.output_buffer_size().context("too large")?];
    let frame = reader.next_frame(&mut rgba)?;
    Ok(Picture {
        width: frame.width,
        height: frame.height,
        rgba,
    })
}
