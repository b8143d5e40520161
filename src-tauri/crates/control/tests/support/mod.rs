//! A resident that does what a test tells it, and the snapshots it shows.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use control::{Audience, Client, Endpoint, Listener, Order};
use engine::{Asked, Certainty, FlyoutCall, KeepAlive, Preferences, Reply, Snapshot};
use phrases::Language;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

/// A resident that leaves commands to the test.
pub struct Resident {
    pub endpoint: Endpoint,
    pub snapshots: watch::Sender<Snapshot>,
    pub commands: mpsc::Receiver<Order>,
    pub audience: Audience,
    pub serving: JoinHandle<()>,
}

impl Resident {
    pub fn start(folder: &Path) -> Resident {
        let endpoint = Endpoint::at(folder);
        let listener = Listener::bind(&endpoint).unwrap();
        let (snapshots, shown) = watch::channel(snapshot("first"));
        let (to_do, commands) = mpsc::channel(16);
        let audience = Audience::new();
        Resident {
            endpoint,
            snapshots,
            commands,
            serving: tokio::spawn(listener.serve(shown, to_do, audience.clone())),
            audience,
        }
    }

    pub async fn client(&self) -> Client {
        Client::connect(&self.endpoint).await.unwrap()
    }

    /// Ends it as a program ends: nobody takes commands any more.
    pub async fn end(self) {
        drop(self.commands);
        self.serving.await.unwrap();
    }
}

/// Replies to everything with «done».
pub fn reply_to_all(mut commands: mpsc::Receiver<Order>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Some((_, reply)) = commands.recv().await {
            let _ = reply.send(Reply::Done);
        }
    })
}

/// One that can be told from others by `mark`.
pub fn snapshot(mark: &str) -> Snapshot {
    Snapshot {
        signed_in: false,
        account: None,
        presence: None,
        read_at: None,
        asked: Asked::default(),
        problem: None,
        certainty: Certainty::Unread,
        why: None,
        clearing: Vec::new(),
        notices: Vec::new(),
        keep_alive: KeepAlive { on: false, until: None },
        read_only: false,
        signing_in: None,
        sign_in_failed: None,
        session_only: false,
        registration: None,
        recent_messages: vec![mark.to_owned()],
        presets: Vec::new(),
        last_preset: None,
        places: Vec::new(),
        own_places: Vec::new(),
        today: Vec::new(),
        preferences: Preferences::default(),
        shortcuts: Vec::new(),
        missing_tray: None,
        start_at_login: None,
        demo: false,
        flyout_calls: 0,
        flyout_call: FlyoutCall::default(),
        language: Language::English,
    }
}
