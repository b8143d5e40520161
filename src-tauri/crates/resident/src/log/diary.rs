//! What a fault is looked for by: what changed in the Snapshot, and when. Codes and states; no name, no text of a person.

use engine::{Code, Snapshot, Subject};
use tokio::sync::watch;

/// What is written down when it changes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Page {
    signed_in: bool,
    session_only: bool,
    read_only: bool,
    problem: Option<Code>,
    sign_in_failed: Option<Code>,
    notices: Vec<(Subject, Code)>,
    shown: Option<String>,
}

/// Writes into the log until the driver ends.
pub(crate) async fn follow(mut snapshots: watch::Receiver<Snapshot>) {
    let mut before = Page::default();
    loop {
        let page = Page::of(&snapshots.borrow_and_update());
        before.turn_to(page);
        if snapshots.changed().await.is_err() {
            return;
        }
    }
}

impl Page {
    fn of(snapshot: &Snapshot) -> Page {
        let presence = snapshot.presence.as_ref();
        Page {
            signed_in: snapshot.signed_in,
            session_only: snapshot.session_only,
            read_only: snapshot.read_only,
            problem: snapshot.problem.as_ref().map(|problem| problem.code),
            sign_in_failed: snapshot.sign_in_failed.as_ref().map(|trouble| trouble.code),
            notices: snapshot
                .notices
                .iter()
                .map(|notice| (notice.about, notice.code))
                .collect(),
            shown: presence.map(|presence| presence.doing().phrase().to_owned()),
        }
    }

    fn turn_to(&mut self, page: Page) {
        if (page.signed_in, page.session_only, page.read_only) != (self.signed_in, self.session_only, self.read_only) {
            tracing::info!(page.signed_in, page.session_only, page.read_only, "the account");
        }
        if page.problem != self.problem {
            if let Some(code) = page.problem {
                tracing::warn!(code = code.name(), "a problem");
            } else {
                tracing::info!("no problem any more");
            }
        }
        if let Some(code) = page
            .sign_in_failed
            .filter(|_| page.sign_in_failed != self.sign_in_failed)
        {
            tracing::warn!(code = code.name(), "the sign-in failed");
        }
        for (about, code) in page.notices.iter().filter(|notice| !self.notices.contains(notice)) {
            tracing::warn!(?about, code = code.name(), "a notice");
        }
        if page.shown != self.shown {
            tracing::debug!(shown = page.shown.as_deref(), "the presence");
        }
        *self = page;
    }
}
