//! What a person sees and presses while the resident runs: the icon in the tray, and the keys.

use std::io::Write as _;

use desktop::{
    bar_theme,
    shortcut::{Binding, ShortcutEvent},
};
use engine::{Command, FlyoutCall, Reply, Snapshot, View};
use jiff::Zoned;
use tokio::{sync::mpsc, task::spawn_local};

use crate::{
    driver::{Told, Way},
    examination,
    main_thread::MainThread,
    shortcuts::{self, Standings},
    surroundings,
    tray::{
        backend::Gesture,
        host::{self, Start},
        model::{Action, ChosenLength, TrayModel},
    },
};

/// The icon as it was drawn last, and the keys as they were bound last.
pub(crate) struct Front {
    main_thread: MainThread,
    way: Way,
    model: TrayModel,
    length: ChosenLength,
    gestures: mpsc::UnboundedReceiver<Gesture>,
    bar_changes: mpsc::UnboundedReceiver<()>,
    bindings: Vec<Binding>,
    standings: Standings,
    presses_in: mpsc::UnboundedSender<ShortcutEvent>,
    presses: mpsc::UnboundedReceiver<ShortcutEvent>,
}

impl Front {
    /// Puts the icon into the tray and listens for the keys. A tray that cannot be had is said, and never stops the program.
    pub(crate) async fn open(main_thread: MainThread, way: Way, start: Start) -> Front {
        let (gestures_in, gestures) = mpsc::unbounded_channel();
        let (presses_in, presses) = mpsc::unbounded_channel();
        let snapshot = way.snapshots.borrow().clone();
        let length = ChosenLength::default();
        let mut front = Front {
            main_thread,
            way,
            model: TrayModel::new(&snapshot, length, &Zoned::now()),
            length,
            gestures,
            bar_changes: watch_bar(),
            bindings: Vec::new(),
            standings: Standings::default(),
            presses_in,
            presses,
        };
        // First the keys: who sees the icon may press them.
        front.bind(&snapshot);
        let shown = front.main_thread.show_tray(front.model.clone(), gestures_in).await;
        if let Err(error) = &shown {
            tracing::warn!(%error, "there is no tray icon");
        }
        spawn_local(mind_tray(front.way.clone(), start, shown.is_ok()));
        front
    }

    /// Keeps icon and keys true until the driver ends.
    pub(crate) async fn keep(mut self) {
        loop {
            tokio::select! {
                changed = self.way.snapshots.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                Some(gesture) = self.gestures.recv() => self.follow(gesture),
                Some(event) = self.presses.recv() => self.heard(event),
                Some(()) = self.bar_changes.recv() => {}
            }
            let snapshot = self.way.snapshots.borrow_and_update().clone();
            self.bind(&snapshot);
            self.model = TrayModel::new(&snapshot, self.length, &Zoned::now());
            self.main_thread.draw(self.model.clone());
        }
    }

    fn follow(&mut self, gesture: Gesture) {
        let action = match gesture {
            Gesture::Open { at, token } => Some(Action::Command(Command::OpenFlyout(FlyoutCall {
                at,
                token,
                toggle: true,
                view: View::Main,
            }))),
            Gesture::Choose(number) => self.model.action(number),
        };
        match action {
            Some(Action::ChooseLength(chosen)) => self.length = chosen,
            Some(Action::Examine) => {
                let language = self.way.snapshots.borrow().language;
                spawn_local(examination::show(language));
            }
            Some(Action::Command(command)) => self.order(command),
            None => {}
        }
    }

    fn heard(&mut self, event: ShortcutEvent) {
        match event {
            ShortcutEvent::Pressed(id) => {
                if let Some(command) = shortcuts::command(&id) {
                    self.order(command);
                }
            }
            ShortcutEvent::Stands(id, standing) => {
                let language = self.way.snapshots.borrow().language;
                if let Some(bound) = self.standings.take(&id, standing, &self.bindings, language) {
                    // The driver may have ended.
                    let _ = self.way.told.send(Told::Shortcuts(bound));
                }
            }
        }
    }

    /// What was chosen here and did not come about has no other place to say so.
    fn order(&self, command: Command) {
        let way = self.way.clone();
        spawn_local(async move {
            if let Some(Reply::Failed(trouble) | Reply::DoneExcept(trouble)) = way.send(command).await {
                surroundings::tell(&trouble);
            }
        });
    }

    /// Listens for the keys of the settings, where they are others than before.
    fn bind(&mut self, snapshot: &Snapshot) {
        let wanted = shortcuts::bindings(snapshot);
        if wanted != self.bindings {
            self.bindings.clone_from(&wanted);
            self.standings = Standings::default();
            let _ = self.way.told.send(Told::Shortcuts(Vec::new()));
            self.main_thread.bind(wanted, self.presses_in.clone());
        }
    }
}

/// Says whether there is a tray; where there is none, to whoever started the program by opening the window, else in a notification.
async fn mind_tray(way: Way, start: Start, has_icon: bool) {
    let mut told_person = false;
    host::watch(start, has_icon, |missing| {
        // The driver may have ended.
        let _ = way.told.send(Told::Tray(missing));
        if missing.is_none() || std::mem::replace(&mut told_person, true) {
            return;
        }
        let language = way.snapshots.borrow().language;
        let way = way.clone();
        match start {
            Start::ByHand => {
                let _ = writeln!(std::io::stderr(), "{}", language.phrases().text("cli.no-tray"));
                spawn_local(async move { way.send(Command::OPEN_FLYOUT).await });
            }
            Start::AtLogin => surroundings::tell_no_tray(language, way.orders),
        }
    })
    .await;
}

/// Tells when the bar with the icon may have changed its colour, where the system tells it.
fn watch_bar() -> mpsc::UnboundedReceiver<()> {
    let (changes_in, changes) = mpsc::unbounded_channel();
    let watching = bar_theme::watch(move || {
        // The tray may have ended.
        let _ = changes_in.send(());
    });
    if let Err(error) = watching {
        tracing::info!(%error, "the icon keeps to the bar's colour of now");
    }
    changes
}
