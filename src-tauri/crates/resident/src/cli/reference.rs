//! What is written about the command line elsewhere says what the program says: the reference in `docs`, the manual page, completion, the README.

use clap::{Command, ValueEnum as _};
use clap_complete::Shell;
use phrases::Language;

use super::{completions, documents, help, manual};

/// The program's own page, then that of each command.
fn pages() -> Vec<Command> {
    let mut root = help::command(Language::English).term_width(80);
    root.build();
    let commands: Vec<_> = root
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .cloned()
        .collect();
    [root].into_iter().chain(commands).collect()
}

#[test]
fn the_reference_says_what_the_help_says() {
    let mut text = String::from(
        "# The command line\n\nWhat `presence-tray --help` and each command's own `--help` say. Written by \
         `PRESENCE_TRAY_WRITE_FIXTURES=1 cargo test -p resident reference`.\n",
    );
    for mut page in pages() {
        let name = page.get_name().to_owned();
        let heading = if name == "presence-tray" {
            name
        } else {
            format!("presence-tray {name}")
        };
        let said = page.render_long_help().to_string();
        let lines = said.lines().map(|line| {
            let line = format!("    {line}\n");
            if line.trim().is_empty() { "\n".to_owned() } else { line }
        });
        text += &["\n## ", &heading, "\n\n", &lines.collect::<String>()].concat();
    }
    documents::compare("docs/command-line.md", &text);
}

#[test]
fn the_manual_page_and_every_shells_completions_have_every_command_with_its_options() {
    let manual = manual::page().unwrap().replace("\\-", "-");
    let root = help::command(Language::English);
    let general = root.get_arguments().filter_map(clap::Arg::get_long).collect::<Vec<_>>();
    for command in root.get_subcommands() {
        let name = command.get_name();
        let (_, part) = manual
            .split_once(&format!(".SS \"presence-tray {name}"))
            .unwrap_or_else(|| panic!("the manual page has no {name}"));
        let part = part.split("\n.S").next().unwrap_or_default();
        for option in command.get_arguments().filter_map(clap::Arg::get_long) {
            let is_general = option == "json" || general.contains(&option);
            let where_to_look = if is_general { manual.as_str() } else { part };
            assert!(
                where_to_look.contains(&format!("--{option}")),
                "the manual page: {name} --{option}"
            );
        }
    }
    for shell in Shell::value_variants() {
        let script = completions::script(*shell, Language::English);
        for command in root.get_subcommands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            for option in command.get_arguments().filter_map(clap::Arg::get_long) {
                let written = if *shell == Shell::Fish {
                    format!("-l {option}")
                } else {
                    format!("--{option}")
                };
                assert!(script.contains(&written), "{shell}: {} {written}", command.get_name());
            }
        }
    }
}

#[test]
fn the_readme_names_every_command() {
    let readme = documents::read("README.md");
    for page in pages().iter().skip(1) {
        let name = page.get_name();
        assert!(
            readme.contains(&format!("presence-tray {name}")),
            "the README has no {name}"
        );
    }
}
