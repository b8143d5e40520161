//! What people read of the program – README, SECURITY, `docs` – against the program: every command line can be typed, and every example of
//! settings is understood.

use std::{fs, path::PathBuf};

use phrases::Language;

use super::help;
use crate::settings::Settings;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// A document, by its path from the root of the repository.
pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(PathBuf::from(ROOT).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Holds what is derived from the code now against the document.
pub(crate) fn compare(name: &str, now: &str) {
    if std::env::var_os("PRESENCE_TRAY_WRITE_FIXTURES").is_some() {
        fs::write(PathBuf::from(ROOT).join(name), now).unwrap();
    }
    assert!(
        read(name) == now,
        "{name} has drifted from the program; PRESENCE_TRAY_WRITE_FIXTURES=1 writes it"
    );
}

/// All that people read before they run the program.
fn documents() -> Vec<(String, String)> {
    let folder = fs::read_dir(PathBuf::from(ROOT).join("docs")).unwrap();
    let in_folder = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    let mut names: Vec<_> = in_folder
        .map(|path| format!("docs/{}", path.file_name().unwrap().to_string_lossy()))
        .collect();
    names.extend(["README.md", "SECURITY.md", "CONTRIBUTING.md", "ARCHITECTURE.md"].map(str::to_owned));
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

/// The lines of blocks of code, block by block, without what they are indented by.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    let mut fenced = false;
    for line in text.lines() {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        if !fence && (fenced || line.starts_with("    ")) {
            let block = blocks.len() - 1;
            blocks[block] += &[line.trim_start(), "\n"].concat();
        } else if !line.trim().is_empty() || fence {
            blocks.push(String::new());
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// What stands between backticks within a line of prose.
fn spans(text: &str) -> Vec<String> {
    let prose = text.lines().filter(|line| !line.trim_start().starts_with("```"));
    prose
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// A command line up to where a shell does something with what it prints.
fn own(line: &str) -> &str {
    let mut inside = false;
    let end = line.char_indices().find(|(at, character)| {
        inside = *character == '[' || inside && *character != ']';
        let is_pipe = line[*at..].starts_with("| ") && !inside;
        is_pipe || [';', '>', '#'].contains(character)
    });
    line[..end.map_or(line.len(), |(at, _)| at)].trim()
}

/// Every command of ours that a document shows.
fn commands(text: &str) -> Vec<String> {
    let shown = blocks(text)
        .into_iter()
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>());
    // Two of them may stand in one line, and what is said to one beside it.
    let shown = shown.flat_map(|line| line.split("  ").map(|part| part.trim().to_owned()).collect::<Vec<_>>());
    shown
        .chain(spans(text))
        .map(|line| line.replace("\\|", "|"))
        .map(|line| own(&line).to_owned())
        .map(|line| line.strip_prefix("RUST_LOG=debug ").unwrap_or(&line).to_owned())
        // What stands for any command at all says nothing that could be wrong.
        .filter(|line| line.starts_with("presence-tray ") && line != "presence-tray …")
        .collect()
}

/// Every way to type a synopsis, in which `[…]` may be left out and `|` is between alternatives.
fn readings(synopsis: &str) -> Vec<Vec<String>> {
    let mut readings = vec![Vec::new()];
    let mut rest = synopsis.trim_start();
    while let Some(first) = rest.chars().next() {
        let (choices, length): (Vec<Vec<String>>, usize) = match first {
            '[' => {
                let inside = rest[1..].split(']').next().unwrap_or_default();
                let choices = inside
                    .split(" | ")
                    .map(|one| one.split_whitespace().map(str::to_owned).collect());
                (std::iter::once(Vec::new()).chain(choices).collect(), inside.len() + 2)
            }
            '"' => {
                let inside = rest[1..].split('"').next().unwrap_or_default();
                (vec![vec![inside.to_owned()]], inside.len() + 2)
            }
            _ => {
                let word = rest.split_whitespace().next().unwrap_or_default();
                (word.split('|').map(|one| vec![one.to_owned()]).collect(), word.len())
            }
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
        readings = readings
            .iter()
            .flat_map(|before| choices.iter().map(|choice| [before.as_slice(), choice].concat()))
            .collect();
    }
    readings
}

#[test]
fn a_synopsis_is_read_in_every_way() {
    let read = |synopsis| {
        readings(synopsis)
            .into_iter()
            .map(|words| words.join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        read("set busy|away [--for 1h | --until 17:00]"),
        [
            "set busy",
            "set busy --for 1h",
            "set busy --until 17:00",
            "set away",
            "set away --for 1h",
            "set away --until 17:00",
        ]
    );
    assert_eq!(readings("message \"Out to lunch\""), [["message", "Out to lunch"]]);
}

#[test]
fn every_command_line_in_the_documents_can_be_typed() {
    let program = help::command(Language::English);
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (name, text) in documents() {
        for command in commands(&text) {
            for words in readings(&command) {
                tried += 1;
                // Help and version are errors to clap, with a good end.
                let error = program.clone().try_get_matches_from(&words).err();
                if let Some(error) = error.filter(|error| error.exit_code() != 0) {
                    wrong.push(format!("{name}: {}: {error}", words.join(" ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 60, "{tried}");
}

#[test]
fn every_example_of_settings_in_the_documents_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    let mut tried = 0;
    for (name, text) in documents() {
        for block in blocks(&text).iter().filter(|block| block.starts_with('[')) {
            tried += 1;
            fs::write(&file, block).unwrap();
            let reading = Settings::read(&file).unwrap_or_else(|problem| panic!("{name}: {problem}: {block}"));
            assert!(reading.warnings.is_empty(), "{name}: {:?}: {block}", reading.warnings);
        }
    }
    assert!(tried > 2, "{tried}");
}
