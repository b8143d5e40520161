//! What a call does to the window. Pure.

use std::time::Duration;

/// How long after it lost the focus a window still counts as the one that was in front. A click on the tray icon takes the focus when the button
/// goes down and calls when it comes up again.
const JUST_NOW: Duration = Duration::from_millis(300);

/// What is to become of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Show,
    Hide,
    /// It is away already, and that is what was wanted.
    Leave,
}

/// The window as a call finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) visible: bool,
    pub(crate) focused: bool,
    /// How long ago something else took the focus from it.
    pub(crate) lost_focus: Option<Duration>,
}

/// A second click puts away what was in front; one that is covered comes to the front. Any other call shows.
pub(crate) fn deed(toggle: bool, found: Found) -> Deed {
    let was_in_front = found.focused || found.lost_focus.is_some_and(|ago| ago < JUST_NOW);
    match (toggle && was_in_front, found.visible) {
        (false, _) => Deed::Show,
        (true, true) => Deed::Hide,
        (true, false) => Deed::Leave,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_click_closes_and_every_other_call_shows() {
        let found = |visible, focused, lost_focus: Option<u64>| Found {
            visible,
            focused,
            lost_focus: lost_focus.map(Duration::from_millis),
        };
        for (what, toggle, found, expected) in [
            ("it is away", true, found(false, false, None), Deed::Show),
            ("it is in front", true, found(true, true, None), Deed::Hide),
            (
                "it is in front, and was not before",
                true,
                found(true, true, Some(5000)),
                Deed::Hide,
            ),
            ("it is covered", true, found(true, false, Some(5000)), Deed::Show),
            (
                "the click took the focus from it",
                true,
                found(true, false, Some(120)),
                Deed::Hide,
            ),
            (
                "the click took the focus, which put it away",
                true,
                found(false, false, Some(120)),
                Deed::Leave,
            ),
            (
                "it went when something else got the focus",
                true,
                found(false, false, Some(300)),
                Deed::Show,
            ),
            (
                "a shortcut, it is away",
                false,
                found(false, false, Some(10)),
                Deed::Show,
            ),
            ("a shortcut, it is in front", false, found(true, true, None), Deed::Show),
        ] {
            assert_eq!(deed(toggle, found), expected, "{what}");
        }
    }
}
