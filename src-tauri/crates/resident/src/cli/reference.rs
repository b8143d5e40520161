//! What is written about the command line elsewhere says what the program says: the reference in `docs`, the manual page, completion, the README.

use std::{fs, path::PathBuf};

use clap::Command;
use clap_complete::Shell;
use phrases::Language;

use super::{completions, help, manual};

/// Set, the reference is written anew instead of compared.
const WRITE: &str = "PRESENCE_TRAY_WRITE_FIXTURES";

fn repository(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..").join(file)
}

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

/// Every command's name, and every long option of any.
fn words() -> Vec<String> {
    let pages = pages();
    let commands = pages.iter().skip(1).map(|command| command.get_name().to_owned());
    let options = pages.iter().flat_map(|command| {
        let longs = command.get_arguments().filter_map(|argument| argument.get_long());
        longs.map(|long| format!("--{long}")).collect::<Vec<_>>()
    });
    commands.chain(options).collect()
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
    let file = repository("docs/command-line.md");
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, &text).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
    assert!(
        written == text,
        "docs/command-line.md is not what the help says; {WRITE}=1 writes it"
    );
}

#[test]
fn the_manual_and_every_shells_completion_have_every_command_and_option() {
    let manual = manual::page().unwrap().replace("\\-", "-");
    let mut told = vec![("man", manual)];
    for (name, shell) in [("bash", Shell::Bash), ("fish", Shell::Fish), ("zsh", Shell::Zsh)] {
        told.push((name, completions::script(shell, Language::English)));
    }
    for (name, text) in told {
        for word in words() {
            // fish has options without their dashes.
            let word = if name == "fish" {
                word.trim_start_matches("--")
            } else {
                &word
            };
            assert!(text.contains(word), "{name} says nothing of {word}");
        }
    }
}

#[test]
fn the_readme_names_every_command_and_no_other() {
    let known = words();
    for file in [
        "README.md",
        "docs/administrators.md",
        "docs/packaging.md",
        "SECURITY.md",
    ] {
        let text = fs::read_to_string(repository(file)).unwrap();
        let named = text.split("presence-tray ").skip(1).filter_map(|after| {
            let word = after
                .split(|end: char| !(end.is_ascii_alphanumeric() || end == '-'))
                .next()?;
            let called =
                text.contains(&format!("    presence-tray {word}")) || text.contains(&format!("`presence-tray {word}"));
            (called && !word.is_empty()).then_some(word)
        });
        for word in named {
            assert!(known.iter().any(|known| known == word), "{file}: presence-tray {word}");
        }
    }
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    for page in pages().iter().skip(1) {
        let name = page.get_name();
        assert!(
            readme.contains(&format!("presence-tray {name}")),
            "the README has no {name}"
        );
    }
}
