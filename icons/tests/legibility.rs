//! What a person can see of the tray's pictures, at every size, on every bar that they are for.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its pictures has failed")]

use icons::contact_sheet::{bars, over};
use icons::files::tray_pictures;
use icons::picture::Picture;
use icons::tray::{Bar, Look};

type Colour = [u8; 3];

/// What WCAG 2.2 asks of graphics (success criterion 1.4.11).
const ENOUGH: f64 = 3.0;

/// A picture as it is seen on a bar.
struct Seen {
    size: usize,
    pixels: Vec<Colour>,
    /// Of each pixel.
    luminance: Vec<f64>,
    solid: Vec<bool>,
}

impl Seen {
    fn new(picture: &Picture, paint: Option<Colour>, bar: Colour) -> Seen {
        let painted = |[red, green, blue, alpha]: [u8; 4]| {
            let [red, green, blue] = paint.unwrap_or([red, green, blue]);
            over([red, green, blue, alpha], bar)
        };
        let pixels: Vec<Colour> = picture.pixels().iter().map(|pixel| painted(*pixel)).collect();
        Seen {
            size: picture.width as usize,
            luminance: pixels.iter().map(|pixel| luminance(*pixel)).collect(),
            pixels,
            solid: picture.pixels().iter().map(|pixel| pixel[3] == 255).collect(),
        }
    }

    /// The numbers of the pixels at most `reach` away from that with the number `at`, itself among them.
    fn around(&self, at: usize, reach: usize) -> impl Iterator<Item = usize> {
        let (size, x, y) = (self.size, at % self.size, at / self.size);
        let near = move |middle: usize| middle.saturating_sub(reach)..(middle + reach + 1).min(size);
        near(y).flat_map(move |y| near(x).map(move |x| y * size + x))
    }

    /// The solid pixels that something else than solid touches.
    fn outline(&self) -> impl Iterator<Item = usize> {
        (0..self.pixels.len()).filter(|at| self.solid[*at] && self.around(*at, 1).any(|near| !self.solid[near]))
    }

    /// How light the pixels of the middle half are.
    fn middle(&self) -> Vec<f64> {
        let half = self.size / 4..self.size - self.size / 4;
        let inside = |at: &usize| half.contains(&(at % self.size)) && half.contains(&(at / self.size));
        (0..self.pixels.len())
            .filter(inside)
            .map(|at| self.luminance[at])
            .collect()
    }
}

/// The relative luminance of sRGB, as WCAG defines it.
fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] = colour.map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast ratio of two luminances, as WCAG defines it.
fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn grey([red, green, blue]: Colour) -> i32 {
    (299 * i32::from(red) + 587 * i32::from(green) + 114 * i32::from(blue)) / 1000
}

/// Every picture on every bar that it is for; of those for any bar, on grey in every shade too where that is wanted.
fn everything(any_grey: bool, mut look_at: impl FnMut(Bar, u32, Colour, &[(Look, Seen)])) {
    for kind in Bar::ALL {
        let mut shown: Vec<(Option<Colour>, Colour)> = bars(kind).into_iter().map(|bar| (None, bar)).collect();
        match kind {
            Bar::Outlined if any_grey => shown.extend((0..=255).step_by(15).map(|grey| (None, [grey; 3]))),
            // macOS paints it black or white.
            Bar::Template => shown = vec![(Some([0; 3]), [200; 3]), (Some([255; 3]), [60; 3])],
            _ => {}
        }
        for size in kind.sizes() {
            let pictures = tray_pictures(kind, *size).unwrap();
            for (paint, bar) in &shown {
                let seen = pictures
                    .iter()
                    .map(|(look, picture)| (*look, Seen::new(picture, *paint, *bar)));
                look_at(kind, *size, *bar, &seen.collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn the_outline_of_every_picture_stands_out_from_its_bar_all_the_way_around() {
    everything(true, |kind, size, bar, pictures| {
        // Where there are two outlines, the inner one may be what stands out.
        let reach = if kind == Bar::Outlined { size.div_ceil(12) } else { 0 };
        let bar_luminance = luminance(bar);
        for (look, seen) in pictures {
            for at in seen.outline() {
                let mut near = seen.around(at, reach as usize);
                assert!(
                    near.any(|near| contrast(seen.luminance[near], bar_luminance) >= ENOUGH),
                    "{} for {kind:?}, {size} pixels, on {bar:?}: row {}, column {}",
                    look.name(),
                    at / seen.size,
                    at % seen.size,
                );
            }
        }
    });
}

#[test]
fn what_a_badge_says_stands_out_in_it() {
    let says_nothing_within = ["busy", "unknown", "signed-out"];
    everything(false, |kind, size, bar, pictures| {
        for (look, seen) in pictures {
            if look.mark.is_some() || says_nothing_within.contains(&look.badge) {
                continue;
            }
            let mut middle = seen.middle();
            middle.sort_by(f64::total_cmp);
            let tenth = middle.len() / 10;
            let found = contrast(middle[tenth], middle[middle.len() - 1 - tenth]);
            assert!(
                found >= ENOUGH,
                "{} for {kind:?}, {size} pixels, on {bar:?}: {found}",
                look.name()
            );
        }
    });
}

#[test]
fn any_two_pictures_differ_without_their_colours() {
    const PLAINLY: i32 = 48;
    let mut closest = (usize::MAX, String::new());
    everything(false, |kind, size, bar, pictures| {
        for (number, (look, one)) in pictures.iter().enumerate() {
            for (other_look, other) in &pictures[..number] {
                let both = one.pixels.iter().zip(&other.pixels);
                let differing = both
                    .filter(|(one, other)| (grey(**one) - grey(**other)).abs() >= PLAINLY)
                    .count();
                let share = differing * 1000 / one.pixels.len();
                if share < closest.0 {
                    closest = (
                        share,
                        format!(
                            "{} and {} for {kind:?}, {size} pixels, on {bar:?}",
                            look.name(),
                            other_look.name()
                        ),
                    );
                }
            }
        }
    });
    let (share, which) = closest;
    assert!(share >= 30, "{which}: {share} pixels of 1000");
}

#[test]
fn straight_lines_fall_between_the_pixels() {
    for (kind, sizes) in [
        (Bar::OnLight, [16, 20, 24, 32, 48, 64].as_slice()),
        (Bar::Template, &[18, 36]),
    ] {
        for size in sizes {
            let pictures = tray_pictures(kind, *size).unwrap();
            for badge in ["do-not-disturb", "away"] {
                let (_, picture) = pictures.iter().find(|(look, _)| look.badge == badge).unwrap();
                // Down the middle of the bar, and across the clock's long hand.
                let side = *size as usize;
                let line: Vec<u8> = (side / 4..side - side / 4)
                    .map(|at| match badge {
                        "away" => picture.pixels()[(side * 3 / 8) * side + at][3],
                        _ => picture.pixels()[at * side + side / 2][3],
                    })
                    .collect();
                assert!(line.contains(&0), "{badge}, {size} pixels: {line:?}");
                assert!(
                    line.iter().all(|alpha| [0, 255].contains(alpha)),
                    "{badge}, {size} pixels: {line:?}"
                );
            }
        }
    }
}
