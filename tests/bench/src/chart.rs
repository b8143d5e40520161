//! The comparison as a picture: one panel of bars for each figure that more than the product has.

use std::fmt::Write as _;

use crate::measure::{ICON_AFTER, MEMORY, WAKE_UPS};
use crate::report::{Figure, Report, Who};

/// What is drawn, with the heading that it has.
const PANELS: [(&str, &str); 3] = [
    (MEMORY, "Memory with the icon in the tray (PSS)"),
    (ICON_AFTER, "Start → icon in the tray"),
    (WAKE_UPS, "Wake-ups in a minute with nothing to do"),
];

const WIDTH: u32 = 760;
const MARGIN: u32 = 24;
/// Where the bars begin: the longest name ends before it.
const BARS: u32 = 236;
/// What the value beside the longest bar needs.
const VALUE: u32 = 84;
const BAR: u32 = 16;
const LINE: u32 = 26;
const HEADING: u32 = 30;
const BETWEEN: u32 = 22;

/// Colours for both kinds of page: grey for others, the product's own for the product.
const STYLE: &str = "\
    text { font: 13px 'Segoe UI', system-ui, sans-serif; fill: #424242 } \
    .heading { font-weight: 600; font-size: 14px; fill: #242424 } \
    .ours { font-weight: 600; fill: #242424 } \
    .small { font-size: 10.5px; fill: #616161 } \
    rect { fill: #bdbdbd } rect.ours { fill: #5b5fc7 } \
    @media (prefers-color-scheme: dark) { \
    text, .small { fill: #d6d6d6 } .heading, .ours { fill: #fff } rect { fill: #616161 } rect.ours { fill: #7f85f5 } }";

/// The chart as SVG.
pub(crate) fn drawn(report: &Report) -> String {
    let mut body = String::new();
    let mut y = MARGIN;
    for (what, heading) in PANELS {
        if let Some(figure) = report.figure(what) {
            y = panel(&mut body, figure, heading, y) + BETWEEN;
        }
    }
    let below = report.machine.to_string();
    let _ = writeln!(
        body,
        r#"<text class="small" x="{MARGIN}" y="{y}">{}</text>"#,
        escaped(&below)
    );
    let height = y + MARGIN;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         aria-label=\"Presence Tray beside other programs\">\n<style>{STYLE}</style>\n{body}</svg>\n"
    )
}

/// Draws one figure from `top` on; where it ends.
fn panel(body: &mut String, figure: &Figure, heading: &str, top: u32) -> u32 {
    let _ = writeln!(
        body,
        r#"<text class="heading" x="{MARGIN}" y="{}">{heading}</text>"#,
        top + 12
    );
    let values: Vec<(Who, f64)> = Who::ALL
        .into_iter()
        .filter_map(|who| Some((who, figure.median(who)?)))
        .collect();
    let longest = values.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let mut y = top + HEADING;
    for (who, value) in values {
        let class = if who == Who::PresenceTray { "ours" } else { "other" };
        let bar = (f64::from(WIDTH - MARGIN - VALUE - BARS) * value / longest).max(1.0);
        let (text, name, told) = (y + 12, escaped(who.name()), figure.told(value));
        let _ = writeln!(
            body,
            "<text class=\"{class}\" x=\"{}\" y=\"{text}\" text-anchor=\"end\">{name}</text>\
             <rect class=\"{class}\" x=\"{BARS}\" y=\"{y}\" width=\"{bar:.1}\" height=\"{BAR}\" rx=\"2\"/>\
             <text class=\"{class}\" x=\"{:.1}\" y=\"{text}\">{told}</text>",
            BARS - 12,
            f64::from(BARS) + bar + 8.0,
        );
        y += LINE;
    }
    y
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
