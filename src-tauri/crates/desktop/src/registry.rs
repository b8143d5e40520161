//! Values of `HKEY_CURRENT_USER`, as far as they are needed here.
#![allow(unsafe_code, reason = "the registry is a C interface; every call is in this file")]

use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS, WIN32_ERROR};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, KEY_NOTIFY, REG_NOTIFY_CHANGE_LAST_SET, REG_ROUTINE_FLAGS, REG_SZ, RRF_RT_REG_BINARY,
    RRF_RT_REG_DWORD, RRF_RT_REG_SZ, RegCloseKey, RegDeleteKeyValueW, RegGetValueW, RegNotifyChangeKeyValue,
    RegOpenKeyExW, RegSetKeyValueW,
};

/// Room for any value these keys hold; a longer one is answered with the system's `ERROR_MORE_DATA`.
const ROOM: u32 = 4096;

/// The text of a value, or none where the value or its key is not there. A value of another type is an error.
pub(crate) fn read_text(key: &str, name: &str) -> io::Result<Option<String>> {
    let bytes = read(key, name, RRF_RT_REG_SZ)?;
    Ok(bytes.map(|bytes| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned()
    }))
}

/// The bytes of a value, or none where the value or its key is not there.
pub(crate) fn read_binary(key: &str, name: &str) -> io::Result<Option<Vec<u8>>> {
    read(key, name, RRF_RT_REG_BINARY)
}

/// The number in a value, or none where the value or its key is not there. A value of another type is an error.
pub(crate) fn read_number(key: &str, name: &str) -> io::Result<Option<u32>> {
    let bytes = read(key, name, RRF_RT_REG_DWORD)?;
    Ok(bytes.and_then(|bytes| Some(u32::from_le_bytes(*bytes.first_chunk()?))))
}

/// Writes a value of type text, and its key where that is missing.
pub(crate) fn write_text(key: &str, name: &str, text: &str) -> io::Result<()> {
    let (key, name, data) = (wide(key), wide(name), wide(text));
    let length = u32::try_from(data.len() * 2).map_err(io::Error::other)?;
    // SAFETY: the three strings are NUL-terminated and outlive the call; `length` is the size of `data` in bytes.
    let status = unsafe {
        RegSetKeyValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            name.as_ptr(),
            REG_SZ,
            data.as_ptr().cast(),
            length,
        )
    };
    done(status)
}

/// Removes a value; fine where there is none.
pub(crate) fn remove(key: &str, name: &str) -> io::Result<()> {
    let (key, name) = (wide(key), wide(name));
    // SAFETY: both strings are NUL-terminated and outlive the call.
    match unsafe { RegDeleteKeyValueW(HKEY_CURRENT_USER, key.as_ptr(), name.as_ptr()) } {
        ERROR_FILE_NOT_FOUND => Ok(()),
        status => done(status),
    }
}

/// A key whose values are waited for.
pub(crate) struct WatchedKey(HKEY);

// SAFETY: any thread may use a key's handle.
unsafe impl Send for WatchedKey {}

impl WatchedKey {
    /// Opens a key that is there.
    pub(crate) fn open(key: &str) -> io::Result<WatchedKey> {
        let key = wide(key);
        let mut opened: HKEY = ptr::null_mut();
        // SAFETY: the string is NUL-terminated; it and the place for the handle outlive the call.
        done(unsafe { RegOpenKeyExW(HKEY_CURRENT_USER, key.as_ptr(), 0, KEY_NOTIFY, &raw mut opened) })?;
        Ok(WatchedKey(opened))
    }

    /// Returns when one of its values was written: since the last call, where there was one, as the handle keeps count of it.
    pub(crate) fn changed(&mut self) -> io::Result<()> {
        // SAFETY: the handle is open until this is dropped; without an event to set, the call waits.
        done(unsafe { RegNotifyChangeKeyValue(self.0, 0, REG_NOTIFY_CHANGE_LAST_SET, ptr::null_mut(), 0) })
    }
}

impl Drop for WatchedKey {
    fn drop(&mut self) {
        // SAFETY: the handle came from the system and is closed here alone.
        unsafe { RegCloseKey(self.0) };
    }
}

fn read(key: &str, name: &str, kind: REG_ROUTINE_FLAGS) -> io::Result<Option<Vec<u8>>> {
    let (key, name) = (wide(key), wide(name));
    let mut data = vec![0_u8; ROOM as usize];
    let mut length = ROOM;
    // SAFETY: both strings are NUL-terminated and outlive the call; `length` holds the size of `data` in bytes, and the
    // system writes no more than that.
    let status = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            name.as_ptr(),
            kind,
            ptr::null_mut(),
            data.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    if status == ERROR_FILE_NOT_FOUND {
        return Ok(None);
    }
    done(status)?;
    data.truncate(length as usize);
    Ok(Some(data))
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn done(status: WIN32_ERROR) -> io::Result<()> {
    if status == ERROR_SUCCESS {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(status.cast_signed()))
    }
}
