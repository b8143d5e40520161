//! Colours and weights of what people read. A terminal shows them; wherever else it goes, and with `NO_COLOR`, they are left out on the way
//! ([`super::print`]).

use anstyle::{AnsiColor, Style};
use presence::Badge;

pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// The colour that Teams gives to it.
pub(crate) fn of_presence(badge: Badge) -> Style {
    let colour = match badge {
        Badge::Available => AnsiColor::Green,
        Badge::Busy | Badge::DoNotDisturb => AnsiColor::Red,
        Badge::Away | Badge::BeRightBack => AnsiColor::Yellow,
        Badge::OutOfOffice => AnsiColor::Magenta,
        Badge::Offline | Badge::Unknown => return STRONG,
    };
    colour.on_default().bold()
}
