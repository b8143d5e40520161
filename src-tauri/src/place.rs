//! Where the window goes. Pure: pixels in, pixels out.

use std::str::FromStr;

/// A point of the screen, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

/// A width and a height, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// What a monitor leaves to windows: all of it but panels and docks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WorkArea {
    pub(crate) corner: Point,
    pub(crate) size: Size,
}

/// The distance to edges and to the click, in logical pixels.
const MARGIN: f64 = 8.0;

/// Where hosts of a tray say that a click was when they do not know.
const NOWHERE: Point = Point { x: 0, y: 0 };

/// The upper left corner of a window of this `size`: beside the click, on the side that has more room, else in the lower right corner of the
/// work area; never outside it. A window that is too large keeps its upper left corner in sight.
pub(crate) fn place(anchor: Option<Point>, area: WorkArea, size: Size, scale: f64) -> Point {
    #[expect(clippy::cast_possible_truncation, reason = "a few pixels")]
    let margin = (MARGIN * scale).round() as i32;
    let left = area.corner.x + margin;
    let top = area.corner.y + margin;
    let right = area.corner.x + area.size.width - margin - size.width;
    let bottom = area.corner.y + area.size.height - margin - size.height;
    let (x, y) = match anchor.filter(|click| *click != NOWHERE) {
        None => (right, bottom),
        Some(click) => {
            let below = click.y < area.corner.y + area.size.height / 2;
            let y = if below {
                click.y + margin
            } else {
                click.y - margin - size.height
            };
            (click.x - size.width / 2, y)
        }
    };
    Point {
        x: x.min(right).max(left),
        y: y.min(bottom).max(top),
    }
}

impl FromStr for Point {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Point, Self::Err> {
        let numbers = text.split_once(',').and_then(|(x, y)| {
            Some(Point {
                x: x.parse().ok()?,
                y: y.parse().ok()?,
            })
        });
        numbers.ok_or("not of the form X,Y, in whole pixels")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A screen of 1920×1080 with a panel of 40 pixels.
    fn area(top_panel: bool) -> WorkArea {
        WorkArea {
            corner: Point {
                x: 0,
                y: if top_panel { 40 } else { 0 },
            },
            size: Size {
                width: 1920,
                height: 1040,
            },
        }
    }

    const SIZE: Size = Size {
        width: 380,
        height: 640,
    };

    #[test]
    fn it_opens_beside_the_click_and_inside_the_work_area() {
        let at = |x, y| Some(Point { x, y });
        for (what, anchor, area, point) in [
            ("no click", None, area(false), (1532, 392)),
            (
                "panel below, at the right end",
                at(1900, 1060),
                area(false),
                (1532, 392),
            ),
            ("panel below, in the middle", at(960, 1060), area(false), (770, 392)),
            ("panel above, at the right end", at(1900, 20), area(true), (1532, 48)),
            ("panel above, at the left end", at(5, 20), area(true), (8, 48)),
            (
                "a click in the middle of the upper half",
                at(960, 300),
                area(false),
                (770, 308),
            ),
            ("a click that no host gave", at(0, 0), area(false), (1532, 392)),
            (
                "a click on no monitor at all",
                at(i32::MAX / 2, -5000),
                area(false),
                (1532, 8),
            ),
        ] {
            let Point { x, y } = place(anchor, area, SIZE, 1.0);
            assert_eq!((x, y), point, "{what}");
        }
    }

    #[test]
    fn a_second_monitor_to_the_left_is_as_good() {
        let left = WorkArea {
            corner: Point { x: -2560, y: 200 },
            size: Size {
                width: 2560,
                height: 1400,
            },
        };
        let point = place(Some(Point { x: -10, y: 1590 }), left, SIZE, 1.0);
        assert_eq!(point, Point { x: -388, y: 942 });
    }

    #[test]
    fn the_margin_grows_with_the_scale() {
        let doubled = Size {
            width: 760,
            height: 1000,
        };
        assert_eq!(place(None, area(false), doubled, 2.0), Point { x: 1144, y: 24 });
    }

    #[test]
    fn a_window_too_large_keeps_its_beginning_in_sight() {
        let small = WorkArea {
            corner: Point { x: 0, y: 30 },
            size: Size {
                width: 320,
                height: 400,
            },
        };
        for anchor in [None, Some(Point { x: 300, y: 420 })] {
            assert_eq!(place(anchor, small, SIZE, 1.0), Point { x: 8, y: 38 });
        }
    }
}
