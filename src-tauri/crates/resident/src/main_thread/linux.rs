//! Linux: no event loop but tokio's, on the main thread.

use std::io;

use super::{Held, block_on};

/// The main thread, which is this one.
#[derive(Default)]
pub(crate) struct MainThread(Held);

impl MainThread {
    pub(super) fn post(&mut self, job: impl FnOnce(&mut Held) + Send + 'static) {
        job(&mut self.0);
    }
}

/// Runs `work` to its end.
pub(crate) fn run<T: Send + 'static>(work: impl AsyncFnOnce(MainThread) -> T + Send + 'static) -> io::Result<T> {
    block_on(work(MainThread::default()))
}
