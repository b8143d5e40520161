//! Nothing of one person is left for the next.

use engine::{Asked, Effect, Memory};

use crate::{
    tenant::account,
    witness::{Step, Verdict, holds},
};

/// What is shown and what is saved belongs to who is signed in.
pub(crate) fn sees(step: &Step<'_>) -> Verdict {
    what_is_shown_belongs_to_who_is_signed_in(step)?;
    if step.forgets() {
        nothing_is_left_of_who_has_left(step)?;
    }
    for effect in step.effects {
        if let Effect::Save(memory) = effect
            && memory.account.as_ref() != Some(&account(0))
        {
            what_is_saved_names_nobody_else(memory)?;
        }
    }
    Ok(())
}

/// The object id in what Graph said is that of the account.
fn what_is_shown_belongs_to_who_is_signed_in(step: &Step<'_>) -> Verdict {
    let shown = step.after.presence.as_ref().map(presence::Presence::id);
    let known = step.after.account.as_ref().map(|account| account.id.as_str());
    holds(
        shown.is_none() || shown == known,
        "what is shown belongs to who is signed in",
        || format!("{shown:?} for {known:?}"),
    )
}

/// No presence, no request, no notice, no session, no message.
fn nothing_is_left_of_who_has_left(step: &Step<'_>) -> Verdict {
    let after = step.after;
    let clean = after.presence.is_none()
        && after.asked == Asked::default()
        && after.notices.is_empty()
        && after.clearing.is_empty()
        && after.keep_alive.until.is_none()
        && after.recent_messages.is_empty();
    holds(clean, "nothing is left of who has left", || format!("{after:?}"))
}

/// The state file of one person has nothing of another.
fn what_is_saved_names_nobody_else(memory: &Memory) -> Verdict {
    let saved = serde_json::to_string(memory).unwrap();
    let other = account(0);
    let named = [&other.id, &other.name, &other.username]
        .into_iter()
        .find(|word| saved.contains(*word));
    holds(named.is_none(), "what is saved names nobody else", || saved.clone())
}
