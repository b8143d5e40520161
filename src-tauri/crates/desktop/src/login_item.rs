//! Start at login, as a switch.
//!
//! The entry is the kind each system's own settings show and can switch off, so that nobody hunts for it: an autostart
//! desktop entry on Linux, a value under `Run` on Windows, a launch agent on macOS. The system's switch is respected: an
//! entry it turned off counts as disabled and is not repaired behind the person's back.

#[cfg(any(unix, test))]
mod file;
#[cfg(any(target_os = "linux", test))]
mod linux;
#[cfg(any(target_os = "macos", test))]
mod macos;
#[cfg(any(windows, test))]
mod windows;

#[cfg(target_os = "linux")]
use linux::AutostartEntry as Entry;
#[cfg(target_os = "macos")]
use macos::LaunchAgent as Entry;
#[cfg(windows)]
use windows::RunValue as Entry;

use std::io;
use std::path::PathBuf;

use crate::AppIdentity;

/// Why the login item could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum LoginItemError {
    /// Neither a configuration folder nor a home folder is known.
    #[error("the folder for programs that start at login is not known; set HOME")]
    NoHome,
    /// The entry is text, and the path of the program is not.
    #[error("the path of this program is not text, so it cannot be entered to start at login: {0}")]
    PathNotText(PathBuf),
    /// Windows starts no command line longer than 260 characters from there.
    #[error("the path of this program is too long to be started at login; install it in a shorter one")]
    PathTooLong,
    /// The entry exists and could not be read.
    #[error("the entry to start at login could not be read ({place}: {source})")]
    Read {
        /// File or registry key.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// The entry could not be written or removed.
    #[error("the entry to start at login could not be changed ({place}: {source})")]
    Write {
        /// File or registry key.
        place: String,
        /// What the system said.
        source: io::Error,
    },
}

/// This program's entry among those that start at login.
#[derive(Debug)]
pub struct LoginItem(Entry);

impl LoginItem {
    /// The entry that starts `executable` (absolute) with `arguments`. Nothing is read or written yet.
    ///
    /// On Linux an executable inside a mounted `AppImage` stands for the image: the mount is gone at the next login.
    pub fn new(app: &AppIdentity, executable: PathBuf, arguments: &[&str]) -> Result<Self, LoginItemError> {
        Entry::new(app, executable, arguments, |name| std::env::var_os(name)).map(Self)
    }

    /// Whether the entry is there and the system's own switch leaves it on, whatever program it starts.
    pub fn is_enabled(&self) -> Result<bool, LoginItemError> {
        self.0.is_enabled()
    }

    /// Writes the entry, and turns the system's own switch on again: who asks here means it.
    pub fn enable(&self) -> Result<(), LoginItemError> {
        self.0.enable()
    }

    /// Removes the entry; fine where there is none.
    pub fn disable(&self) -> Result<(), LoginItemError> {
        self.0.disable()
    }

    /// Rewrites an entry that is enabled but starts another command, as after the program was moved. Says whether it did.
    pub fn repair(&self) -> Result<bool, LoginItemError> {
        let stale = self.0.is_enabled()? && !self.0.starts_us()?;
        if stale {
            self.0.enable()?;
        }
        Ok(stale)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::ffi::OsString;
    use std::fs;
    use std::os::unix::ffi::OsStringExt;

    const APP: AppIdentity = AppIdentity {
        id: "org.example.App",
        name: "App",
    };

    #[test]
    fn a_moved_program_is_repaired_but_never_against_the_systems_switch() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("autostart/org.example.App.desktop");
        let item = |executable: &str| {
            let entry = Entry::new(&APP, executable.into(), &["--background"], |name| {
                (name == "XDG_CONFIG_HOME").then(|| folder.path().as_os_str().to_owned())
            });
            LoginItem(entry.expect("a folder is known"))
        };
        let (before, now) = (item("/old/app"), item("/new/app"));

        assert!(!now.repair().expect("no entry, nothing to repair"));
        assert!(!file.exists());

        before.enable().expect("the entry of before");
        assert!(now.repair().expect("a stale entry"));
        assert!(!now.repair().expect("our own entry"));
        assert!(
            fs::read_to_string(&file)
                .expect("the entry")
                .contains("Exec=/new/app --background\n")
        );

        let switched_off = "[Desktop Entry]\nExec=/old/app\nHidden=true\n";
        fs::write(&file, switched_off).expect("the system's switch");
        assert!(!now.is_enabled().expect("an entry") && !now.repair().expect("switched off"));
        assert_eq!(fs::read_to_string(&file).expect("the entry"), switched_off);
        now.enable().expect("the person's own wish");
        assert!(now.is_enabled().expect("an entry"));
    }

    #[test]
    fn a_path_that_is_not_text_is_refused() {
        let executable = PathBuf::from(OsString::from_vec(b"/opt/\xff/app".to_vec()));
        let made = LoginItem::new(&APP, executable, &[]);
        assert!(matches!(made, Err(LoginItemError::PathNotText(_))), "{made:?}");
    }
}
