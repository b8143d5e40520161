//! Where the program keeps its files.

use std::path::PathBuf;

use engine::{Code, Failure};

/// The name of every folder of this program.
pub(crate) const FOLDER: &str = "presence-tray";

/// Where the settings are by default, as people write it. The help names it.
pub(crate) const SETTINGS_SHOWN: &str = if cfg!(windows) {
    r"%APPDATA%\presence-tray\"
} else if cfg!(target_os = "macos") {
    "~/Library/Application Support/presence-tray/"
} else {
    "~/.config/presence-tray/"
};

/// Where state and log are by default.
pub(crate) const STATE_SHOWN: &str = if cfg!(windows) {
    r"%LOCALAPPDATA%\presence-tray\"
} else if cfg!(target_os = "macos") {
    "~/Library/Application Support/presence-tray/"
} else {
    "~/.local/state/presence-tray/"
};

/// The places of this process. The demonstration has none on disk but its runtime folder.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    settings: PathBuf,
    state: PathBuf,
}

impl Folders {
    /// The person's own, as the platform orders it (on Linux the XDG base directories).
    pub(crate) fn of_user() -> Result<Folders, Failure> {
        let nowhere = || Failure::with(Code::Failed, "this account has no home folder");
        Ok(Folders {
            settings: dirs::config_dir().ok_or_else(nowhere)?.join(FOLDER),
            state: dirs::state_dir()
                .or_else(dirs::data_local_dir)
                .ok_or_else(nowhere)?
                .join(FOLDER),
        })
    }

    /// `settings.toml`, which people write.
    pub(crate) fn settings_file(&self) -> PathBuf {
        self.settings.join("settings.toml")
    }

    /// `state.json`, which the program writes.
    pub(crate) fn state_file(&self) -> PathBuf {
        self.state.join("state.json")
    }

    /// Where the log is.
    pub(crate) fn log_folder(&self) -> PathBuf {
        self.state.join("log")
    }
}
