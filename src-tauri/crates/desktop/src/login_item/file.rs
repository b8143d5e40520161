//! An entry that is a small text file in a folder of the person's.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use atomic_write_file::AtomicWriteFile;

use super::LoginItemError;

/// The file's text, or none where there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<String>, LoginItemError> {
    match fs::read(path) {
        // A stray byte in somebody's edit must not hide the rest of the entry.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LoginItemError::Read {
            place: path.display().to_string(),
            source,
        }),
    }
}

/// Replaces the file in one step, and makes its folder where that is missing: a login never meets half an entry.
pub(super) fn write(path: &Path, text: &str) -> Result<(), LoginItemError> {
    let write = || {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut file = AtomicWriteFile::open(path)?;
        file.write_all(text.as_bytes())?;
        file.commit()
    };
    write().map_err(|source| LoginItemError::Write {
        place: path.display().to_string(),
        source,
    })
}

/// Removes the file; fine where there is none.
pub(super) fn remove(path: &Path) -> Result<(), LoginItemError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(LoginItemError::Write {
            place: path.display().to_string(),
            source,
        }),
        _ => Ok(()),
    }
}
