//! `presence-tray doctor`: what works, what does not, and what to do, for a person and for whoever helps them.
//!
//! The one command that runs when nothing else does: it takes no other part of the program for granted, looks at each by itself, changes
//! nothing, and waits for none of them longer than [`LONGEST`]. What follows from something that failed is not looked at any more, so that
//! one cause is told once. What it says may be posted ([`redaction`]).

mod account;
mod configuration;
mod finding;
mod keychain;
mod machine;
mod network;
mod report;

use std::time::Duration;

use engine::Code;
use identity::{Account, TokenKey};
use phrases::Language;
use tokio::sync::oneshot;
use tracing::level_filters::LevelFilter;

use crate::{
    folders::Folders,
    redaction::{Redaction, short},
    state::StateFile,
};
use configuration::Service;
use finding::Words;

pub(crate) use finding::{Finding, State};
pub(crate) use report::report;

/// The longest wait for one part; there are two such waits in all, one after the other.
const LONGEST: Duration = Duration::from_secs(4);

/// Looks at everything, in the order in which one thing rests on another.
pub(crate) async fn examine(language: Language) -> Vec<Finding> {
    let say = Words(language);
    let mut findings = vec![machine::program(say)];
    let mut redaction = Redaction::of_user();
    match Folders::of_user() {
        Ok(folders) => look_at(say, &folders, &mut findings, &mut redaction).await,
        Err(failure) => findings.push(say.failed("files", &failure)),
    }
    for finding in &mut findings {
        finding.message = redaction.text(&finding.message);
        finding.advice = finding.advice.as_deref().map(|advice| redaction.text(advice));
    }
    findings
}

async fn look_at(say: Words, folders: &Folders, findings: &mut Vec<Finding>, redaction: &mut Redaction) {
    findings.push(machine::files(say, folders));
    let (settings, found) = configuration::settings(say, folders);
    findings.extend(found);
    let level = settings
        .as_ref()
        .map_or(LevelFilter::INFO, |settings| settings.log_level);
    let (service, found) = configuration::service(say, settings, folders);
    findings.extend(found);
    let state = StateFile::at(folders.state_file());
    let (memory, found) = machine::state(say, &state);
    findings.push(found);
    findings.push(machine::log(say, folders, level));
    let kept = memory.as_ref().and_then(|memory| memory.account.as_ref());
    redaction.hide(kept);

    let registration = service.as_ref().and_then(|service| service.registration.as_ref());
    let key = registration.zip(kept).map(|(registration, account)| {
        let account = Account {
            name: String::new(),
            username: String::new(),
            tenant_id: account.tenant_id.clone(),
            id: account.id.clone(),
        };
        TokenKey::new(&registration.client_id, &account)
    });
    let (desktop, mut keychain, (resident, lives), (reachable, network)) = tokio::join!(
        machine::desktop(say),
        keychain::examine(say, key),
        machine::resident(say),
        network::examine(say, service.as_ref()),
    );
    let account = match (resident, &service) {
        (Some(resident), _) => account::of_resident(say, &resident).await,
        (None, Some(service)) => {
            let usable = reachable && keychain.state != State::Fail;
            account::alone(say, service, memory.as_ref(), state.folder(), usable).await
        }
        (None, None) => Vec::new(),
    };
    let reads = account
        .iter()
        .any(|finding| finding.check == "presence" && finding.state == State::Ok);
    if reads && keychain.code == Some(Code::KeychainUnavailable) {
        // Signed in for the session alone, which was agreed to.
        keychain.state = State::Warn;
    }
    findings.push(keychain);
    findings.extend(network);
    findings.extend(lives);
    findings.extend(account);
    findings.extend(desktop);
    findings.push(machine::start_at_login(say));
}

/// The worst of what failed: the one with the highest exit code, and of several the first.
pub(crate) fn worst(findings: &[Finding]) -> Option<&Finding> {
    let failed = findings.iter().filter(|finding| finding.state == State::Fail);
    failed.rev().max_by_key(|finding| finding.code.map(Code::exit))
}

/// What blocks, on a thread of its own, as nothing else ends by itself. `None`: not in time.
async fn in_time<T: Send + 'static>(limit: Duration, ask: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new()
        .name("doctor".to_owned())
        .spawn(move || {
            // Whoever asked may have given up.
            let _ = answer.send(ask());
        })
        .ok()?;
    tokio::time::timeout(limit, answered).await.ok()?.ok()
}

impl Service {
    /// As it may be shown: Microsoft's own and this machine's names whole, a company's shortened.
    fn shown(endpoint: &identity::Endpoint) -> String {
        let host = endpoint.host();
        let is_microsofts = [
            ".microsoftonline.com",
            ".microsoftonline.us",
            ".microsoft.com",
            ".microsoft.us",
        ]
        .iter()
        .any(|domain| host.ends_with(domain));
        if is_microsofts || endpoint.is_loopback() {
            host.to_owned()
        } else {
            short(host)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_the_one_with_the_highest_exit_code() {
        let finding = |state, code| Finding {
            check: "x",
            state,
            code,
            message: String::new(),
            advice: None,
        };
        let found = [
            finding(State::Fail, Some(Code::Settings)),
            finding(State::Warn, Some(Code::KeychainUnavailable)),
            finding(State::Fail, Some(Code::Unreachable)),
            finding(State::Fail, Some(Code::Throttled)),
            finding(State::Ok, None),
        ];
        assert_eq!(worst(&found).unwrap().code, Some(Code::Unreachable));
        assert!(worst(&found[4..]).is_none());
    }

    #[tokio::test]
    async fn what_never_answers_is_not_waited_for() {
        let (_never, door) = std::sync::mpsc::channel::<()>();
        assert_eq!(in_time(Duration::from_millis(10), move || door.recv()).await, None);
        assert_eq!(in_time(LONGEST, || 7).await, Some(7));
    }
}
