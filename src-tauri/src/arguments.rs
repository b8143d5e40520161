use clap::Parser;

use crate::place::Point;

/// The window of Presence Tray.
#[derive(Debug, Clone, Copy, Parser)]
#[command(name = "presence-flyout", version)]
pub(crate) struct Arguments {
    /// The window of the demonstration.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Show the window at once. It always does.
    #[arg(long)]
    show: bool,
    /// Where the icon was clicked, in pixels of the screen: the window opens beside it.
    #[arg(long, value_name = "X,Y", allow_hyphen_values = true)]
    pub(crate) at: Option<Point>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_two_whole_numbers() {
        let at = |text: &str| Arguments::try_parse_from(["presence-flyout", "--at", text]).map(|read| read.at);
        assert_eq!(at("1200,5").unwrap(), Some(Point { x: 1200, y: 5 }));
        assert_eq!(at("-1920,40").unwrap(), Some(Point { x: -1920, y: 40 }));
        for wrong in ["1200", "1,2,3", "a,b", "", "99999999999,0"] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
