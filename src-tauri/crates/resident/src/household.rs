//! What a process works with: its settings, its registration, its files. The person's own, or the demonstration's.

use std::{path::PathBuf, time::Duration};

use engine::{Code, Engine, Failure, Place};
use identity::{Endpoint, Keychain};
use phrases::Language;
use simulator::Simulator;

use crate::{
    configuration::Configuration,
    driver::{Driver, Reading, Way, now},
    folders::Folders,
    log, patience,
    settings::{Cloud, Settings, SettingsFile},
    state::{Loaded, StateFile},
    surroundings::{APP, Surroundings},
};

/// Settings and everything they lead to.
pub(crate) struct Household {
    pub(crate) demo: bool,
    /// What was ignored in the settings: a sentence each.
    pub(crate) warnings: Vec<String>,
    pub(crate) configuration: Configuration,
    state: StateFile,
    /// Where the log is kept, if it is.
    log_folder: Option<PathBuf>,
    simulator: Option<Simulator>,
}

/// A command of its own takes as long as patience with one request, and a moment to start and to end.
pub(crate) const A_JOB: Duration = Duration::from_secs(patience::IN_ALL.as_secs() + 5);

/// What kind of process drives the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Stays, polls, has a desktop around it.
    Resident,
    /// Does one job and exits.
    Lone,
    /// Has no desktop, but polls.
    LoneWatch,
}

impl Household {
    /// The person's own.
    pub(crate) fn of_user(language: Language) -> Result<Household, Failure> {
        let folders = Folders::of_user()?;
        let file = folders.settings_file();
        let reading = Settings::read(&file).map_err(|error| Failure::with(Code::Settings, error.to_string()))?;
        let warnings = reading
            .warnings
            .iter()
            .map(|warning| format!("{}: {warning}", file.display()));
        let state = StateFile::at(folders.state_file());
        Ok(Household {
            demo: false,
            warnings: warnings.collect(),
            configuration: Configuration {
                settings: reading.settings,
                path: file.display().to_string(),
                file: SettingsFile::at(file),
                keychain: Keychain::system(APP.id),
                turns: state.folder().map(|folder| folder.join("turns")),
                language,
            },
            state,
            log_folder: Some(folders.log_folder()),
            simulator: None,
        })
    }

    /// The demonstration's: a simulator of its own, secrets in memory, nothing on disk.
    pub(crate) async fn of_demo(language: Language) -> Result<Household, Failure> {
        let listen = ([127, 0, 0, 1], 0).into();
        let simulator = Simulator::start(listen)
            .await
            .map_err(|error| Failure::with(Code::Failed, error.to_string()))?;
        let announced = simulator.announcement();
        let endpoint = |text: &str| -> Result<Endpoint, Failure> {
            text.parse()
                .map_err(|error: identity::EndpointError| Failure::with(Code::Failed, error.to_string()))
        };
        let settings = Settings {
            client_id: Some(announced.client_id.clone()),
            cloud: Cloud::Custom {
                authority: endpoint(&announced.authority)?,
                graph: endpoint(&announced.graph)?,
            },
            places: simulator::places()
                .iter()
                .map(|place| Place {
                    name: place.name.to_owned(),
                    id: place.id.to_owned(),
                })
                .collect(),
            ..Settings::default()
        };
        Ok(Household {
            demo: true,
            warnings: Vec::new(),
            configuration: Configuration {
                settings,
                path: String::new(),
                file: SettingsFile::nowhere(),
                keychain: Keychain::session_only(),
                turns: None,
                language,
            },
            state: StateFile::nowhere(),
            log_folder: None,
            simulator: Some(simulator),
        })
    }

    /// The simulator's announcement, in the demonstration.
    pub(crate) fn announcement(&self) -> Option<&simulator::Announcement> {
        self.simulator.as_ref().map(Simulator::announcement)
    }

    /// Keeps a log in files from now on; the demonstration has none.
    pub(crate) fn keep_log(&self) {
        if let Some(folder) = &self.log_folder {
            log::keep(folder, self.configuration.settings.log_level);
        }
    }

    /// Waits until no other process writes the state, and keeps others from it from then on.
    ///
    /// # Errors
    /// [`Code::StateBusy`] where another one goes on for longer than its job may take.
    pub(crate) async fn hold_state(&mut self) -> Result<(), Failure> {
        self.state.hold_within(A_JOB).await
    }

    /// The same without waiting. Says whether it could be had.
    pub(crate) fn try_to_hold_state(&mut self) -> bool {
        self.state.hold()
    }

    /// From now on nothing is written to the state.
    pub(crate) fn only_looks(&mut self) {
        let state = std::mem::replace(&mut self.state, StateFile::nowhere());
        self.state = state.read_only();
    }

    /// An engine with its driver, ready to run; and the simulator, which ends when it is dropped.
    pub(crate) fn driver(self, role: Role) -> (Driver, Way, Option<Simulator>) {
        let settings = self.configuration.for_engine();
        let settings = engine::Settings {
            // What a command prints is in the language of its terminal.
            language: match role {
                Role::Resident => settings.language,
                Role::Lone | Role::LoneWatch => self.configuration.language,
            },
            keep_alive: settings.keep_alive && role == Role::Resident,
            demo: self.demo,
            polls: role != Role::Lone,
            seed: seed(),
            ..settings
        };
        let Loaded { memory, set_aside } = self.state.load();
        log::hide(memory.account.as_ref());
        let memory = match role {
            Role::Resident | Role::Lone => memory,
            // It looks on; what is to be done is the resident's.
            Role::LoneWatch => memory.to_look_at(),
        };
        let mut engine = Engine::new(settings, memory, &now());
        if let Some(aside) = set_aside {
            engine.lost_memory(&now(), aside);
        }
        let surroundings = match role {
            Role::Resident => Surroundings::of_resident(self.demo),
            Role::Lone | Role::LoneWatch => Surroundings::none(),
        };
        let reading = match role {
            Role::Lone => Reading::Patiently,
            Role::Resident | Role::LoneWatch => Reading::Once,
        };
        let state = match role {
            Role::Resident | Role::Lone => self.state,
            // Other commands write while it stays.
            Role::LoneWatch => self.state.read_only(),
        };
        let (driver, way) = Driver::new(engine, self.configuration, state, surroundings, reading);
        (driver, way, self.simulator)
    }
}

/// Differs from process to process and from machine to machine; no secret hangs on it.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
