//! Who is signed in, what was granted, and whether a presence comes back.

use std::path::Path;

use control::Client;
use engine::{Code, Command, Failure, Memory, Reply};
use identity::Keychain;
use tokio::time::timeout;

use super::{
    LONGEST,
    configuration::Service,
    finding::{Finding, Words},
};
use crate::{redaction::short, session::Session, surroundings::APP};

/// What the resident knows, after it read once more.
pub(super) async fn of_resident(say: Words, resident: &Client) -> Vec<Finding> {
    let asked = async {
        let reply = resident.send(Command::Refresh).await?;
        Ok::<_, control::ClientError>((reply, resident.look().await?))
    };
    let failed = |failure| vec![say.failed("account", &failure)];
    let (reply, snapshot) = match timeout(LONGEST, asked).await {
        Ok(Ok(answers)) => answers,
        Ok(Err(error)) => return failed(Failure::with(Code::Failed, error.to_string())),
        Err(_) => return failed(Failure::of(Code::Unreachable)),
    };
    let Some(account) = &snapshot.account else {
        return failed(Failure::of(Code::NotSignedIn));
    };
    let mut findings = signed_in(say, account, snapshot.read_only);
    findings.push(match reply {
        Reply::Failed(trouble) => Finding::of("presence", trouble),
        Reply::Done | Reply::DoneExcept(_) => say.good("presence", "presence", &[]),
    });
    findings
}

/// What a command by itself finds. `usable`: keychain and network are.
pub(super) async fn alone(
    say: Words,
    service: &Service,
    memory: Option<&Memory>,
    folder: Option<&Path>,
    usable: bool,
) -> Vec<Finding> {
    // Without a registration nobody can be signed in, and that was said.
    let Some(registration) = &service.registration else {
        return Vec::new();
    };
    let Some((memory, account)) = memory.and_then(|memory| Some((memory, memory.account.as_ref()?))) else {
        return vec![say.failed("account", &Failure::of(Code::NotSignedIn))];
    };
    let mut findings = signed_in(say, account, memory.read_only);
    if !usable {
        return findings;
    }
    let session = Session::new(
        registration.clone(),
        &service.endpoints.graph,
        service.network.clone(),
        Keychain::system(APP.id).with_patience(LONGEST),
        folder.map(|folder| folder.join("turns")),
        say.0,
    );
    let read = async { session?.read(account).await };
    findings.push(match timeout(LONGEST, read).await {
        Ok(Ok(_)) => say.good("presence", "presence", &[]),
        Ok(Err(failure)) => say.failed("presence", &failure),
        Err(_) => say.failed("presence", &Failure::of(Code::Unreachable)),
    });
    findings
}

fn signed_in(say: Words, account: &engine::Account, read_only: bool) -> Vec<Finding> {
    let tenant = short(&account.tenant_id);
    vec![
        say.good("account", "account", &[("tenant", &tenant)]),
        if read_only {
            say.doubtful("permissions", "read-only", &[])
        } else {
            say.good("permissions", "permissions", &[])
        },
    ]
}
