use tokio::sync::watch;

/// How many clients watch. A resident that is watched has to be fresh.
#[derive(Debug, Clone)]
pub struct Audience(watch::Sender<usize>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat(watch::Sender<usize>);

impl Audience {
    /// Nobody yet.
    pub fn new() -> Audience {
        Audience(watch::Sender::new(0))
    }

    /// How many there are, now and after each change.
    pub fn size(&self) -> watch::Receiver<usize> {
        self.0.subscribe()
    }

    pub(crate) fn seat(&self) -> Seat {
        self.0.send_modify(|size| *size += 1);
        Seat(self.0.clone())
    }
}

impl Default for Audience {
    fn default() -> Audience {
        Audience::new()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.send_modify(|size| *size = size.saturating_sub(1));
    }
}
