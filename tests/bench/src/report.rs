//! What was measured, of whom, and what was wanted.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::machine::Machine;

/// Who is measured; in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Who {
    /// The product.
    PresenceTray,
    /// An icon with a menu.
    BareTray,
    /// The same with an HTTPS client and a keychain, which the product cannot do without.
    BareAgent,
    /// Tauri with an icon and no window.
    BareTauri,
    /// Debian's Chromium with one blank window, for programs made with Electron.
    Chromium,
}

impl Who {
    pub(crate) const ALL: [Self; 5] = [
        Self::PresenceTray,
        Self::BareTray,
        Self::BareAgent,
        Self::BareTauri,
        Self::Chromium,
    ];

    /// As the table and the chart name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PresenceTray => "Presence Tray",
            Self::BareTray => "bare tray",
            Self::BareAgent => "bare tray + HTTPS + keychain",
            Self::BareTauri => "bare Tauri tray",
            Self::Chromium => "Chromium, blank window",
        }
    }
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Unit {
    /// Millions of bytes.
    #[serde(rename = "MB")]
    Megabytes,
    /// Thousands of bytes.
    #[serde(rename = "kB")]
    Kilobytes,
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "µs")]
    Microseconds,
    /// Processor time, 10 ms each.
    #[serde(rename = "ticks")]
    Ticks,
    /// A number of things.
    #[serde(rename = "")]
    Count,
    /// A relation.
    #[serde(rename = "×")]
    Times,
}

/// What is wanted of the product.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    pub(crate) what: &'static str,
    pub(crate) unit: Unit,
    pub(crate) target: Option<Target>,
    /// Every run.
    pub(crate) runs: BTreeMap<Who, Vec<f64>>,
}

impl Figure {
    /// The middle one of the runs.
    pub(crate) fn median(&self, who: Who) -> Option<f64> {
        let mut runs = self.runs.get(&who)?.clone();
        runs.sort_by(f64::total_cmp);
        let middle = runs.len() / 2;
        if runs.len() % 2 == 1 {
            runs.get(middle).copied()
        } else {
            Some(f64::midpoint(*runs.get(middle.checked_sub(1)?)?, *runs.get(middle)?))
        }
    }

    /// Whether the product is what was wanted; `None` where nothing was.
    fn is_met(&self) -> Option<bool> {
        Some(self.target?.is_met(self.median(Who::PresenceTray)?))
    }

    /// A value with its unit, as a person reads it.
    pub(crate) fn told(&self, value: f64) -> String {
        let digits = match self.unit {
            Unit::Ticks | Unit::Count => 0,
            Unit::Kilobytes if value >= 10.0 => 0,
            _ if value >= 100.0 => 0,
            Unit::Times | Unit::Microseconds => 2,
            _ => 1,
        };
        let number = with_thousands(&format!("{value:.digits$}"));
        match self.unit {
            Unit::Megabytes => format!("{number} MB"),
            Unit::Kilobytes => format!("{number} kB"),
            Unit::Milliseconds => format!("{number} ms"),
            Unit::Microseconds => format!("{number} µs"),
            Unit::Ticks | Unit::Count => number,
            Unit::Times => format!("{number} ×"),
        }
    }
}

/// `1234567.8` as `1,234,567.8`.
fn with_thousands(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut told = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told + rest
}

/// Everything that was measured in one run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) figures: Vec<Figure>,
}

impl Report {
    pub(crate) fn new(machine: Machine) -> Self {
        Self {
            machine,
            figures: Vec::new(),
        }
    }

    /// Adds one run, and tells it. The lines of the table stand in the order in which they are first heard of.
    pub(crate) fn add(&mut self, what: &'static str, unit: Unit, target: Option<Target>, who: Who, value: f64) {
        let known = self.figures.iter().position(|figure| figure.what == what);
        let place = known.unwrap_or_else(|| {
            self.figures.push(Figure {
                what,
                unit,
                target,
                runs: BTreeMap::new(),
            });
            self.figures.len() - 1
        });
        if let Some(figure) = self.figures.get_mut(place) {
            figure.target = figure.target.or(target);
            figure.runs.entry(who).or_default().push(value);
            // Whoever waits sees that something happens.
            println!("  {}, {what}: {}", who.name(), figure.told(value));
        }
    }

