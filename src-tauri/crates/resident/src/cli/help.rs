//! Help: the definition of the command line ([`super::args`]) with what the catalogue says to it. Completions and the manual page come from the
//! same.

use anstyle::Style;
use clap::{
    Arg, ArgAction, Command, CommandFactory as _,
    builder::{StyledStr, Styles},
};
use phrases::{Language, Phrases};

use super::{args::Arguments, style::STRONG};
use crate::folders;

/// Which commands belong together, in the order in which a person meets them; the others follow under `help.group.program`.
const GROUPS: [(&str, &[&str]); 3] = [
    (
        "help.group.set",
        &["set", "reset", "message", "location", "preset", "keep-alive"],
    ),
    ("help.group.see", &["status", "watch"]),
    ("help.group.account", &["sign-in", "sign-out"]),
];
const OTHERS: &str = "help.group.program";

/// Columns that every terminal has.
const WIDTH: usize = 80;

const STYLES: Styles = Styles::styled().header(STRONG).usage(STRONG).placeholder(Style::new());

/// The command line, in words.
pub(crate) fn command(language: Language) -> Command {
    let say = Words(language.phrases());
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version);
    let command = Arguments::command()
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(version);
    let command = say.told(command);
    let groups = say.groups(&command);
    let (usage, options) = (say.heading("help.usage"), say.heading("help.options"));
    let reference: String = say.sections().iter().map(Section::text).collect();
    let intro = format!("{}\n\n{}", say.text("help.presence-tray"), say.text("help.intro"));
    command
        .long_about(intro)
        .subcommand_value_name("COMMAND")
        .help_template(format!(
            "{{about}}\n\n{usage} {{usage}}\n\n{groups}{options}\n{{options}}{{after-help}}"
        ))
        .after_help(say.text("help.more").to_owned())
        .after_long_help(StyledStr::from(reference.trim_end().to_owned()))
}

/// A part of the reference below the long help, and in the manual page.
pub(crate) struct Section {
    pub(crate) title: String,
    /// What there is, and what it is.
    pub(crate) entries: Vec<(String, String)>,
}

/// Examples, exit codes, files, environment.
pub(crate) fn sections(language: Language) -> Vec<Section> {
    Words(language.phrases()).sections()
}

struct Words(&'static Phrases);

impl Words {
    fn text<'a>(&self, key: &'a str) -> &'a str {
        self.0.text(key)
    }

    fn heading(&self, key: &str) -> String {
        format!("{STRONG}{}:{STRONG:#}", self.0.text(key))
    }

    /// A command with its subcommands.
    fn told(&self, command: Command) -> Command {
        let name = command.get_name().to_owned();
        let examples = format!("help.{name}.examples");
        let examples = self.0.has(&examples).then(|| {
            let lines = self.text(&examples).replace('\n', "\n  ");
            StyledStr::from(format!("{}\n  {lines}", self.heading("help.examples")))
        });
        let usage = self.heading("help.usage");
        command
            .disable_help_flag(true)
            .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help))
            .mut_args(|argument| self.argument(&name, argument))
            .mut_subcommands(|command| self.told(command))
            .about(self.text(&format!("help.{name}")).to_owned())
            .help_template(format!("{{about}}\n\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"))
            .after_help(examples.unwrap_or_default())
            .styles(STYLES)
            .max_term_width(WIDTH)
    }

    fn argument(&self, command: &str, argument: Arg) -> Arg {
        let id = argument.get_id().as_str();
        let own = format!("help.{command}.{id}");
        let key = if self.0.has(&own) {
            own
        } else {
            format!("help.any.{id}")
        };
        let choices: Vec<_> = argument
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        let heading = self.0.text(if argument.is_positional() {
            "help.arguments"
        } else {
            "help.options"
        });
        let help = self.0.fill(&key, &[("choices", &choices.join(", "))]);
        let takes_value = argument.get_action().takes_values();
        argument
            .help(help)
            .help_heading(heading)
            // The sentence names them.
            .hide_possible_values(takes_value)
            .hide_default_value(takes_value)
    }

    /// The commands, those that belong together under a heading.
    fn groups(&self, command: &Command) -> String {
        let names = || command.get_subcommands().map(Command::get_name);
        let width = names().map(str::len).max().unwrap_or_default();
        let others: Vec<_> = names()
            .filter(|name| !GROUPS.iter().any(|(_, members)| members.contains(name)))
            .collect();
        let groups = GROUPS.iter().map(|(key, members)| (*key, members.to_vec()));
        let groups = groups.chain([(OTHERS, others)]).map(|(key, members)| {
            let lines = members.iter().map(|name| {
                let key = format!("help.{name}");
                format!("  {STRONG}{name:width$}{STRONG:#}  {}\n", self.text(&key))
            });
            format!("{}\n{}\n", self.heading(key), lines.collect::<String>())
        });
        groups.collect()
    }

    fn sections(&self) -> Vec<Section> {
        let example = |number: usize| {
            let key = |part| format!("help.example.{number}.{part}");
            let known = self.0.has(&key("command"));
            known.then(|| {
                (
                    self.0.text(&key("command")).to_owned(),
                    self.0.text(&key("what")).to_owned(),
                )
            })
        };
        let entry = |name: &str, key: &str| (name.to_owned(), self.0.text(key).to_owned());
        let section = |title: &str, entries| Section {
            title: self.0.text(title).to_owned(),
            entries,
        };
        vec![
            section("help.examples", (1..).map_while(example).collect()),
            section(
                "help.exit-codes",
                (0..=6)
                    .map(|code| entry(&code.to_string(), &format!("help.exit.{code}")))
                    .collect(),
            ),
            section(
                "help.files",
                vec![
                    entry(
                        &format!("{}settings.toml", folders::SETTINGS_SHOWN),
                        "help.file.settings",
                    ),
                    entry(&format!("{}state.json", folders::STATE_SHOWN), "help.file.state"),
                    entry(&format!("{}log", folders::STATE_SHOWN), "help.file.log"),
                ],
            ),
            section(
                "help.environment",
                vec![
                    entry("LC_ALL, LC_MESSAGES, LANG", "help.environment.language"),
                    entry("BROWSER", "help.environment.browser"),
                    entry("HTTPS_PROXY, ALL_PROXY, NO_PROXY", "help.environment.proxy"),
                    entry("NO_COLOR, CLICOLOR_FORCE", "help.environment.colour"),
                    entry("RUST_LOG", "help.environment.log"),
                ],
            ),
        ]
    }
}

