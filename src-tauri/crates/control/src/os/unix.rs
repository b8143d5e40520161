//! Unix: a socket file in a private folder, and peers known by their user id.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use interprocess::local_socket::{
    ConnectOptions, GenericFilePath, ListenerOptions, ToFsName,
    tokio::{Listener, Stream},
    traits::StreamCommon,
};

use crate::endpoint::EndpointError;

/// Who a process belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct User(pub(crate) u32);

/// For the files in the folder. On Linux with the sticky bit, which keeps clean-ups of the runtime folder away (XDG Base Directory
/// Specification); elsewhere only the administrator may set that.
const PRIVATE: u32 = if cfg!(target_os = "linux") { 0o1600 } else { 0o600 };

/// A relative path in one of the variables is to be ignored (XDG Base Directory Specification).
pub(crate) fn runtime_folder(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(target_os = "macos") {
        folder("HOME")?.join("Library/Application Support")
    } else {
        folder("XDG_RUNTIME_DIR")
            .or_else(|| folder("XDG_STATE_HOME"))
            .or_else(|| Some(folder("HOME")?.join(".local/state")))?
    };
    Some(base.join("presence-tray"))
}

pub(crate) fn address(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension("sock")
}

/// Creates `folder` for this user alone. One that exists has to be a real folder of this user's; it is closed to others.
pub(crate) fn make_private(folder: &Path) -> Result<(), EndpointError> {
    let unusable = |source| EndpointError::Unusable {
        folder: folder.to_owned(),
        source,
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(unusable)?;
    let found = fs::symlink_metadata(folder).map_err(unusable)?;
    if !found.is_dir() || User(found.uid()) != own_user().map_err(unusable)? {
        return Err(EndpointError::NotOurs(folder.to_owned()));
    }
    if found.mode() & 0o077 != 0 {
        fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(unusable)?;
    }
    Ok(())
}

pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(Permissions::from_mode(PRIVATE))?;
    Ok(file)
}

/// Takes the place of a socket that nobody answers any more. Call it with the lock held.
///
/// # Errors
/// [`io::ErrorKind::AddrInUse`] where somebody does answer: their lock file was taken away under them.
pub(crate) fn listen(address: &Path) -> io::Result<Listener> {
    match std::os::unix::net::UnixStream::connect(address) {
        Ok(_) => return Err(io::ErrorKind::AddrInUse.into()),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(address)?,
        // Nothing there, or no way to it: binding tells.
        Err(_) => {}
    }
    let listener = ListenerOptions::new()
        .name(address.to_fs_name::<GenericFilePath>()?)
        .create_tokio()?;
    // The folder is private already, so there is no moment at which others could get in.
    fs::set_permissions(address, Permissions::from_mode(PRIVATE))?;
    Ok(listener)
}

pub(crate) async fn connect(address: &Path) -> io::Result<Stream> {
    ConnectOptions::new()
        .name(address.to_fs_name::<GenericFilePath>()?)
        .connect_tokio()
        .await
}

#[expect(clippy::unnecessary_wraps, reason = "it can fail on Windows")]
pub(crate) fn own_user() -> io::Result<User> {
    Ok(User(rustix::process::geteuid().as_raw()))
}

/// Who connected, as the kernel noted it then.
pub(crate) fn caller(stream: &Stream) -> io::Result<User> {
    stream
        .peer_creds()?
        .euid()
        .map(User)
        .ok_or_else(|| io::ErrorKind::Unsupported.into())
}

/// Who listens at the other end, as the kernel noted it then.
pub(crate) fn host(stream: &Stream) -> io::Result<User> {
    caller(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_folder_is_the_runtime_folder_else_the_state_folder() {
        for (vars, folder) in [
            (
                &[("XDG_RUNTIME_DIR", "/run/user/7"), ("HOME", "/home/a")][..],
                Some("/run/user/7/presence-tray"),
            ),
            (
                &[
                    ("XDG_RUNTIME_DIR", "run"),
                    ("XDG_STATE_HOME", "/s"),
                    ("HOME", "/home/a"),
                ],
                Some("/s/presence-tray"),
            ),
            (
                &[("XDG_RUNTIME_DIR", ""), ("HOME", "/home/a")],
                Some("/home/a/.local/state/presence-tray"),
            ),
            (&[("HOME", "relative")], None),
            (&[], None),
        ] {
            let var = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
            assert_eq!(runtime_folder(var), folder.map(PathBuf::from), "{vars:?}");
        }
    }

    #[test]
    fn a_folder_is_made_private_and_a_link_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/presence-tray");
        make_private(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);

        fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
        make_private(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);

        let link = place.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert!(matches!(make_private(&link), Err(EndpointError::NotOurs(_))));
    }
}
