//! Where a person types the code that another device shows. Usable without scripts, and by plain HTTP: one form posts
//! `otc`, the next ones `otc` and `person`, and `consent` where that is asked for.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::authorize::{Decision, decide, offered};
use super::refusal::Correlation;
use crate::http::Shared;
use crate::http::pages;
use crate::tenant::parameters::Parameters;
use crate::tenant::people::Account;
use crate::tenant::sign_in_error::SignInError;

/// The page, as a path; Entra has it under the same one.
pub(super) const PATH: &str = "/common/oauth2/deviceauth";

/// The short address, which is easier to type.
pub(super) async fn elsewhere() -> Redirect {
    Redirect::to(PATH)
}

pub(super) async fn ask() -> Response {
    pages::device_code(None)
}

pub(super) async fn choose(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let form = match Parameters::parse(&body) {
        Ok(form) => form,
        Err(error) => return stay(&shared, &headers, &error),
    };
    let code = form.get("otc").unwrap_or_default();
    let request = {
        let world = shared.world();
        world.tenant.device_request(code, world.now())
    };
    let Some(request) = request else {
        return pages::device_code(Some("That code didn't work. Check the code and try again.")).into_response();
    };
    let hidden = vec![("otc", code.to_owned())];
    if form.get("person").or(form.get("cancel")).is_none() {
        let choices = offered(&shared.world().tenant, request.segment());
        return pages::sign_in(&request, &choices, &hidden, None);
    }
    match decide(&shared, &request, &form) {
        Ok(Decision::Agreed(account)) => {
            settle(&shared, code, Some(account));
            pages::device_signed_in(&account)
        }
        Ok(Decision::Page(account, step)) => {
            let mut hidden = hidden;
            hidden.push(("person", account.oid.to_owned()));
            pages::decision(&account, &step, &hidden, None)
        }
        Err(error) if error.stays() => stay(&shared, &headers, &error),
        Err(_) => {
            settle(&shared, code, None);
            pages::device_declined()
        }
    }
}

fn settle(shared: &Shared, code: &str, account: Option<Account>) {
    let mut world = shared.world();
    let now = world.now();
    world.tenant.settle_device(code, account, now);
}

fn stay(shared: &Shared, headers: &HeaderMap, error: &SignInError) -> Response {
    let correlation = Correlation::new(shared, headers, None);
    pages::problem(&format!("AADSTS{}: {error}", error.number()), &correlation.lines())
}
