//! A port that nobody can share: without this, another program of the same person could bind it too (`SO_REUSEADDR`).
#![expect(unsafe_code, reason = "the standard library has no name for this socket option")]

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::windows::io::AsRawSocket as _;

use socket2::{Domain, Socket, Type};
use windows_sys::Win32::Networking::WinSock::{SO_EXCLUSIVEADDRUSE, SOCKET, SOL_SOCKET, setsockopt};

/// As the standard library's own.
const BACKLOG: i32 = 128;

pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let on = 1_i32;
    let handle = SOCKET::try_from(socket.as_raw_socket()).map_err(io::Error::other)?;
    // SAFETY: the socket is open, and the option is an i32 that outlives the call, of the length given.
    let status = unsafe { setsockopt(handle, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (&raw const on).cast(), 4) };
    if status != 0 {
        return Err(io::Error::last_os_error());
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