impl Section {
    /// As it stands below the help: what is short beside what it is, else above it.
    fn text(&self) -> String {
        const SHORT: usize = 8;
        let width = self
            .entries
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or_default();
        let between = if width > SHORT {
            "\n        ".to_owned()
        } else {
            "  ".to_owned()
        };
        let lines = self
            .entries
            .iter()
            .map(|(name, what)| format!("  {STRONG}{name}{STRONG:#}{between}{what}\n"));
        format!("{STRONG}{}:{STRONG:#}\n{}\n", self.title, lines.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(command: &Command) -> Vec<Command> {
        std::iter::once(command.clone())
            .chain(command.get_subcommands().cloned())
            .collect()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        for language in Language::ALL {
            command(language).debug_assert();
        }
    }

    #[test]
    fn every_page_has_its_words_in_every_language_and_fits_on_eighty_columns() {
        for language in Language::ALL {
            let mut root = command(language).term_width(WIDTH);
            root.build();
            for mut page in every(&root) {
                let name = page.get_name().to_owned();
                for text in [page.render_help(), page.render_long_help()] {
                    let text = text.to_string();
                    assert!(!text.contains("help."), "{language:?} {name}: {text}");
                    for line in text.lines() {
                        assert!(line.chars().count() <= WIDTH, "{language:?} {name}: {line}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_command_is_told_of_and_has_an_example() {
        let mut root = command(Language::English);
        let text = root.render_help().to_string();
        for command in root.get_subcommands() {
            let name = command.get_name();
            assert!(
                text.lines()
                    .any(|line| line.trim_start().starts_with(&format!("{name} "))),
                "{name}: {text}"
            );
            let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                examples.contains(&format!("presence-tray {name}")),
                "{name}: {examples}"
            );
        }
    }

    #[test]
    fn every_example_can_be_typed() {
        for language in Language::ALL {
            let root = command(language);
            let of_commands = every(&root).into_iter().filter_map(|command| {
                let key = format!("help.{}.examples", command.get_name());
                language
                    .phrases()
                    .has(&key)
                    .then(|| language.phrases().text(&key).to_owned())
            });
            let of_reference = sections(language)
                .remove(0)
                .entries
                .into_iter()
                .map(|(example, _)| example);
            for line in of_commands
                .chain(of_reference)
                .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
            {
                // What a shell does with what follows is not ours.
                let own = line.split(['|', '>']).next().unwrap_or_default();
                let mut words = Vec::new();
                for (number, part) in own.split('"').enumerate() {
                    if number % 2 == 1 {
                        words.push(part.to_owned());
                    } else {
                        words.extend(part.split_whitespace().map(str::to_owned));
                    }
                }
                let read = root.clone().try_get_matches_from(&words);
                assert!(read.is_ok(), "{line}: {read:?}");
            }
        }
    }
}
