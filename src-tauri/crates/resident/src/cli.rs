//! The command line: what was typed, who answers it, what is printed, which exit code.

mod alone;
mod args;
mod completions;
mod doctor;
#[cfg(test)]
pub(crate) mod documents;
mod door;
mod help;
mod manual;
mod print;
// The help names the folders of one system; what is written elsewhere names those of Linux.
#[cfg(all(test, target_os = "linux"))]
mod reference;
mod request;
mod status;
mod style;

use std::{net::SocketAddr, process::ExitCode};

use clap::error::ErrorKind;
use engine::{Code, Command, Failure, Reply, Snapshot, Subject, Trouble};
use jiff::Zoned;
use phrases::Language;

use crate::{
    console,
    household::Household,
    log,
    main_thread::{self, MainThread},
    resident,
};
use args::{Arguments, Subcommands};
use door::Door;
use print::Printer;

/// The whole program, from arguments to exit code.
pub(crate) fn main() -> ExitCode {
    let language = Language::from_environment(|name| std::env::var(name).ok());
    let json = std::env::args_os().any(|argument| argument == "--json");
    let printer = Printer { language, json };
    let arguments = match Arguments::read(std::env::args_os(), language) {
        Ok(arguments) => arguments,
        Err(error) => return misread(&error, &printer),
    };
    let Arguments {
        demo,
        background,
        command,
    } = arguments;
    log::begin(command.is_some());
    let outcome = match command {
        Some(words) => main_thread::block_on(run(&words, demo, &printer)),
        None => main_thread::run(async move |main_thread| stay(demo, background, &printer, main_thread).await),
    };
    let outcome =
        outcome.unwrap_or_else(|error| Err(failed(language, &Failure::with(Code::Failed, error.to_string()))));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            printer.trouble(&trouble);
            ExitCode::from(trouble.code.exit())
        }
    }
}

/// No command: the program stays. `Err` ends it with its sentence and its exit code.
async fn stay(demo: bool, background: bool, printer: &Printer, main_thread: MainThread) -> Result<(), Trouble> {
    console::leave_own();
    let household = household(demo, printer).await?;
    resident::run(household, background, main_thread)
        .await
        .map_err(|failure| failed(printer.language, &failure))
}

/// One command.
async fn run(words: &Subcommands, demo: bool, printer: &Printer) -> Result<(), Trouble> {
    // First the words: what is wrong with them is told before anything is asked of keychain or network.
    let command = request::command(words, &Zoned::now(), printer.language).transpose()?;
    match words {
        Subcommands::Simulator { listen, .. } => return simulator(listen, printer).await,
        Subcommands::Completions { shell } => {
            // A reader that left has what it wanted.
            let _ = print::to_standard_output(completions::script(*shell, printer.language).as_bytes());
            return Ok(());
        }
        Subcommands::Man => {
            let page = manual::page();
            let page =
                page.map_err(|error| failed(printer.language, &Failure::with(Code::Failed, error.to_string())))?;
            let _ = print::to_standard_output(page.as_bytes());
            return Ok(());
        }
        Subcommands::Doctor(asked) => return doctor::doctor(asked, demo, printer).await,
        _ => {}
    }
    match Door::to_resident(demo, printer.language).await? {
        Some(door) => answer(words, command, door, demo, printer).await,
        None => alone::run(words, command, demo, printer).await,
    }
}

async fn household(demo: bool, printer: &Printer) -> Result<Household, Trouble> {
    let household = if demo {
        Household::of_demo(printer.language).await
    } else {
        Household::of_user(printer.language)
    };
    let household = household.map_err(|failure| failed(printer.language, &failure))?;
    for warning in &household.warnings {
        printer.warning(warning);
    }
    Ok(household)
}

async fn answer(
    words: &Subcommands,
    command: Option<Command>,
    door: Door,
    demo: bool,
    printer: &Printer,
) -> Result<(), Trouble> {
    match (words, command) {
        (Subcommands::Status(_), _) => status(&door, printer).await,
        (Subcommands::Watch(_), _) => watch(door, demo, printer).await,
        (_, Some(Command::Quit)) => {
            door.quit().await?;
            printer.done("cli.done");
            Ok(())
        }
        (_, Some(command @ Command::SignIn { .. })) => sign_in(command, &door, printer).await,
        (_, Some(command)) => order(command, &door, printer).await,
        // The others were answered before a door was looked for.
        (_, None) => Ok(()),
    }
}

async fn order(command: Command, door: &Door, printer: &Printer) -> Result<(), Trouble> {
    let said = match command {
        Command::SignOut => "cli.sign-out.done",
        _ => "cli.done",
    };
    let keeps_alive = command == Command::KeepAlive { on: true };
    let ordered = door.order(command).await;
    if door.reads_only_when_told() {
        // Nobody else will say what became of the state.
        let notices = door.look().await?.notices;
        for notice in notices.iter().filter(|notice| notice.about == Subject::State) {
            printer.warning(&format!("{} {}", notice.message, notice.advice));
        }
    }
    let except = ordered?;
    printer.done(said);
    if let Some(trouble) = except {
        printer.trouble(&trouble);
    }
    if keeps_alive && door.reads_only_when_told() {
        printer.kept_alive_until(door.look().await?.keep_alive.until, &Zoned::now());
    }
    Ok(())
}

