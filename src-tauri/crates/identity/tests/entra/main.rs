//! Sign-in and refresh over real sockets, against a token endpoint that answers as it is told.

mod callback;
mod refresh;
mod service;
mod sign_in;
