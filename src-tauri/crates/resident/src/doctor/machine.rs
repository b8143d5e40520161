//! This computer and this session: program, files, desktop, the resident that runs.

use std::{env, fmt, fs, io};

use control::{Client, ConnectError, Endpoint};
use desktop::{
    display,
    login_item::LoginItem,
    tray_host::{TrayHost, TrayHostError},
};
use engine::{Code, Failure, Memory};
use jiff::Zoned;
use tokio::time::timeout;
use tracing::level_filters::LevelFilter;

use super::{
    LONGEST,
    finding::{Finding, Words},
    in_time,
};
use crate::{crash, folders::Folders, log::LogFiles, state::StateFile, succession, surroundings::APP, words};

pub(super) fn program(say: Words) -> Finding {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let desktop = ["XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE"]
        .into_iter()
        .filter_map(variable);
    let system = [system(), env::consts::ARCH.to_owned()].into_iter().chain(desktop);
    let values = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("system", &*system.collect::<Vec<_>>().join(", ")),
    ];
    say.good("program", "program", &values)
}

fn system() -> String {
    // As freedesktop.org's os-release(5) says it; elsewhere there is none.
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(|| env::consts::OS.to_owned(), |name| name.trim_matches('"').to_owned())
}

pub(super) fn files(say: Words, folders: &Folders) -> Finding {
    let values = [
        ("settings", &*folders.settings_file().display().to_string()),
        ("state", &*folders.state_file().display().to_string()),
        (
            "program",
            &*env::current_exe().unwrap_or_default().display().to_string(),
        ),
    ];
    say.good("files", "files", &values)
}

/// The state, only looked at.
pub(super) fn state(say: Words, file: &StateFile) -> (Option<Memory>, Finding) {
    match file.look() {
        Ok(Some(memory)) => (Some(memory), say.good("state", "state", &[])),
        Ok(None) => (None, say.good("state", "state-none", &[])),
        Err(error) => {
            let detail = error.to_string();
            (
                None,
                say.bad("state", Code::StateDamaged, "state-damaged", &[("detail", &detail)]),
            )
        }
    }
}

/// Where the log is, and how large.
pub(super) fn log(say: Words, folders: &Folders, level: LevelFilter) -> Finding {
    let folder = folders.log_folder();
    let place = ("folder", &*folder.display().to_string());
    if level == LevelFilter::OFF {
        return say.good("log", "log-off", &[place]);
    }
    match LogFiles::size(&folder) {
        Ok(size) => {
            let size = size.div_ceil(1000).to_string();
            say.good("log", "log", &[place, ("size", &size), ("level", &level.to_string())])
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => say.good("log", "log-none", &[place]),
        Err(error) => say.doubtful("log", "log-unwritable", &[place, ("detail", &error.to_string())]),
    }
}

/// Session bus and tray.
pub(super) async fn desktop(say: Words) -> Vec<Finding> {
    let bus = |finding: Finding| cfg!(target_os = "linux").then_some(finding);
    let tray = |present| match present {
        _ if !display::has_display() => say.good("tray", "no-display", &[]),
        true => say.good("tray", "tray", &[]),
        false => say.doubtful("tray", "no-tray", &[]),
    };
    match in_time(LONGEST, || TrayHost::new().is_present()).await {
        Some(Ok(present)) => bus(say.good("session-bus", "session-bus", &[]))
            .into_iter()
            .chain([tray(present)])
            .collect(),
        Some(Err(TrayHostError::Bus(detail))) => {
            vec![say.doubtful("session-bus", "no-session-bus", &[("detail", &detail)])]
        }
        Some(Err(error)) => vec![say.doubtful("session-bus", "no-session-bus", &[("detail", &error.to_string())])],
        None => vec![say.doubtful("session-bus", "session-bus-silent", &[])],
    }
}

/// The resident, if one of this version runs; and whether one died.
pub(super) async fn resident(say: Words) -> (Option<Client>, Vec<Finding>) {
    let failed = |error: &dyn fmt::Display| {
        (
            None,
            say.failed("resident", &Failure::with(Code::Failed, error.to_string())),
        )
    };
    let endpoint = match Endpoint::for_user(false) {
        Ok(endpoint) => endpoint,
        Err(error) => return (None, vec![failed(&error).1]),
    };
    let mark = crash::look(&endpoint, false);
    let found = timeout(LONGEST, Client::connect(&endpoint)).await;
    let found = found.unwrap_or(Err(ConnectError::NoAnswer));
    let died = match (&found, mark) {
        (Err(ConnectError::NobodyThere), Some(mark)) => Some(("crashed", mark.started)),
        (Ok(_), Some(mark)) => mark.before.map(|before| ("crashed-before", before.started)),
        _ => None,
    };
    let (client, lives) = match found {
        Ok(client) if client.version() == control::VERSION => {
            let finding = say.good("resident", "resident", &[("version", client.version())]);
            (Some(client), finding)
        }
        Ok(client) => {
            let key = if succession::is_older(&client) {
                "resident-older"
            } else {
                "resident-newer"
            };
            (None, say.doubtful("resident", key, &[("version", client.version())]))
        }
        Err(ConnectError::NobodyThere) => (None, say.good("resident", "no-resident", &[])),
        Err(error) => failed(&error),
    };
    let died = died.map(|(key, started)| {
        let started = words::when(started, &Zoned::now(), say.0);
        say.doubtful("last-run", key, &[("started", &started)])
    });
    (client, died.into_iter().chain([lives]).collect())
}

pub(super) fn start_at_login(say: Words) -> Finding {
    let enabled = LoginItem::new(&APP, env::current_exe().unwrap_or_default(), &["--background"])
        .and_then(|item| item.is_enabled());
    match enabled {
        Ok(true) => say.good("start-at-login", "starts-at-login", &[]),
        Ok(false) => say.good("start-at-login", "starts-by-hand", &[]),
        Err(error) => say.doubtful("start-at-login", "login-item", &[("detail", &error.to_string())]),
    }
}
