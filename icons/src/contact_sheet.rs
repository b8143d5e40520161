//! All of the tray's pictures at once, on the bars they may lie on, to look at.

use crate::picture::Picture;
use crate::tray::{self, BADGES, Bar, Look, MARKS};

type Colour = [u8; 3];

/// Colours of bars that pictures for `bar` have to be legible on.
pub fn bars(bar: Bar) -> Vec<Colour> {
    match bar {
        Bar::Outlined => [255, 222, 160, 96, 44, 0]
            .map(|grey| [grey; 3])
            .into_iter()
            // Windows' accent, and two that people choose.
            .chain([[0, 120, 212], [196, 43, 28], [16, 137, 62]])
            .collect(),
        Bar::OnLight => vec![[255; 3], [243; 3], [230; 3]],
        Bar::OnDark => vec![[56; 3], [32; 3], [0; 3]],
        Bar::Template => vec![[246; 3]],
    }
}

/// A band for each kind and colour of bar; in it, from the left, the sizes, each a table of badges and marks.
pub fn draw() -> anyhow::Result<Picture> {
    const GAP: u32 = 6;
    let marks: Vec<Option<&str>> = std::iter::once(None).chain(MARKS.map(Some)).collect();
    let mut bands = Vec::new();
    for bar in Bar::ALL {
        let mut tables = Vec::new();
        for size in bar.sizes() {
            tables.push((*size, tray::pictures(bar, *size)?));
        }
        for colour in bars(bar) {
            let mut band = Canvas::new(colour);
            let mut left = GAP;
            for (size, pictures) in &tables {
                let step = size + GAP;
                for (look, picture) in Look::all().into_iter().zip(pictures) {
                    let column = BADGES.iter().zip(0..).find(|(badge, _)| **badge == look.badge);
                    let row = marks.iter().zip(0..).find(|(mark, _)| **mark == look.mark);
                    if let (Some((_, column)), Some((_, row))) = (column, row) {
                        band.lay(picture, left + column * step, GAP + row * step);
                    }
                }
                left += 10 * step + 2 * GAP;
            }
            bands.push(band);
        }
    }
    let width = bands.iter().map(|band| band.width).max().unwrap_or_default();
    let pictures: Vec<Picture> = bands.into_iter().map(|band| band.picture(width, GAP)).collect();
    Ok(Picture::column(&pictures))
}

/// A surface of one colour that grows with what is laid on it.
struct Canvas {
    ground: Colour,
    width: u32,
    rows: Vec<Vec<Colour>>,
}

impl Canvas {
    fn new(ground: Colour) -> Canvas {
        Canvas {
            ground,
            width: 0,
            rows: Vec::new(),
        }
    }

    fn lay(&mut self, picture: &Picture, left: u32, top: u32) {
        let right = (left + picture.width) as usize;
        self.width = self.width.max(left + picture.width);
        for (row, pixels) in picture.rows().enumerate() {
            let row = row + top as usize;
            if self.rows.len() <= row {
                self.rows.resize(row + 1, Vec::new());
            }
            let row = &mut self.rows[row];
            if row.len() < right {
                row.resize(right, self.ground);
            }
            for (under, pixel) in row[left as usize..].iter_mut().zip(pixels) {
                *under = over(*pixel, *under);
            }
        }
    }

    fn picture(mut self, width: u32, margin: u32) -> Picture {
        let margins = (self.rows.len() + margin as usize, (width + margin) as usize);
        self.rows.resize(margins.0, Vec::new());
        for row in &mut self.rows {
            row.resize(margins.1, self.ground);
        }
        Picture {
            width: width + margin,
            height: u32::try_from(margins.0).unwrap_or(u32::MAX),
            rgba: self
                .rows
                .concat()
                .into_iter()
                .flat_map(|[red, green, blue]| [red, green, blue, 255])
                .collect(),
        }
    }
}

/// What is seen of a pixel that lies on `under`.
pub fn over([red, green, blue, alpha]: [u8; 4], under: Colour) -> Colour {
    let blend = |above: u8, below: u8| {
        let (above, below, alpha) = (u32::from(above), u32::from(below), u32::from(alpha));
        u8::try_from((above * alpha + below * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    };
    [blend(red, under[0]), blend(green, under[1]), blend(blue, under[2])]
}
