//! This computer and this session: program, files, desktop, the resident that runs.

use std::{env, fs};

use control::{Client, ConnectError, Endpoint};
use desktop::{
    display,
    login_item::LoginItem,
    tray_host::{TrayHost, TrayHostError},
};
use engine::{Code, Failure, Memory};
use tokio::time::timeout;

use super::{
    LONGEST,
    finding::{Finding, Words},
    in_time,
};
use crate::{folders::Folders, state::StateFile, succession, surroundings::APP};

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

/// The resident, if one of this version runs.
pub(super) async fn resident(say: Words) -> (Option<Client>, Finding) {
    let failed =
        |error: &dyn std::fmt::Display| say.failed("resident", &Failure::with(Code::Failed, error.to_string()));
    let endpoint = match Endpoint::for_user(false) {
        Ok(endpoint) => endpoint,
        Err(error) => return (None, failed(&error)),
    };
    match timeout(LONGEST, Client::connect(&endpoint)).await {
        Ok(Ok(client)) => {
            let values = [("version", client.version())];
            if client.version() == control::VERSION {
                let finding = say.good("resident", "resident", &values);
                return (Some(client), finding);
            }
            let key = if succession::is_older(&client) {
                "resident-older"
            } else {
                "resident-newer"
            };
            (None, say.doubtful("resident", key, &values))
        }
        Ok(Err(ConnectError::NobodyThere)) => (None, say.good("resident", "no-resident", &[])),
        Ok(Err(error)) => (None, failed(&error)),
        Err(_) => (None, failed(&ConnectError::NoAnswer)),
    }
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
