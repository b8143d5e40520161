//! A resident that dies starts again, once, and says so; and whoever comes after one that was killed knows of it.
//!
//! A mark in the runtime folder stands for the resident that runs. It goes when that ends as it should, so one that is found belongs to a
//! resident that did not. The folder goes with the login session: whoever switches the computer off has crashed nothing.
//!
//! After a panic on any thread the process becomes the program anew at once, from within the panic hook, as nothing else can be relied on any more.
//! What it was doing is in the state file, as after a cut of power. A fault of memory or a kill leave no time for that; they are told at the next start.

use std::{
    env, fs,
    io::{self, Write as _},
    panic,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
};

use control::Endpoint;
use engine::{Code, Reference, Trouble};
use jiff::{SignedDuration, Timestamp};
use phrases::Language;
use serde::{Deserialize, Serialize};

/// A second panic within this time ends the program.
const ONCE_IN: SignedDuration = SignedDuration::from_mins(10);

/// The resident that runs, as others see it.
#[derive(Debug)]
pub(crate) struct Running {
    path: PathBuf,
    mark: Mark,
}

/// What is known of a resident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) started: Timestamp,
    /// When it panicked, and was started again.
    pub(crate) panicked: Option<Timestamp>,
    /// The one before it, where that ended unexpectedly.
    pub(crate) before: Option<Box<Mark>>,
}

impl Running {
    /// To be called by whoever has just become the resident. From here on a panic starts the program again.
    pub(crate) fn begin(endpoint: &Endpoint, demo: bool, language: Language) -> Running {
        let path = path(endpoint, demo);
        let before = read(&path).map(|mark| Box::new(Mark { before: None, ..mark }));
        let mark = Mark {
            started: Timestamp::now(),
            panicked: None,
            before,
        };
        if let Err(error) = write(&path, &mark) {
            tracing::warn!(%error, path = %path.display(), "no mark was left");
        }
        let running = Running { path, mark };
        running.start_again_after_a_panic(language);
        #[cfg(all(unix, debug_assertions))]
        panic_when_told();
        running
    }

    /// What to tell whoever sits in front of the screen: that this is not the first start.
    pub(crate) fn news(&self, language: Language) -> Option<Trouble> {
        let before = self.mark.before.as_ref()?;
        let panicked = before.panicked.is_some();
        tracing::warn!(started = %before.started, panicked, "the resident before this one ended unexpectedly");
        panicked.then(|| Trouble {
            code: Code::Failed,
            message: language.phrases().text("crash.again.message").to_owned(),
            advice: language.phrases().text("crash.again.advice").to_owned(),
            reference: Reference::default(),
        })
    }

    /// It ends as it should.
    pub(crate) fn end(self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "the mark was not removed");
        }
    }

    fn start_again_after_a_panic(&self, language: Language) {
        let (path, mark) = (self.path.clone(), self.mark.clone());
        // By now, as an update may put another file there.
        let program = env::current_exe();
        let residents = thread::current().id();
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panicked| {
            print(panicked);
            let thread = thread::current();
            tracing::error!(thread = thread.name(), "{panicked}");
            let now = Timestamp::now();
            let told = Mark {
                panicked: Some(now),
                ..mark.clone()
            };
            // Where the mark cannot be written nothing would end a row of crashes.
            if mark.may_start_again(now) && write(&path, &told).is_ok() {
                say(language, "crash.again.sentence");
                if let Ok(program) = &program {
                    let error = become_anew(Command::new(program).args(env::args_os().skip(1)));
                    tracing::error!(%error, "the program could not be started again");
                }
            }
            if thread.id() == residents {
                say(language, "crash.twice");
                process::exit(Code::Failed.exit().into());
            }
        }));
    }
}

impl Mark {
    fn may_start_again(&self, now: Timestamp) -> bool {
        let last = self.before.as_ref().and_then(|before| before.panicked);
        last.is_none_or(|last| now.duration_since(last) > ONCE_IN)
    }
}

fn say(language: Language, key: &str) {
    let _ = writeln!(io::stderr(), "{}", language.phrases().text(key));
}

/// The mark of the resident that runs, or of one that ended unexpectedly. `None`: the last one ended as it should.
pub(crate) fn look(endpoint: &Endpoint, demo: bool) -> Option<Mark> {
    read(&path(endpoint, demo))
}

fn path(endpoint: &Endpoint, demo: bool) -> PathBuf {
    endpoint
        .folder()
        .join(if demo { "demo-runs.json" } else { "runs.json" })
}

fn read(path: &Path) -> Option<Mark> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write(path: &Path, mark: &Mark) -> io::Result<()> {
    fs::write(path, serde_json::to_vec(mark)?)
}

/// The same process, so that whoever started it, be it a terminal, goes on waiting for it. Returns only where that fails.
#[cfg(unix)]
fn become_anew(program: &mut Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(program)
}

/// Windows knows no such thing: another process takes over.
#[cfg(not(unix))]
fn become_anew(program: &mut Command) -> io::Error {
    crate::console::detach(program);
    match program.spawn() {
        Ok(_) => process::exit(Code::Failed.exit().into()),
        Err(error) => error,
    }
}

/// In a build for tests SIGUSR1 makes a thread panic: no fault is known that one could wait for.
#[cfg(all(unix, debug_assertions))]
fn panic_when_told() {
    use tokio::signal::unix::{SignalKind, signal};
    if let Ok(mut told) = signal(SignalKind::user_defined1()) {
        tokio::task::spawn_local(async move {
            assert!(told.recv().await.is_none(), "told to");
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_panic_within_ten_minutes_is_the_last() {
        let start: Timestamp = "2026-11-20T15:00:00Z".parse().unwrap();
        let after = |seconds| start + SignedDuration::from_secs(seconds);
        let mark = |panicked: Option<Timestamp>| Mark {
            started: start,
            panicked,
            before: None,
        };
        let following = |before: Mark| Mark {
            before: Some(Box::new(before)),
            ..mark(None)
        };
        assert!(mark(None).may_start_again(start), "the first");
        assert!(following(mark(None)).may_start_again(start), "after a kill");
        let again = following(mark(Some(start)));
        for (seconds, may) in [(0, false), (600, false), (601, true), (-5, false)] {
            assert_eq!(again.may_start_again(after(seconds)), may, "{seconds}");
        }
    }

    #[test]
    fn a_mark_that_is_found_belongs_to_a_resident_that_ended_unexpectedly() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.json");
        assert_eq!(read(&path), None);
        let mark = Mark {
            started: Timestamp::now(),
            panicked: None,
            before: None,
        };
        write(&path, &mark).unwrap();
        assert_eq!(read(&path), Some(mark));
        fs::write(&path, "{").unwrap();
        assert_eq!(read(&path), None, "a damaged one tells nothing");
    }
}
