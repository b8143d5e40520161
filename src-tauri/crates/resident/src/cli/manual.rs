//! The manual page, in English: one page for all commands, from the same definition as the help.

use std::io;

use clap::Command;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};
use phrases::Language;

use super::help::{self, Section};

/// The page, as `man` reads it.
///
/// # Errors
/// None but those of memory: it is written into one.
pub(crate) fn page() -> io::Result<String> {
    let mut command = help::command(Language::English);
    command.build();
    // An empty date would be left out, and what follows would take its place.
    let man = Man::new(command.clone())
        .title("PRESENCE-TRAY")
        .date(" ")
        .manual("Presence Tray");
    let mut title = Vec::new();
    man.render_title(&mut title)?;
    let mut page = String::from_utf8_lossy(&title).into_owned();
    page += &lines(|out| man.render_name_section(out))?;
    page += &lines(|out| man.render_synopsis_section(out))?;
    page += &lines(|out| man.render_description_section(out))?;
    page += &lines(|out| man.render_options_section(out))?;
    page += &heading(Language::English.phrases().text("help.commands")).to_roff();
    for command in command.get_subcommands() {
        page += &told(command)?;
    }
    for section in help::sections(Language::English) {
        page += &reference(&section).to_roff();
    }
    Ok(page)
}

/// A command: its usage, what it does and what it takes.
fn told(command: &Command) -> io::Result<String> {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.split_once(": ").map_or(usage.as_str(), |(_, usage)| usage);
    // In a heading nothing else makes a minus, which can be typed, of a hyphen.
    let usage = usage.replace('-', "\\-");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let about = Roff::new().text([roman(about)]).to_roff();
    // What every command has is told once, at the beginning.
    let own = command.clone().mut_args(|argument| {
        let is_general = ["demo", "help", "json"].contains(&argument.get_id().as_str());
        argument.hide(is_general)
    });
    let options = lines(|out| Man::new(own).render_options_section(out))?;
    // They stand below their command, not in sections of their own.
    let options = options.split_inclusive('\n').filter(|line| !line.starts_with(".SH"));
    Ok(format!(".SS \"{usage}\"\n{about}{}", options.collect::<String>()))
}

/// What is written, but for the definition of an apostrophe that each part begins with; the title has it.
fn lines(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<String> {
    let mut written = Vec::new();
    write(&mut written)?;
    let written = String::from_utf8_lossy(&written);
    let is_definition = |line: &&str| line.starts_with(".ie ") || line.starts_with(".el ");
    Ok(written
        .split_inclusive('\n')
        .filter(|line| !is_definition(line))
        .collect())
}

fn heading(text: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [text.to_uppercase().as_str()]);
    roff
}

fn reference(section: &Section) -> Roff {
    let mut roff = heading(&section.title);
    for (name, what) in &section.entries {
        roff.control("TP", []).text([bold(name)]).text([roman(what)]);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_section_and_every_command() {
        let page = page().unwrap();
        let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        assert_eq!(
            sections,
            [
                "NAME",
                "SYNOPSIS",
                "DESCRIPTION",
                "OPTIONS",
                "COMMANDS",
                "EXAMPLES",
                "\"EXIT STATUS\"",
                "FILES",
                "ENVIRONMENT"
            ]
        );
        for command in help::command(Language::English).get_subcommands() {
            let name = command.get_name().replace('-', "\\-");
            assert!(page.contains(&format!("presence\\-tray {name}")), "{name}");
        }
    }
}
