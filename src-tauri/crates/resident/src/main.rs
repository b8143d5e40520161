//! Presence Tray, the resident half: tray, driver, control socket and command line in one executable.
//!
//! The reader's path: [`cli`] reads what was typed. Without a command it starts the [`resident`], else it asks the one that runs through
//! the control socket, or does the one job by itself ([`cli::door`]). Either way a [`driver`] performs what the engine decides, with a
//! [`session`] as its way to Microsoft. What an operating system wants on the main thread, the resident leaves there ([`main_thread`]). What
//! happened is in the [`log`]; a resident that dies starts again ([`crash`]).

mod cli;
mod configuration;
mod console;
mod crash;
mod doctor;
mod driver;
mod examination;
mod failures;
mod folders;
mod front;
mod household;
mod log;
mod main_thread;
mod memory;
mod patience;
mod recipe;
mod redaction;
mod registration;
mod resident;
mod session;
mod settings;
mod shortcuts;
mod state;
mod succession;
mod surroundings;
mod tray;
mod words;

fn main() -> std::process::ExitCode {
    memory::share_one_heap();
    cli::main()
}
