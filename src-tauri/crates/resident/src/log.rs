//! The log: what the program did, for whoever looks for a fault.
//!
//! On standard error, for whoever asks with `RUST_LOG`. And of the resident in files ([`files`]), as talkative as the settings want it. No token
//! ever reaches a log; of everything else that says who somebody is, the files show no more than `doctor` does ([`crate::redaction`]).

mod diary;
mod files;

use std::{
    env, io,
    path::Path,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer as _, Registry, filter::Targets, layer::SubscriberExt as _, reload};

use crate::redaction::Redaction;
pub(crate) use diary::follow;
pub(crate) use files::LogFiles;

/// The crates of this program, as they name what they log. Of all others the files hold no more than warnings: at their most talkative some
/// would tell what was sent.
const OURS: [&str; 7] = [
    "presence_tray",
    "control",
    "desktop",
    "engine",
    "graph",
    "identity",
    "simulator",
];

/// The files, once they are kept.
static KEPT: Mutex<Option<Kept>> = Mutex::new(None);
/// Says how talkative the files are.
static LEVEL: OnceLock<reload::Handle<Targets, Registry>> = OnceLock::new();

struct Kept {
    files: LogFiles,
    redaction: Redaction,
}

/// Begins to log on standard error. `RUST_LOG` sets the level. Nothing that is logged holds a token, a code or a page address. A command says by
/// itself what went wrong, and its standard error is for that alone.
///
/// zbus warns of a bus that closes while a program ends; nobody can do anything about that.
pub(crate) fn begin(is_command: bool) {
    let asked: Option<Targets> = env::var("RUST_LOG").ok().and_then(|asked| asked.parse().ok());
    let asked = asked.unwrap_or_else(|| {
        let level = if is_command {
            LevelFilter::OFF
        } else {
            LevelFilter::WARN
        };
        Targets::new()
            .with_default(level)
            .with_target("zbus", level.min(LevelFilter::ERROR))
    });
    let (kept, handle) = reload::Layer::new(Targets::new());
    let to_files = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(|| ToFiles);
    let to_standard_error = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let subscriber = Registry::default()
        .with(to_files.with_filter(kept))
        .with(to_standard_error.with_filter(asked));
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        // Nobody else began.
        let _ = LEVEL.set(handle);
    }
}

/// Keeps a log in files, too, from now on. Only one process may: the one that holds the control socket.
pub(crate) fn keep(folder: &Path, level: LevelFilter) {
    if level == LevelFilter::OFF {
        return;
    }
    match LogFiles::open(folder) {
        Ok(files) => {
            let redaction = Redaction::of_user();
            *kept() = Some(Kept { files, redaction });
        }
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "no log is kept");
            return;
        }
    }
    let of_others = level.min(LevelFilter::WARN);
    let wanted = Targets::new()
        .with_default(of_others)
        .with_targets(OURS.map(|name| (name, level)))
        .with_target("zbus", LevelFilter::ERROR.min(level));
    if let Some(Err(error)) = LEVEL.get().map(|handle| handle.reload(wanted)) {
        tracing::warn!(%error, "no log is kept");
    }
}

/// Whose names and ids are not to be written down.
pub(crate) fn hide(account: Option<&engine::Account>) {
    if let Some(kept) = kept().as_mut() {
        kept.redaction.hide(account);
    }
}

fn kept() -> MutexGuard<'static, Option<Kept>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes one event a call, as `tracing_subscriber::fmt` writes them.
struct ToFiles;

impl io::Write for ToFiles {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        if let Some(kept) = kept().as_mut() {
            let text = String::from_utf8_lossy(event);
            // A line each: what others said must not look like one of ours.
            let line: String = text
                .trim_end()
                .chars()
                .map(|character| if character.is_control() { ' ' } else { character })
                .collect();
            // A disk that is full must not stop anything, and there is no better place to say so.
            let _ = kept.files.write(&kept.redaction.text(&line));
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