async fn status(door: &Door, printer: &Printer) -> Result<(), Trouble> {
    let mut snapshot = door.look().await?;
    if door.reads_only_when_told() || (snapshot.presence.is_none() && snapshot.problem.is_none()) {
        // What went wrong is in the Snapshot.
        let _: Reply = door.send(Command::Refresh).await?;
        snapshot = door.look().await?;
    }
    printer.status(&snapshot, &Zoned::now());
    match snapshot.problem {
        None => Ok(()),
        Some(problem) => Err(Trouble {
            code: problem.code,
            message: problem.message,
            advice: problem.advice,
            reference: problem.reference,
        }),
    }
}

/// Until the resident ends as it should, or the reader has left. A resident that died starts again, and is followed further.
async fn watch(mut door: Door, demo: bool, printer: &Printer) -> Result<(), Trouble> {
    let mut snapshots = door.watch().await?;
    let mut last = String::new();
    let reader_left = print::reader_left();
    tokio::pin!(reader_left);
    loop {
        let snapshot = tokio::select! {
            snapshot = snapshots.next() => snapshot,
            () = &mut reader_left => return Ok(()),
        };
        let Some(snapshot) = snapshot else {
            let next = tokio::select! {
                next = door.to_the_next(demo) => next?,
                () = &mut reader_left => None,
            };
            let Some(next) = next else { return Ok(()) };
            snapshots = next.watch().await?;
            door = next;
            continue;
        };
        let line = printer.watch_line(&snapshot, &Zoned::now());
        if line != last {
            if printer.watched(&line).is_err() {
                return Ok(());
            }
            last = line;
        }
    }
}

async fn sign_in(command: Command, door: &Door, printer: &Printer) -> Result<(), Trouble> {
    let mut snapshots = door.watch().await?;
    // An attempt that waits already is given up for this one.
    let mut last = snapshots.next().await.and_then(waiting_at);
    let in_memory = matches!(command, Command::SignIn { session_only: true, .. });
    let reply = door.send(command);
    let interrupted = resident::told_to_end();
    tokio::pin!(reply, interrupted);
    let reply = loop {
        tokio::select! {
            reply = &mut reply => break reply?,
            Some(snapshot) = snapshots.next() => {
                let page = waiting_at(snapshot);
                if let Some((url, code)) = page.as_ref().filter(|_| page != last) {
                    printer.open_by_hand(url, code.as_deref());
                }
                last = page.or(last);
            }
            () = &mut interrupted => {
                door.order(Command::CancelSignIn).await?;
                return Err(failed(printer.language, &Failure::of(Code::SignInCancelled)));
            }
        }
    };
    match reply {
        Reply::Failed(mut trouble) => {
            if trouble.code == Code::KeychainUnavailable && !in_memory {
                let also = printer.language.phrases().text("cli.sign-in.session-only");
                trouble.advice = format!("{} {also}", trouble.advice);
            }
            Err(trouble)
        }
        Reply::Done | Reply::DoneExcept(_) => {
            if let Snapshot {
                account: Some(account), ..
            } = door.look().await?
            {
                printer.signed_in(&account);
            }
            Ok(())
        }
    }
}

/// The page that a sign-in waits for, and the code to type in there.
fn waiting_at(snapshot: Snapshot) -> Option<(String, Option<String>)> {
    let waiting = snapshot.signing_in?;
    Some((waiting.url?, waiting.code))
}

/// Runs the simulated tenant until it is interrupted.
async fn simulator(listen: &str, printer: &Printer) -> Result<(), Trouble> {
    let address: SocketAddr = listen.parse().map_err(|_| {
        failed(
            printer.language,
            &Failure::with(Code::Usage, format!("'{listen}' is not an address such as 127.0.0.1:0")),
        )
    })?;
    let simulator = simulator::Simulator::start(address).await.map_err(|error| {
        let failure = match error {
            simulator::StartError::PortInUse(_) => Failure::with(Code::PortInUse, listen),
            simulator::StartError::NotLoopback(_) => Failure::with(Code::Usage, error.to_string()),
            _ => Failure::with(Code::Failed, error.to_string()),
        };
        failed(printer.language, &failure)
    })?;
    print::json_line(simulator.announcement());
    resident::told_to_end().await;
    simulator.stop().await;
    Ok(())
}

/// clap's own finding, in one sentence and an advice; help and version are no trouble.
fn misread(error: &clap::Error, printer: &Printer) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A reader that left has what it wanted.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let rendered = error.render().to_string();
    let sentence: Vec<&str> = rendered
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let sentence = sentence.join(" ");
    let detail = sentence.strip_prefix("error: ").unwrap_or(&sentence).to_owned();
    let trouble = failed(printer.language, &Failure::with(Code::Usage, detail));
    printer.trouble(&trouble);
    ExitCode::from(trouble.code.exit())
}

fn failed(language: Language, failure: &Failure) -> Trouble {
    failure.trouble(language)
}