    pub(crate) fn figure(&self, what: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.what == what)
    }
}

/// The table, in Markdown: it reads well as it is, too.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![
            ["", Who::PresenceTray.name(), "wanted"]
                .into_iter()
                .chain(Who::ALL.into_iter().skip(1).map(Who::name))
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        ];
        for figure in &self.figures {
            let value = |who| figure.median(who).map_or_else(String::new, |value| figure.told(value));
            let wanted = match figure.target {
                Some(Target::AtMost(most)) => format!("≤ {}", figure.told(most)),
                Some(Target::AtLeast(least)) => format!("≥ {}", figure.told(least)),
                None => String::new(),
            };
            let met = if figure.is_met() == Some(false) {
                " (missed)"
            } else {
                ""
            };
            lines.push(
                [figure.what.to_owned(), value(Who::PresenceTray), wanted + met]
                    .into_iter()
                    .chain(Who::ALL.into_iter().skip(1).map(value))
                    .collect(),
            );
        }
        let columns = lines.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = lines.iter().filter_map(|line| line.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        for (number, line) in lines.iter().enumerate() {
            for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
                if column == 0 {
                    write!(f, "| {cell:<width$} ")?;
                } else {
                    write!(f, "| {cell:>width$} ")?;
                }
            }
            writeln!(f, "|")?;
            if number == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let end = if column == 0 { '-' } else { ':' };
                    write!(f, "|{}{end}", "-".repeat(width + 1))?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(values: &[(Who, f64)], target: Option<Target>) -> Report {
        let mut report = Report::new(Machine::default());
        for (who, value) in values {
            report.add("memory", Unit::Megabytes, target, *who, *value);
        }
        report
    }

    #[test]
    fn the_median_is_the_middle_run_and_lies_between_the_two_middle_ones() {
        for (runs, median) in [
            (&[3.0, 1.0, 2.0] as &[f64], Some(2.0)),
            (&[4.0, 1.0, 2.0, 3.0], Some(2.5)),
            (&[7.0], Some(7.0)),
            (&[], None),
        ] {
            let runs: Vec<_> = runs.iter().map(|run| (Who::PresenceTray, *run)).collect();
            let report = report(&runs, None);
            let found = report
                .figure("memory")
                .and_then(|figure| figure.median(Who::PresenceTray));
            assert_eq!(found, median, "{runs:?}");
        }
    }

    #[test]
    fn a_target_that_was_missed_is_told_and_one_that_was_met_is_not() {
        for (target, missed) in [
            (Target::AtMost(10.0), false),
            (Target::AtMost(9.9), true),
            (Target::AtLeast(10.0), false),
            (Target::AtLeast(10.1), true),
        ] {
            let table = report(&[(Who::PresenceTray, 10.0), (Who::Chromium, 300.0)], Some(target)).to_string();
            assert_eq!(table.contains("(missed)"), missed, "{table}");
        }
    }

    #[test]
    fn numbers_have_the_digits_that_mean_something() {
        for (unit, value, told) in [
            (Unit::Megabytes, 7.342, "7.3 MB"),
            (Unit::Megabytes, 234.56, "235 MB"),
            (Unit::Count, 1_234_567.8, "1,234,568"),
            (Unit::Times, 1.234, "1.23 ×"),
            (Unit::Ticks, 0.0, "0"),
            (Unit::Microseconds, 0.456, "0.46 µs"),
        ] {
            let figure = Figure {
                what: "it",
                unit,
                target: None,
                runs: BTreeMap::new(),
            };
            assert_eq!(figure.told(value), told);
        }
    }
}
