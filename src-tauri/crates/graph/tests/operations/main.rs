//! Every operation against a server that writes down what it is asked and answers what it is told.
#![allow(clippy::unwrap_used, reason = "tests")]

mod failures;
mod places;
mod reads;
mod server;
mod writes;

const TOKEN: &str = "header.payload.signature";
const OID: &str = "fa8bf3dc-eca7-46b7-bad1-db199b62afc3";
