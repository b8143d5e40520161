//! A command where no resident runs: an engine of its own does this one job. A resident that starts meanwhile waits for its end, or, where
//! the job waits for a person, takes it over.

use std::time::Duration;

use control::{Client, ConnectError, Endpoint};
use engine::{Code, Command, Failure, Trouble};
use tokio::{
    task::spawn_local,
    time::{Instant, sleep},
};

use super::{answer, args::Subcommands, door::Door, household, print::Printer, request};
use crate::{
    household::{A_JOB, Household, Role},
    state::LOOK_AGAIN,
};

/// How often a sign-in that waits for the person looks whether a resident wants to start. No event tells.
const LOOK_AROUND: Duration = Duration::from_secs(1);

pub(super) async fn run(
    words: &Subcommands,
    command: Option<Command>,
    demo: bool,
    printer: &Printer,
) -> Result<(), Trouble> {
    match command {
        Some(Command::Quit) => return Ok(()),
        Some(Command::SignIn { session_only: true, .. }) => {
            return Err(request::wrong(printer.language, "session-only-alone", &[]));
        }
        _ => {}
    }
    let mut household = household(demo, printer).await?;
    let role = match words {
        Subcommands::Watch(_) => Role::LoneWatch,
        Subcommands::Status(_) => {
            if !household.try_to_hold_state() {
                household.only_looks();
            }
            Role::Lone
        }
        _ => {
            if let Some(door) = resident_or_state(&mut household, printer).await? {
                return answer(words, command, door, demo, printer).await;
            }
            Role::Lone
        }
    };
    let (driver, way, simulator) = household.driver(role);
    let driving = spawn_local(driver.run());
    let waits_for_a_person = matches!(command, Some(Command::SignIn { .. })) && !demo;
    tokio::select! {
        biased;
        done = answer(words, command.clone(), Door::Own(way.clone()), demo, printer) => {
            drop(simulator);
            return done;
        }
        () = a_resident_wants_to_start(), if waits_for_a_person => {}
    }
    way.send(Command::CancelSignIn).await;
    drop(way);
    // With the driver ends its hold on the state.
    let _ = driving.await;
    let door = Door::to_resident_soon(A_JOB, printer.language).await?;
    answer(words, command, door, demo, printer).await
}

/// Holds the state, or has the resident that did so first.
async fn resident_or_state(household: &mut Household, printer: &Printer) -> Result<Option<Door>, Trouble> {
    let began = Instant::now();
    while !household.try_to_hold_state() {
        let door = Door::to_resident(household.demo, printer.language).await;
        let is_late = began.elapsed() >= A_JOB;
        match door {
            Ok(Some(door)) => return Ok(Some(door)),
            Ok(None) if is_late => return Err(Failure::of(Code::StateBusy).trouble(printer.language)),
            Err(trouble) if is_late => return Err(trouble),
            // Another command is at work, or the resident waits for one.
            Ok(None) | Err(_) => sleep(LOOK_AGAIN).await,
        }
    }
    Ok(None)
}

/// It has its socket already, and waits for the state.
async fn a_resident_wants_to_start() {
    let Ok(endpoint) = Endpoint::for_user(false) else {
        return std::future::pending().await;
    };
    while matches!(Client::connect(&endpoint).await, Err(ConnectError::NobodyThere)) {
        sleep(LOOK_AROUND).await;
    }
}
