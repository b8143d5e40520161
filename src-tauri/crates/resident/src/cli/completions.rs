//! Completion scripts: those of `clap_complete`, and what they lack. Values without an option's name before them, such as a presence, it offers
//! in bash and zsh alone.

use clap::Command;
use clap_complete::Shell;
use phrases::Language;

use super::help;

/// The script by which `shell` completes what is typed.
pub(crate) fn script(shell: Shell, language: Language) -> String {
    let mut command = help::command(language);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "presence-tray", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash {
        // Of a program with a hyphen it calls each command by two names, and never finds it (clap's issue 6421).
        return script.replace("presence__subcmd__tray", "presence__tray");
    }
    command.get_subcommands().fold(script, |script, command| {
        let values = values(command);
        if values.is_empty() {
            return script;
        }
        with_values(shell, script, command.get_name(), &values)
    })
}

/// What may follow a command.
fn values(command: &Command) -> Vec<String> {
    let values = command.get_positionals().flat_map(clap::Arg::get_possible_values);
    values.map(|value| value.get_name().to_owned()).collect()
}

fn with_values(shell: Shell, script: String, name: &str, values: &[String]) -> String {
    let each = |line: &dyn Fn(&str) -> String| values.iter().map(|value| line(value)).collect::<String>();
    match shell {
        Shell::Fish => {
            let values = values.join(" ");
            format!(
                "{script}complete -c presence-tray -n \"__fish_presence_tray_using_subcommand {name}\" -f -a \"{values}\"\n"
            )
        }
        Shell::PowerShell => {
            let head = format!("        'presence-tray;{name}' {{\n");
            let kind = "[CompletionResultType]::ParameterValue";
            let lines = each(&|value| {
                format!("            [CompletionResult]::new('{value}', '{value}', {kind}, '{value}')\n")
            });
            script.replace(&head, &(head.clone() + &lines))
        }
        Shell::Elvish => {
            let head = format!("        &'presence-tray;{name}'= {{\n");
            let lines = each(&|value| format!("            cand {value} ''\n"));
            script.replace(&head, &(head.clone() + &lines))
        }
        _ => script,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_offers_commands_and_values_of_both_kinds() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let script = script(shell, Language::English);
            for word in ["keep-alive", "do-not-disturb", "time-off"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}
