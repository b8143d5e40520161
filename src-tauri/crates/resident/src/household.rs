//! What a process works with: its settings, its registration, its files. The person's own, or the demonstration's.

use engine::{Code, Engine, Failure, Place};
use identity::{Endpoint, Keychain};
use phrases::Language;
use simulator::Simulator;

use crate::{
    driver::{Driver, Reading, Way, now},
    folders::Folders,
    recipe,
    session::Session,
    settings::{Cloud, Settings, SettingsFile},
    state::{Loaded, StateFile},
    surroundings::{APP, Surroundings},
};

/// Settings and everything they lead to.
pub(crate) struct Household {
    pub(crate) demo: bool,
    pub(crate) language: Language,
    pub(crate) settings: Settings,
    /// What was ignored in the settings: a sentence each.
    pub(crate) warnings: Vec<String>,
    /// Where the settings are, to name the file in a sentence.
    settings_path: String,
    settings_file: SettingsFile,
    state: StateFile,
    keychain: Keychain,
    simulator: Option<Simulator>,
}

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
        Ok(Household {
            demo: false,
            language,
            warnings: warnings.collect(),
            settings: reading.settings,
            settings_path: file.display().to_string(),
            settings_file: SettingsFile::at(file),
            state: StateFile::at(folders.state_file()),
            keychain: Keychain::system(APP.id),
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
            language,
            warnings: Vec::new(),
            settings,
            settings_path: String::new(),
            settings_file: SettingsFile::nowhere(),
            state: StateFile::nowhere(),
            keychain: Keychain::session_only(),
            simulator: Some(simulator),
        })
    }

    /// The simulator's announcement, in the demonstration.
    pub(crate) fn announcement(&self) -> Option<&simulator::Announcement> {
        self.simulator.as_ref().map(Simulator::announcement)
    }

    /// An engine with its driver, ready to run; and the simulator, which ends when it is dropped.
    pub(crate) fn driver(self, role: Role) -> (Driver, Way, Option<Simulator>) {
        let settings = engine::Settings {
            language: self.language,
            places: self.settings.places.clone(),
            reads_buildings: self.settings.tenant_places,
            keep_alive: self.settings.keep_alive && role == Role::Resident,
            registration: recipe::for_the_window(&self.settings, self.language),
            demo: self.demo,
            polls: role != Role::Lone,
            seed: seed(),
        };
        let session = self.session();
        let Loaded { memory, set_aside } = self.state.load();
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
            Role::Resident => Surroundings::of_resident(self.demo, self.language),
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
        let (driver, way) = Driver::new(engine, session, state, self.settings_file, surroundings, reading);
        (driver, way, self.simulator)
    }

    fn session(&self) -> Result<Session, Failure> {
        let registration = self.settings.registration(&self.settings_path)?;
        let graph = self.settings.endpoints()?.graph;
        let turns = self.state.folder().map(|folder| folder.join("turns"));
        Session::new(
            registration,
            &graph,
            self.settings.network()?,
            self.keychain.clone(),
            turns,
            self.language,
        )
    }
}

/// Differs from process to process and from machine to machine; no secret hangs on it.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
