//! The icons: drawn and rendered in `icons`, carried in the executable, decoded when they are shown.
//!
//! There is a file for each kind of bar and each size. It has the pictures below each other, and their names in its text.

use std::io::Cursor;

use desktop::bar_theme::Bar;
use presence::Badge;
use thiserror::Error;

use super::model::{Icon, Mark};

/// A square picture, RGBA with 8 bits a channel, colours not multiplied by alpha.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pixmap {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgba: Vec<u8>,
}

/// The pictures of `icon` for `bar`, the smallest first: the same in other sizes. None for a bar that this system does not have.
pub(crate) fn pictures(icon: Icon, bar: Bar) -> Vec<Pixmap> {
    let name = name(icon);
    let decoded = strips(bar).iter().filter_map(|strip| {
        decode(strip, &name)
            .inspect_err(|error| tracing::error!(%error, icon = name, "a picture of the tray is broken"))
            .ok()
    });
    decoded.collect()
}

/// That of `pictures` to show with `pixels` on a side: the smallest with at least as many, as scaling down loses less than scaling up.
#[cfg(any(not(target_os = "linux"), test))]
pub(crate) fn nearest(pictures: &[Pixmap], pixels: u32) -> Option<&Pixmap> {
    let large_enough = pictures.iter().find(|picture| picture.width >= pixels);
    large_enough.or(pictures.last())
}

/// Why one of our own files could not be used.
#[derive(Debug, Error)]
enum BrokenPicture {
    #[error(transparent)]
    Png(#[from] png::DecodingError),
    #[error("the file does not name its pictures")]
    Nameless,
    #[error("there is no such picture in the file")]
    Missing,
}

/// As the files name it.
fn name(icon: Icon) -> String {
    let (badge, mark) = match icon {
        Icon::Presence { badge, mark } => (badge_name(badge), mark),
        Icon::SignedOut => ("signed-out", None),
        Icon::Problem => ("problem", None),
    };
    match mark {
        None => badge.to_owned(),
        Some(Mark::Pending) => format!("{badge}+pending"),
        Some(Mark::Stale) => format!("{badge}+stale"),
        Some(Mark::Error) => format!("{badge}+error"),
    }
}

fn badge_name(badge: Badge) -> &'static str {
    match badge {
        Badge::Available => "available",
        Badge::Busy => "busy",
        Badge::DoNotDisturb => "do-not-disturb",
        Badge::Away => "away",
        Badge::BeRightBack => "be-right-back",
        Badge::Offline => "offline",
        Badge::OutOfOffice => "out-of-office",
        Badge::Unknown => "unknown",
    }
}

/// The picture called `name` in `strip`.
fn decode(strip: &[u8], name: &str) -> Result<Pixmap, BrokenPicture> {
    let mut decoder = png::Decoder::new(Cursor::new(strip));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let side = reader.info().width;
    let texts = &reader.info().uncompressed_latin1_text;
    let names = texts.iter().find(|text| text.keyword == "Pictures");
    let mut names = names.ok_or(BrokenPicture::Nameless)?.text.split(' ');
    let place = names.position(|other| other == name).ok_or(BrokenPicture::Missing)?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(BrokenPicture::Missing)?];
    reader.next_frame(&mut pixels)?;
    let length = 4 * (side * side) as usize;
    let rgba = pixels.chunks_exact(length.max(1)).nth(place);
    Ok(Pixmap {
        width: side,
        height: side,
        rgba: rgba.ok_or(BrokenPicture::Missing)?.to_vec(),
    })
}

/// The files for `bar`. An executable carries those that its system has a use for, and the tests all of them.
fn strips(bar: Bar) -> &'static [&'static [u8]] {
    macro_rules! strips {
        ($bar:literal: $($size:literal)*) => {
            &[$(include_bytes!(concat!("../../../../../icons/tray/", $bar, "/", $size, ".png"))),*]
        };
    }
    match bar {
        Bar::Any if cfg!(any(not(target_os = "macos"), test)) => strips!("outlined": 16 20 22 24 28 32 40 44 48 64),
        Bar::Light if cfg!(any(windows, test)) => strips!("on-light": 16 20 24 28 32 40 48 64),
        Bar::Dark if cfg!(any(windows, test)) => strips!("on-dark": 16 20 24 28 32 40 48 64),
        Bar::Template if cfg!(any(target_os = "macos", test)) => strips!("template": 18 36),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn icons() -> Vec<Icon> {
        let badges = [
            Badge::Available,
            Badge::Busy,
            Badge::DoNotDisturb,
            Badge::Away,
            Badge::BeRightBack,
            Badge::Offline,
            Badge::OutOfOffice,
            Badge::Unknown,
        ];
        let marks = [None, Some(Mark::Pending), Some(Mark::Stale), Some(Mark::Error)];
        let presences = badges.map(|badge| marks.map(|mark| Icon::Presence { badge, mark }));
        let others = [Icon::SignedOut, Icon::Problem];
        presences.into_iter().flatten().chain(others).collect()
    }

    #[test]
    fn every_icon_has_a_picture_of_its_own_in_every_file() {
        for bar in [Bar::Any, Bar::Light, Bar::Dark, Bar::Template] {
            for strip in strips(bar) {
                let mut seen: Vec<Pixmap> = Vec::new();
                for icon in icons() {
                    let picture =
                        decode(strip, &name(icon)).unwrap_or_else(|error| panic!("{icon:?}, {bar:?}: {error}"));
                    assert_eq!(picture.rgba.len(), 4 * (picture.width * picture.height) as usize);
                    assert!(!seen.contains(&picture), "{icon:?}, {bar:?}, {} pixels", picture.width);
                    seen.push(picture);
                }
            }
        }
    }

    #[test]
    fn a_name_stands_for_the_picture_that_was_drawn_for_it() {
        let middle = |icon| {
            let pictures = pictures(icon, Bar::Any);
            let picture = nearest(&pictures, 32).unwrap();
            let at = 4 * (32 * 8 + 16);
            picture.rgba[at..at + 4].to_vec()
        };
        let shown = |badge| middle(Icon::Presence { badge, mark: None });
        assert_eq!(shown(Badge::Available), [0x11, 0x99, 0x11, 0xff]);
        assert_eq!(shown(Badge::Busy), [0xcc, 0x33, 0x33, 0xff]);
        assert_eq!(shown(Badge::Unknown), [0, 0, 0, 0]);
    }

    #[test]
    fn the_nearest_picture_is_scaled_down_rather_than_up() {
        let pictures = pictures(Icon::SignedOut, Bar::Any);
        let shown = |pixels| nearest(&pictures, pixels).map(|picture| picture.width);
        assert_eq!(shown(1), Some(16));
        assert_eq!(shown(22), Some(22));
        assert_eq!(shown(23), Some(24));
        assert_eq!(shown(256), Some(64));
        assert_eq!(nearest(&[], 16), None);
    }

    #[test]
    fn a_broken_file_is_an_error() {
        let strip = strips(Bar::Any)[0];
        assert!(matches!(decode(strip, "no such"), Err(BrokenPicture::Missing)));
        assert!(matches!(
            decode(&strip[..strip.len() / 2], "busy"),
            Err(BrokenPicture::Png(_))
        ));
        assert!(matches!(decode(b"", "busy"), Err(BrokenPicture::Png(_))));
    }
}
