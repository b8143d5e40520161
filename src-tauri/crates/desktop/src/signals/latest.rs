//! What was told last.

use super::Signal;

/// Passes on what is news. Two programs may tell of the lock, and a network tells of each step to a connection: only changes are.
pub(super) struct Latest<F> {
    on_signal: F,
    locked: Option<bool>,
    connected: Option<bool>,
}

impl<F: FnMut(Signal)> Latest<F> {
    /// `connected` is how the network stands now, where that is known.
    pub(super) fn new(on_signal: F, connected: Option<bool>) -> Self {
        Self {
            on_signal,
            locked: None,
            connected,
        }
    }

    pub(super) fn pass_on(&mut self, signal: Signal) {
        let is_news = match signal {
            Signal::Sleeps | Signal::Wakes | Signal::SessionEnds => true,
            Signal::Locked | Signal::Unlocked => {
                let locked = signal == Signal::Locked;
                self.locked.replace(locked) != Some(locked)
            }
            Signal::NetworkGone | Signal::NetworkBack => {
                let connected = signal == Signal::NetworkBack;
                self.connected.replace(connected) != Some(connected)
            }
        };
        if is_news {
            (self.on_signal)(signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Latest,
        Signal::{self, Locked, NetworkBack, NetworkGone, SessionEnds, Sleeps, Unlocked, Wakes},
    };

    #[test]
    fn only_changes_of_lock_and_network_are_passed_on() {
        for (connected, told, passed_on) in [
            (None, &[Locked, Locked, Unlocked, Unlocked][..], &[Locked, Unlocked][..]),
            (None, &[NetworkBack, NetworkBack], &[NetworkBack]),
            (
                Some(true),
                &[NetworkBack, NetworkGone, NetworkBack],
                &[NetworkGone, NetworkBack],
            ),
            (Some(false), &[NetworkGone, NetworkBack], &[NetworkBack]),
            (
                None,
                &[Wakes, Wakes, Sleeps, SessionEnds],
                &[Wakes, Wakes, Sleeps, SessionEnds],
            ),
        ] {
            let mut heard: Vec<Signal> = Vec::new();
            let mut latest = Latest::new(|signal| heard.push(signal), connected);
            for signal in told {
                latest.pass_on(*signal);
            }
            assert_eq!(heard, passed_on, "{connected:?} {told:?}");
        }
    }
}
