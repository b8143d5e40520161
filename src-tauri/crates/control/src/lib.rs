//! The control socket: framing, server and client for Command and Snapshot.
