//! How the command line behaves towards terminals, pipes and shells.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use end_to_end::Desk;
use end_to_end::product::{PRESENCE_TRAY, Resident, executable, presence_tray, run};
use end_to_end::tenant::Tenant;
use tokio::io::{AsyncBufReadExt, BufReader};

const ESCAPE: char = '\u{1b}';

async fn desk() -> Result<Desk> {
    Desk::builder().without_display().start().await
}

#[tokio::test]
async fn colours_are_for_terminals_unless_somebody_says_otherwise() -> Result<()> {
    let desk = desk().await?;
    let plain: &[(&str, &str)] = &[];
    for (arguments, variables, on_terminal, coloured) in [
        ("--help", plain, false, false),
        ("--help", plain, true, true),
        ("--help", &[("NO_COLOR", "1")], true, false),
        ("--help", &[("TERM", "dumb")], true, false),
        ("--help", &[("CLICOLOR_FORCE", "1")], false, true),
        ("set --help", plain, true, true),
        ("--demo status", plain, false, false),
        ("--demo status", plain, true, true),
        ("--demo status", &[("NO_COLOR", "1")], true, false),
        ("--demo status --json", plain, true, false),
        ("--demo status --json", &[("CLICOLOR_FORCE", "1")], false, false),
        ("set asleep", plain, true, true),
        ("set asleep", plain, false, false),
        ("set asleep --json", &[("CLICOLOR_FORCE", "1")], true, false),
        ("completions zsh", &[("CLICOLOR_FORCE", "1")], false, false),
        ("man", &[("CLICOLOR_FORCE", "1")], false, false),
    ] {
        let program = executable(PRESENCE_TRAY)?;
        let line = format!("{} {arguments} 2>&1", program.display());
        let mut command = if on_terminal {
            // A terminal of its own for the line, copied to standard output.
            let mut script = desk.command("script");
            script.args(["--quiet", "--command", &line, "/dev/null"]);
            script
        } else {
            let mut shell = desk.command("sh");
            shell.args(["-c", &line]);
            shell
        };
        command.env("TERM", "xterm-256color").envs(variables.iter().copied());
        let said = run(command).await?.stdout;
        assert!(!said.trim().is_empty(), "{arguments}");
        assert_eq!(
            said.contains(ESCAPE),
            coloured,
            "{arguments} {variables:?}, terminal: {on_terminal}: {said:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn bash_completes_commands_options_and_values() -> Result<()> {
    let desk = desk().await?;
    for (line, offered) in [
        ("presence-tray sta", &["status"][..]),
        ("presence-tray set d", &["do-not-disturb"]),
        ("presence-tray set b", &["busy", "be-right-back"]),
        ("presence-tray --demo set av", &["available"]),
        ("presence-tray set busy --fo", &["--for"]),
        ("presence-tray set busy --until t", &["tomorrow"]),
        ("presence-tray location t", &["time-off"]),
        ("presence-tray keep-alive o", &["on", "off"]),
        ("presence-tray completions z", &["zsh"]),
    ] {
        // As bash itself calls what `complete -F` names.
        let ask = r#"
            source <("$0" completions bash)
            read -ra COMP_WORDS <<< "$1"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            read -ra named <<< "$(complete -p presence-tray)"
            for ((at = 0; at < ${#named[@]}; at++)); do [[ ${named[at]} == -F ]] && function=${named[at + 1]}; done
            "$function" presence-tray "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
            echo "${COMPREPLY[*]}"
        "#;
        let mut bash = desk.command("bash");
        bash.args(["--norc", "-c", ask])
            .arg(executable(PRESENCE_TRAY)?)
            .arg(line);
        let ended = run(bash).await?;
        let found: Vec<_> = ended.stdout.split_whitespace().collect();
        assert_eq!(found, offered, "{line}: {}", ended.stderr);
    }
    Ok(())
}

#[tokio::test]
async fn help_is_in_the_language_of_its_reader_and_a_mistake_is_the_same_in_all() -> Result<()> {
    let desk = desk().await?;
    for (language, word) in [
        ("C", "Usage: presence-tray set"),
        ("de_DE.UTF-8", "Aufruf: presence-tray set"),
    ] {
        let mut command = presence_tray(&desk, &["set", "--help"])?;
        command.env("LC_ALL", language);
        let ended = run(command).await?;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        assert!(ended.stdout.contains(word), "{}", ended.stdout);
        let mut command = presence_tray(&desk, &["keep-alive", "perhaps"])?;
        command.env("LC_ALL", language);
        let ended = run(command).await?;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
        assert!(
            ended.stderr.contains("perhaps") && ended.stderr.contains("off"),
            "{}",
            ended.stderr
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_interrupted_watch_ends_without_a_word() -> Result<()> {
    let desk = desk().await?;
    let tenant = Tenant::start(&desk).await?;
    for resident_runs in [false, true] {
        let resident = if resident_runs {
            let resident = Resident::start(&desk, tenant.command(&desk, &["--background"])?)?;
            resident.listens(&desk).await?;
            Some(resident)
        } else {
            None
        };
        let mut command = tenant.command(&desk, &["watch"])?;
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut watch = command.spawn()?;
        let mut lines = BufReader::new(watch.stdout.take().context("piped")?).lines();
        assert_eq!(lines.next_line().await?.as_deref(), Some("Not signed in"));
        let process = watch.id().context("it runs")?.to_string();
        let told = tokio::process::Command::new("kill")
            .args(["-INT", &process])
            .status()
            .await?;
        ensure!(told.success(), "kill ended with {told}");
        let ended = watch.wait_with_output().await?;
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
        // What a shell tells as 130.
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended.status), Some(2));
        drop(resident);
    }
    Ok(())
}
