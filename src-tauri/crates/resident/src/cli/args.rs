//! The command line as it is typed. What the words mean is worked out in [`super::request`].

use clap::{Args, Parser, Subcommand};

/// Sets your Microsoft Teams presence, status message and work location, from the tray or from here.
///
/// Without a command it starts the tray program, or shows the window of the one that runs.
#[derive(Debug, Parser)]
#[command(name = "presence-tray", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Work against the built-in simulator: no account needed, nothing leaves this machine.
    #[arg(long, global = true)]
    pub(crate) demo: bool,

    /// Start without ever opening a window (for start at login).
    #[arg(long)]
    pub(crate) background: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Subcommands>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Subcommands {
    /// Sign in, with the system browser or with a code.
    SignIn {
        /// With a code to type into a browser anywhere, for a machine without one
        #[arg(long)]
        device: bool,
        /// Keep the sign-in in the running program's memory alone, where there is no keychain
        #[arg(long)]
        session_only: bool,
        #[command(flatten)]
        output: Json,
    },
    /// Forget the account, and its token in the keychain.
    SignOut(Json),
    /// Show the presence, what was asked for, and what is wrong.
    Status(Json),
    /// Prefer a presence: available, busy, do-not-disturb, be-right-back, away or offline.
    Set {
        /// available, busy, do-not-disturb, be-right-back, away or offline
        presence: String,
        #[command(flatten)]
        end: End,
        #[command(flatten)]
        output: Json,
    },
    /// Go back to what Teams works out by itself.
    Reset(Json),
    /// Write a status message, or take it away.
    Message {
        /// At most 280 characters
        #[arg(required_unless_present = "clear", conflicts_with = "clear")]
        text: Option<String>,
        /// Show it to people who write to you (Teams: "Show when people message me")
        #[arg(long, conflicts_with = "clear")]
        pin: bool,
        /// Take the message away
        #[arg(long, conflicts_with_all = ["length", "until"])]
        clear: bool,
        #[command(flatten)]
        end: End,
        #[command(flatten)]
        output: Json,
    },
    /// Say where you work today: office, remote or time-off.
    Location {
        /// office, remote or time-off
        #[arg(required_unless_present = "clear", conflicts_with = "clear")]
        location: Option<String>,
        /// A building, by its id in the places directory (with office)
        #[arg(long, value_name = "ID", conflicts_with = "clear")]
        place: Option<String>,
        /// As a network or a dock would say it, which a choice by hand outranks
        #[arg(long)]
        automatic: bool,
        /// Take the location away; with --automatic only what was set automatically
        #[arg(long)]
        clear: bool,
        #[command(flatten)]
        output: Json,
    },
    /// Set what a preset of the settings names: presence, message, location, all at once.
    Preset {
        /// Its name, however it is capitalised
        name: String,
        #[command(flatten)]
        output: Json,
    },
    /// Keep a presence session of our own, so that what you set shows while Teams is not running; or no longer.
    KeepAlive {
        /// on or off
        switch: Switch,
        #[command(flatten)]
        output: Json,
    },
    /// Print the state now, then a line at each change.
    Watch(Json),
    /// Say what works, what does not, and what to do. It names nobody, so it may be posted.
    Doctor(Examination),
    /// End the tray program.
    Quit(Json),
    /// Run the simulated tenant by itself; prints one line of JSON when it is ready.
    Simulator {
        /// Address to listen on; a loopback one
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
        listen: String,
        #[command(flatten)]
        output: Json,
    },
    /// Print a completion script for a shell.
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Json {
    /// Print JSON, also for errors
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Examination {
    /// Instead: how to register the app in your organisation, step by step and as a script
    #[arg(long, conflicts_with_all = ["mail", "explain"])]
    pub(crate) recipe: bool,
    /// With --recipe: also for signing in with a code
    #[arg(long, requires = "recipe")]
    pub(crate) device: bool,
    /// Instead: an e-mail that asks an administrator for approval, with the link
    #[arg(long)]
    pub(crate) mail: bool,
    /// Instead: what an error number from the browser means (AADSTS…); with --mail it is put into the e-mail
    #[arg(long, value_name = "TEXT")]
    pub(crate) explain: Option<String>,
    #[command(flatten)]
    pub(crate) output: Json,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct End {
    /// For how long: 90m, 2h, 1h30m, 1d
    #[arg(
        long = "for",
        id = "length",
        value_name = "LENGTH",
        allow_hyphen_values = true,
        conflicts_with = "until"
    )]
    pub(crate) length: Option<String>,
    /// Until when: 17:00, tomorrow, or a date and time of RFC 3339
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) until: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
