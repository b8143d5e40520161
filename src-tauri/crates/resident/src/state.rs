//! The engine's memory on disk: who is signed in and what was asked. No token, ever.
//!
//! One process at a time writes it: the resident for its life, a command of its own for its job. Whoever does holds the lock file beside it,
//! which is empty and stays; the operating system gives the lock up when its process ends, however it ends.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    io::Write as _,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use engine::{Code, Failure, Memory};
use tokio::time::{Instant, sleep};

/// No event tells when a lock is free.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// `state.json`, or nothing at all for the demonstration.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: Option<PathBuf>,
    writes: bool,
    /// The lock, while this process holds it.
    held: Option<File>,
}

/// What an earlier process left.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Loaded {
    pub(crate) memory: Memory,
    /// Where the file was put that could not be understood.
    pub(crate) set_aside: Option<String>,
}

impl StateFile {
    pub(crate) fn at(path: PathBuf) -> StateFile {
        StateFile {
            path: Some(path),
            writes: true,
            held: None,
        }
    }

    /// Forgets everything.
    pub(crate) fn nowhere() -> StateFile {
        StateFile {
            path: None,
            writes: false,
            held: None,
        }
    }

    /// The same file, only looked at: for whoever stays while others write.
    pub(crate) fn read_only(self) -> StateFile {
        StateFile { writes: false, ..self }
    }

    /// The folder it lies in.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.path.as_deref()?.parent()
    }

    /// Keeps other processes from writing for as long as this lives. Says whether it does: not while another one keeps this one from it.
    /// Where there can be no lock, everybody goes on without.
    pub(crate) fn hold(&mut self) -> bool {
        let Some(path) = self.path.as_ref().filter(|_| self.writes && self.held.is_none()) else {
            return true;
        };
        match lock(&path.with_extension("lock")) {
            Ok(held) => self.held = held,
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "no lock between processes");
                return true;
            }
        }
        self.held.is_some()
    }

    /// The same, waiting up to `longest` for the other one to end.
    ///
    /// # Errors
    /// [`Code::StateBusy`] where it has not ended by then.
    pub(crate) async fn hold_within(&mut self, longest: Duration) -> Result<(), Failure> {
        let began = Instant::now();
        while !self.hold() {
            if began.elapsed() >= longest {
                return Err(Failure::of(Code::StateBusy));
            }
            sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// What an earlier process left. A file that cannot be understood is set aside under another name.
    pub(crate) fn load(&self) -> Loaded {
        let Some(path) = &self.path else {
            return Loaded::default();
        };
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Loaded::default(),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "the state cannot be read; starting without it");
                return Loaded::default();
            }
        };
        match serde_json::from_slice(&text) {
            Ok(memory) => Loaded {
                memory,
                set_aside: None,
            },
            Err(error) => {
                let aside = path.with_extension("damaged.json");
                let kept = fs::rename(path, &aside).is_ok();
                tracing::warn!(%error, kept, aside = %aside.display(), "the state is damaged; it was set aside");
                Loaded {
                    memory: Memory::default(),
                    set_aside: Some(aside.display().to_string()),
                }
            }
        }
    }

    /// The same without setting anything aside: for whoever only looks. `None` where there is no file yet.
    pub(crate) fn look(&self) -> io::Result<Option<Memory>> {
        let Some(path) = &self.path else { return Ok(None) };
        match fs::read(path) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps `memory`. When this returns, whoever looks finds it, however this process ends; the disk has it some milliseconds later, which the
    /// request that a click led to does not wait for.
    pub(crate) fn save(&self, memory: &Memory) {
        let Some(path) = self.path.as_ref().filter(|_| self.writes) else {
            return;
        };
        match replace(path, memory) {
            Ok(file) => in_the_background(path.clone(), file),
            Err(error) => tracing::warn!(%error, path = %path.display(), "the state was not saved"),
        }
    }
}

/// Puts a new file in the place of the old one, in one step.
fn replace(path: &Path, memory: &Memory) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut text = serde_json::to_vec_pretty(memory)?;
    text.push(b'\n');
    // Always the same name: who holds the lock is alone, and what a crash left is written over.
    let new = path.with_extension("new.json");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    // Elsewhere the folder is the person's own.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(&text)?;
    fs::rename(&new, path)?;
    Ok(file)
}

/// Sees to it that the disk has `file`, which is at `path`. Where the power goes before, the old one is found again, or, on a file system that
/// keeps names before contents, an empty one: it is set aside as any damaged file is.
fn in_the_background(path: PathBuf, file: File) {
    let write_through = move || {
        let written = file.sync_all().and_then(|()| sync_folder(&path));
        if let Err(error) = written {
            tracing::warn!(%error, path = %path.display(), "a power cut may undo the state that was saved");
        }
    };
    if let Err(error) = thread::Builder::new().name("state".into()).spawn(write_through) {
        tracing::warn!(%error, "no thread to write the state through to the disk");
    }
}

/// The folder knows which file has the name.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// The lock, unless another process has it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_holds_the_state_and_who_only_looks_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = || StateFile::at(folder.path().join("deep/state.json"));
        let (mut first, mut second) = (file(), file());
        assert!(first.hold() && first.hold(), "whoever holds it goes on to");
        assert!(!second.hold());
        assert!(file().read_only().hold(), "nothing is written");
        drop(first);
        assert!(second.hold());
        assert!(StateFile::nowhere().hold());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_the_state_gets_it_in_time_or_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = || StateFile::at(folder.path().join("state.json"));
        let (mut first, mut second) = (file(), file());
        assert!(first.hold());
        let began = Instant::now();
        let failure = second.hold_within(Duration::from_secs(30)).await.unwrap_err();
        assert_eq!(failure.code, Code::StateBusy);
        assert!(began.elapsed() < Duration::from_secs(31));
        let ends = async {
            sleep(Duration::from_secs(20)).await;
            drop(first);
        };
        let (held, ()) = tokio::join!(second.hold_within(Duration::from_secs(30)), ends);
        assert_eq!(held, Ok(()));
    }

    #[test]
    fn what_is_saved_is_loaded_and_nobody_else_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/state.json");
        let file = StateFile::at(path.clone());
        assert_eq!(file.load(), Loaded::default(), "nothing yet");
        let mut memory = Memory::default();
        memory.recent_messages.push("Back soon".into());
        file.save(&memory);
        assert_eq!(file.load().memory, memory);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_a_crash_left_half_written_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let half = folder.path().join("state.new.json");
        fs::write(&half, "{".repeat(10_000)).unwrap();
        let file = StateFile::at(path);
        file.save(&Memory::default());
        assert_eq!(file.load(), Loaded::default());
        assert!(!half.exists());
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_the_program_starts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, "{\"account\": ").unwrap();
        let file = StateFile::at(path.clone());
        assert!(file.look().is_err() && path.exists(), "looking changes nothing");
        let loaded = file.load();
        assert!(file.look().unwrap().is_none());
        assert_eq!(loaded.memory, Memory::default());
        assert!(loaded.set_aside.unwrap().ends_with("state.damaged.json"));
        assert!(!path.exists() && folder.path().join("state.damaged.json").exists());
    }
}
