//! Values of `HKEY_CURRENT_USER`, as far as the login item needs them.
#![allow(unsafe_code, reason = "the registry is a C interface; every call is in this file")]

use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS, WIN32_ERROR};
use windows_sys::Win32::System::Registry::{
    HKEY_CURRENT_USER, REG_ROUTINE_FLAGS, REG_SZ, RRF_RT_REG_BINARY, RRF_RT_REG_SZ, RegDeleteKeyValueW, RegGetValueW,
    RegSetKeyValueW,
};

/// Room for any value these keys hold; a longer one is answered with the system's `ERROR_MORE_DATA`.
const ROOM: u32 = 4096;

/// The text of a value, or none where the value or its key is not there. A value of another type is an error.
pub(super) fn read_text(key: &str, name: &str) -> io::Result<Option<String>> {
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
pub(super) fn read_binary(key: &str, name: &str) -> io::Result<Option<Vec<u8>>> {
    read(key, name, RRF_RT_REG_BINARY)
}

/// Writes a value of type text, and its key where that is missing.
pub(super) fn write_text(key: &str, name: &str, text: &str) -> io::Result<()> {
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
pub(super) fn remove(key: &str, name: &str) -> io::Result<()> {
    let (key, name) = (wide(key), wide(name));
    // SAFETY: both strings are NUL-terminated and outlive the call.
    match unsafe { RegDeleteKeyValueW(HKEY_CURRENT_USER, key.as_ptr(), name.as_ptr()) } {
        ERROR_FILE_NOT_FOUND => Ok(()),
        status => done(status),
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
