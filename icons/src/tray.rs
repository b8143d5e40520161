//! The tray's pictures: which there are, and how one is put together of few parts.
//!
//! A picture is a badge with or without a mark over its corner. Parts are drawn in `tray/parts`, anew for each size at which a bar is likely to
//! show them small; what a kind of bar wants of them (colours, an outline) is a style sheet in `tray`.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use resvg::usvg::roxmltree;

use crate::picture::Picture;
use crate::source;

/// What a badge says: the presences, then what takes their place.
pub const BADGES: [&str; 10] = [
    "available",
    "busy",
    "do-not-disturb",
    "away",
    "be-right-back",
    "offline",
    "out-of-office",
    "unknown",
    "signed-out",
    "problem",
];

/// What is said of a presence beside it: something asked for was not seen yet, it may be old, nothing comes through.
pub const MARKS: [&str; 3] = ["pending", "stale", "error"];

/// Badges that are no presence have no marks.
const WITHOUT_MARKS: [&str; 2] = ["signed-out", "problem"];

/// The bar that a picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Of any colour: badge and mark have an outline, near-white around near-black.
    Outlined,
    /// Light.
    OnLight,
    /// Dark.
    OnDark,
    /// The system paints the picture, by its alpha alone.
    Template,
}

impl Bar {
    /// Every one.
    pub const ALL: [Bar; 4] = [Bar::Outlined, Bar::OnLight, Bar::OnDark, Bar::Template];

    /// Its folder and style sheet in `tray`.
    pub fn name(self) -> &'static str {
        match self {
            Bar::Outlined => "outlined",
            Bar::OnLight => "on-light",
            Bar::OnDark => "on-dark",
            Bar::Template => "template",
        }
    }

    /// The pixels on a side of its pictures. Windows asks for 16 at 100 % and for as much more as the display is scaled; Linux panels also
    /// for 22 and its double; macOS shows 18 points.
    pub fn sizes(self) -> &'static [u32] {
        match self {
            Bar::Outlined => &[16, 20, 22, 24, 28, 32, 40, 44, 48, 64],
            Bar::OnLight | Bar::OnDark => &[16, 20, 24, 28, 32, 40, 48, 64],
            Bar::Template => &[18, 36],
        }
    }
}

/// What one picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// One of [`BADGES`].
    pub badge: &'static str,
    /// One of [`MARKS`].
    pub mark: Option<&'static str>,
}

impl Look {
    /// Every one, in the order in which a strip has them.
    pub fn all() -> Vec<Look> {
        let looks = BADGES.iter().flat_map(|badge| {
            let marks: &[&str] = if WITHOUT_MARKS.contains(badge) { &[] } else { &MARKS };
            let marked = marks.iter().map(|mark| Some(*mark));
            std::iter::once(None).chain(marked).map(|mark| Look { badge, mark })
        });
        looks.collect()
    }

    /// `busy`, `busy+pending`.
    pub fn name(self) -> String {
        let mark = self.mark.map(|mark| format!("+{mark}")).unwrap_or_default();
        format!("{}{mark}", self.badge)
    }
}

/// The pictures of every [`Look`] for `bar`, with `size` pixels on a side.
pub fn pictures(bar: Bar, size: u32) -> anyhow::Result<Vec<Picture>> {
    let parts = Parts::of(size)?;
    let colours = source(&format!("tray/{}.css", bar.name()))?;
    let draw = |look: Look| Ok(Picture::render(&parts.compose(look, &colours), size)?.in_few_colours());
    Look::all().into_iter().map(draw).collect()
}

/// The parts as they are drawn for pictures of one size, or of all larger ones.
#[derive(Debug)]
struct Parts {
    /// The part of the picture that is drawn on, in the parts' units: `x y width height`.
    view: String,
    /// What stands in each part's group.
    shapes: BTreeMap<String, String>,
    style: String,
}

impl Parts {
    /// Those whose lines fall between the pixels of a picture with `size` pixels on a side.
    fn of(size: u32) -> anyhow::Result<Parts> {
        let (drawn, margin) = match size {
            16 | 20 | 22 | 24 => (size, 0),
            // macOS: what is 16 high elsewhere, and some air.
            18 => (16, 1),
            36 => (32, 2),
            _ => (32, 0),
        };
        let name = format!("tray/parts/{drawn}.svg");
        let layers = source("tray/parts/layers.css")?;
        let across = drawn + 2 * margin;
        let view = format!("-{margin} -{margin} {across} {across}");
        Parts::read(&source(&name)?, &layers, view).with_context(|| name)
    }

    fn read(svg: &str, layers: &str, view: String) -> anyhow::Result<Parts> {
        let document = roxmltree::Document::parse(svg)?;
        let drawing = document.root_element();
        let style = drawing.children().find(|child| child.has_tag_name("style"));
        let widths = style.and_then(|style| style.text()).context("there is no style")?;
        let shapes = drawing.children().filter_map(|part| {
            let inside = part.first_child()?.range().start..part.last_child()?.range().end;
            Some((part.attribute("id")?.to_owned(), svg.get(inside)?.to_owned()))
        });
        let shapes: BTreeMap<_, _> = shapes.collect();
        for part in BADGES.iter().chain(&MARKS) {
            ensure!(shapes.contains_key(*part), "there is no {part}");
        }
        let style = format!("{layers}\n{widths}");
        Ok(Parts { view, shapes, style })
    }

    /// The picture of `look` in `colours`, as one drawing: the layers of `layers.css`, from the lowest up.
    fn compose(&self, look: Look, colours: &str) -> String {
        let shape = |part: &str| self.shapes.get(part).map(String::as_str).unwrap_or_default();
        let (name, badge) = (look.badge, shape(look.badge));
        let (marked, mark) = look.mark.map_or(("", ""), |mark| (mark, shape(mark)));
        let Parts { view, style, .. } = self;
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">
              <style>{style}{colours}</style>
              <mask id="beside-sign" maskUnits="userSpaceOnUse" x="-9" y="-9" width="99" height="99">
                <rect x="-9" y="-9" width="99" height="99" fill="#fff"/><g class="cut">{badge}</g>
              </mask>
              <mask id="beside-mark" maskUnits="userSpaceOnUse" x="-9" y="-9" width="99" height="99">
                <rect x="-9" y="-9" width="99" height="99" fill="#fff"/><g class="gap">{mark}</g>
              </mask>
              <g class="halo">{badge}</g>
              <g class="gap under">{mark}</g>
              <g mask="url(#beside-mark)">
                <g class="body {name}" mask="url(#beside-sign)">{badge}</g>
                <g class="signs {name}">{badge}</g>
              </g>
              <g class="mark {marked}">{mark}</g>
            </svg>"##
        )
    }
}
