//! The flyout: the window that draws the Snapshot and sends Commands.
//!
//! It is a client of the control socket like any other, holds no state of its own and never sees a token. The resident starts it when it is
//! wanted; started by hand it works with the resident that runs, and starts one where none does. Closed, it stays warm for a minute and leaves.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod call;
mod commands;
#[cfg(test)]
mod confinement;
mod place;
mod resident;
mod window;

#[cfg_attr(target_os = "linux", path = "os/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "os/other.rs")]
mod os;

use std::process::ExitCode;

use clap::Parser;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    arguments::Arguments,
    resident::Resident,
    window::{LostFocus, Warmth},
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse().ok());
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
        .with(asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::ERROR)))
        .init();
    match os::prepare().and_then(|()| run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("presence-flyout: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    tauri::Builder::default()
        .manage(Resident::new(arguments.demo)?)
        .manage(Warmth::default())
        .manage(LostFocus::default())
        .invoke_handler(commands::handler())
        .setup(move |app| {
            window::open(app.handle(), arguments.at)?;
            tauri::async_runtime::spawn(window::follow_calls(app.handle().clone()));
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
