//! The command line as it is typed. What the words mean is worked out in [`super::request`], and what they are called in help, completions and
//! manual page stands in the catalogue ([`super::help`]).

use std::ffi::OsString;

use clap::{
    Arg, Args, Command, Error, FromArgMatches as _, Parser, Subcommand, ValueHint,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
};
use phrases::Language;
use presence::{LocationKind, PreferredPresence};

use super::help;

#[derive(Debug, Parser)]
#[command(name = "presence-tray", version)]
pub(crate) struct Arguments {
    #[arg(long, global = true)]
    pub(crate) demo: bool,

    #[arg(long)]
    pub(crate) background: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Subcommands>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Subcommands {
    SignIn {
        #[arg(long)]
        device: bool,
        #[arg(long)]
        session_only: bool,
        #[command(flatten)]
        output: Json,
    },
    SignOut(Json),
    Status(Json),
    Set {
        #[arg(value_parser = Offered(|| PreferredPresence::ALL.map(PreferredPresence::name).to_vec()))]
        presence: String,
        #[command(flatten)]
        end: End,
        #[command(flatten)]
        output: Json,
    },
    Reset(Json),
    Message {
        #[arg(required_unless_present = "clear", conflicts_with = "clear", value_hint = ValueHint::Other)]
        text: Option<String>,
        #[arg(long, conflicts_with = "clear")]
        pin: bool,
        #[arg(long, conflicts_with_all = ["length", "until"])]
        clear: bool,
        #[command(flatten)]
        end: End,
        #[command(flatten)]
        output: Json,
    },
    Location {
        #[arg(
            required_unless_present = "clear",
            conflicts_with = "clear",
            value_parser = Offered(|| LocationKind::ALL.map(LocationKind::name).to_vec())
        )]
        location: Option<String>,
        #[arg(long, value_name = "ID", conflicts_with = "clear", value_hint = ValueHint::Other)]
        place: Option<String>,
        #[arg(long)]
        automatic: bool,
        #[arg(long)]
        clear: bool,
        #[command(flatten)]
        output: Json,
    },
    Preset {
        #[arg(value_hint = ValueHint::Other)]
        name: String,
        #[command(flatten)]
        output: Json,
    },
    KeepAlive {
        switch: Switch,
        #[command(flatten)]
        output: Json,
    },
    Watch(Json),
    Doctor(Examination),
    Quit(Json),
    Simulator {
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_hint = ValueHint::Other)]
        listen: String,
        #[command(flatten)]
        output: Json,
    },
    Completions {
        shell: clap_complete::Shell,
    },
    Man,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Json {
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Examination {
    #[arg(long, conflicts_with_all = ["mail", "explain"])]
    pub(crate) recipe: bool,
    #[arg(long, requires = "recipe")]
    pub(crate) device: bool,
    #[arg(long)]
    pub(crate) mail: bool,
    #[arg(long, value_name = "TEXT", value_hint = ValueHint::Other)]
    pub(crate) explain: Option<String>,
    #[command(flatten)]
    pub(crate) output: Json,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct End {
    #[arg(
        long = "for",
        id = "length",
        value_name = "LENGTH",
        allow_hyphen_values = true,
        conflicts_with = "until",
        value_parser = Offered(|| vec!["30m", "1h", "2h", "4h", "1d"])
    )]
    pub(crate) length: Option<String>,
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = Offered(|| vec!["tomorrow"]))]
    pub(crate) until: Option<String>,
}

/// Takes any text, and has some to offer to whoever presses Tab: what is wrong with a text is told by [`super::request`], in our words.
#[derive(Clone)]
struct Offered(fn() -> Vec<&'static str>);

impl TypedValueParser for Offered {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &std::ffi::OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}

impl Arguments {
    /// Reads what was typed, the name of the program first.
    ///
    /// # Errors
    /// What is wrong with it; also where help or version are asked for.
    pub(crate) fn read(words: impl IntoIterator<Item = OsString>, language: Language) -> Result<Arguments, Error> {
        Arguments::from_arg_matches(&help::command(language).try_get_matches_from(words)?)
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use jiff::Zoned;
    use proptest::prelude::*;

    use super::{super::request, *};

    /// What people type, and what they do not.
    fn word() -> impl Strategy<Value = OsString> {
        let known = proptest::sample::select(vec![
            "set",
            "busy",
            "message",
            "location",
            "office",
            "--for",
            "90m",
            "--until",
            "17:00",
            "tomorrow",
            "--clear",
            "--json",
            "--demo",
            "--background",
            "sign-in",
            "--device",
            "status",
            "doctor",
            "--explain",
            "--recipe",
            "keep-alive",
            "on",
            "quit",
            "simulator",
            "--listen",
            "completions",
            "bash",
            "man",
            "--help",
            "-h",
            "--version",
            "--",
            "-",
            "--place=",
        ]);
        prop_oneof![
            3 => known.prop_map(OsString::from),
            1 => any::<String>().prop_map(OsString::from),
            1 => any::<std::path::PathBuf>().prop_map(OsString::from),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_command_a_page_of_help_or_a_usage_error(words in proptest::collection::vec(word(), 0..7)) {
            let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
            let words = std::iter::once("presence-tray".into()).chain(words);
            match Arguments::read(words, Language::German) {
                Ok(Arguments { command: Some(words), .. }) => {
                    if let Some(Err(trouble)) = request::command(&words, &now, Language::German) {
                        prop_assert_eq!(trouble.code.exit(), 2);
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let is_asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
                    prop_assert_eq!(error.exit_code(), if is_asked_for { 0 } else { 2 });
                }
            }
        }
    }
}
