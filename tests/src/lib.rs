//! The ground the running product stands on in tests: a private desktop session ([`Desk`]) with a panel, a keyring, a
//! notification daemon, and the hands and eyes of a person in front of it.
//!
//! | What a person does | Here |
//! |---|---|
//! | starts the program, types a command | [`product`], [`demo`] |
//! | follows what it shows | [`watching`] |
//! | looks at the tray icon, opens its menu, clicks | [`tray`] |
//! | signs in in the browser that opened | [`browser`], or without drawing it [`forms`] |
//! | uses the window | [`window`] |
//! | looks at the screen, moves the pointer | [`picture`]; how soon it is drawn, [`paint`] |
//! | and what arrived at the service | [`simulated`], [`tenant`] |
//!
//! [`main_job`] tells the product's main job with these, step by step.
//!
//! Everything is the real thing (Xvfb, `xfce4-panel`, `gnome-keyring-daemon`, Chromium, `WebKitWebDriver`). Nothing waits
//! by sleeping: each wait is for an event and has a deadline ([`deadline::PATIENCE`]).

pub mod browser;
pub mod deadline;
pub mod demo;
pub mod desk;
pub mod forms;
pub mod main_job;
pub mod paint;
pub mod picture;
pub mod product;
pub mod simulated;
pub mod tenant;
pub mod tray;
pub mod watching;
pub mod window;

mod warden;

pub use desk::Desk;
