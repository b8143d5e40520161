//! Windows: a named pipe whose access list names this user alone, and peers known by their security identifier.
#![expect(unsafe_code, reason = "the owner of a process is told by the system interface alone")]

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io, mem,
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
    path::{Path, PathBuf},
    ptr,
};

use interprocess::{
    local_socket::{
        ConnectOptions, GenericFilePath, ListenerOptions, ToFsName,
        tokio::{Listener, Stream},
        traits::StreamCommon,
    },
    os::windows::{local_socket::ListenerOptionsExt, security_descriptor::SecurityDescriptor},
};
use widestring::{U16CStr, U16CString};
use windows_sys::Win32::{
    Foundation::{HANDLE, LocalFree},
    Security::{Authorization::ConvertSidToStringSidW, GetTokenInformation, TOKEN_QUERY, TOKEN_USER, TokenUser},
    System::Threading::{GetCurrentProcess, OpenProcess, OpenProcessToken, PROCESS_QUERY_LIMITED_INFORMATION},
};

use crate::endpoint::EndpointError;

/// Who a process belongs to: a security identifier in words, `S-1-5-21-…`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct User(String);

pub(crate) fn runtime_folder(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let base = var("LOCALAPPDATA")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())?;
    Some(base.join("presence-tray"))
}

/// Pipes share one name space for all users, so the folder, which is this user's own, becomes part of the name.
pub(crate) fn address(folder: &Path, name: &str) -> PathBuf {
    let owner: String = folder
        .to_string_lossy()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    PathBuf::from(format!(r"\\.\pipe\{owner}-{name}"))
}

/// What lies in the local application data is private to its user by inheritance.
pub(crate) fn make_private(folder: &Path) -> Result<(), EndpointError> {
    fs::create_dir_all(folder).map_err(|source| EndpointError::Unusable {
        folder: folder.to_owned(),
        source,
    })
}

pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

/// The first of its name, or an error: the system sees to that. All access for this user, none for anybody else; remote clients are turned away
/// by `interprocess` itself.
pub(crate) fn listen(address: &Path) -> io::Result<Listener> {
    let access = U16CString::from_str_truncate(format!("D:P(A;;GA;;;{})", own_user()?.0));
    ListenerOptions::new()
        .name(address.to_fs_name::<GenericFilePath>()?)
        .security_descriptor(SecurityDescriptor::deserialize(&access)?)
        .create_tokio()
}

pub(crate) async fn connect(address: &Path) -> io::Result<Stream> {
    ConnectOptions::new()
        .name(address.to_fs_name::<GenericFilePath>()?)
        .connect_tokio()
        .await
}

pub(crate) fn own_user() -> io::Result<User> {
    // SAFETY: no preconditions; the pseudo handle needs no closing.
    owner(unsafe { GetCurrentProcess() })
}

/// The pipe's access list has let in nobody else, so this is always ourselves.
pub(crate) fn caller(_: &Stream) -> io::Result<User> {
    own_user()
}

/// Who listens at the other end: the name of a pipe is free for anyone to take.
pub(crate) fn host(stream: &Stream) -> io::Result<User> {
    let id = stream.peer_creds()?.pid().ok_or(io::ErrorKind::Unsupported)?;
    // SAFETY: no preconditions.
    let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id) };
    if process.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is valid and ours to close.
    let process = unsafe { OwnedHandle::from_raw_handle(process) };
    owner(process.as_raw_handle())
}

/// The user in whose name `process` runs.
fn owner(process: HANDLE) -> io::Result<User> {
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: `process` is a valid handle and `token` a valid place for one.
    if unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is valid and ours to close.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };

    // TOKEN_USER and a security identifier of at most 68 bytes behind it; words, so that it is aligned for the pointer it begins with.
    let mut buffer = [0_u64; 32];
    let size = u32::try_from(mem::size_of_val(&buffer)).unwrap_or(0);
    let mut written = 0;
    // SAFETY: `buffer` is valid for `size` bytes.
    let read = unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            buffer.as_mut_ptr().cast(),
            size,
            &raw mut written,
        )
    };
    if read == 0 {
        return Err(io::Error::last_os_error());
    }
    let mut words: *mut u16 = ptr::null_mut();
    // SAFETY: the call above has put a TOKEN_USER at the start of `buffer`, which outlives this use of it.
    let told = unsafe {
        let user = &*buffer.as_ptr().cast::<TOKEN_USER>();
        ConvertSidToStringSidW(user.User.Sid, &raw mut words)
    };
    if told == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: `words` is a string with a zero at its end, freed once, after it was copied.
    let user = unsafe {
        let user = U16CStr::from_ptr_str(words).to_string_lossy();
        LocalFree(words.cast());
        user
    };
    Ok(User(user))
}
