//! The running product in a real desktop session.
