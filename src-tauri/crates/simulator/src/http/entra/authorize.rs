//! The authorize endpoint: whom to be, what to allow, and back to the application.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::no_store;
use super::refusal::Correlation;
use crate::http::Shared;
use crate::http::pages::{self, Choice};
use crate::tenant::Tenant;
use crate::tenant::authorization::{AccessRequest, AuthorizationRequest, Reply, ResponseMode, ReturnAddress, Step};
use crate::tenant::organisation::{ConsentPolicy, Segment};
use crate::tenant::parameters::Parameters;
use crate::tenant::people::{Account, accounts};
use crate::tenant::sign_in_error::SignInError;

/// `GET authorize`: the sign-in page, or why there is none.
pub(super) async fn ask(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let visit = Visit::new(&shared, &headers, &segment, query.as_deref());
    match visit.request() {
        Ok((back, request)) => {
            let choices = choices(&shared.world().tenant, &request);
            pages::sign_in(&request.access, &choices, &[], Some(&back.redirect_uri))
        }
        Err(refused) => *refused,
    }
}

/// `POST authorize`: what was chosen on a page. The query is checked again: the page is only a page.
pub(super) async fn choose(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let visit = Visit::new(&shared, &headers, &segment, query.as_deref());
    let (back, request) = match visit.request() {
        Ok(checked) => checked,
        Err(refused) => return *refused,
    };
    let chosen = match Parameters::parse(&body) {
        Ok(chosen) => chosen,
        Err(error) => return visit.stay(&error),
    };
    let decided = decide(&shared, &request.access, &chosen);
    let hidden = |account: &Account| vec![("person", account.oid.to_owned())];
    match decided {
        Ok(Decision::Agreed(account)) => {
            let mut world = shared.world();
            let now = world.now();
            let code = world.tenant.authorize(request, account, now);
            drop(world);
            match code {
                Ok(code) => send_back(&back, vec![("code", code)]),
                Err(error) => visit.refuse(&back, &error),
            }
        }
        Ok(Decision::Page(account, step)) => {
            pages::decision(&account, &step, &hidden(&account), Some(&back.redirect_uri))
        }
        Err(error) => visit.refuse(&back, &error),
    }
}

/// What came of a choice: an account that agreed to everything, or the page that asks on.
pub(super) enum Decision {
    Agreed(Account),
    Page(Account, Step),
}

/// Reads a form of one of the pages and asks the tenant what follows.
pub(super) fn decide(shared: &Shared, request: &AccessRequest, form: &Parameters) -> Result<Decision, SignInError> {
    if form.get("cancel").is_some() {
        return Err(SignInError::Declined);
    }
    let person = form.get("person").unwrap_or_default();
    let account = accounts().find(|account| account.oid == person);
    let account = account.ok_or(SignInError::Missing("person"))?;
    let reply = match form.get("consent") {
        Some("accept") => Reply::Accept,
        Some("decline") => Reply::Decline,
        Some("request") => Reply::Request(form.get("justification").unwrap_or_default()),
        _ => Reply::None,
    };
    Ok(match shared.world().tenant.decide(request, &account, reply)? {
        Step::Agreed => Decision::Agreed(account),
        step => Decision::Page(account, step),
    })
}

/// The accounts a page offers: those of the domain hint, the one of the login hint first.
fn choices(tenant: &Tenant, request: &AuthorizationRequest) -> Vec<Choice> {
    let hinted = |account: &Account| {
        let hint = request.login_hint.as_deref();
        hint.is_some_and(|hint| hint.eq_ignore_ascii_case(account.mail))
    };
    let fits = |account: &Account| match request.domain_hint.as_deref() {
        Some("organizations") => account.organisation.is_some(),
        Some("consumers") => account.organisation.is_none(),
        Some(domain) => account
            .organisation
            .is_none_or(|own| own.domain.eq_ignore_ascii_case(domain)),
        None => true,
    };
    let mut choices = offered(tenant, request.access.segment());
    choices.retain(|choice| hinted(&choice.account) || fits(&choice.account));
    choices.sort_by_key(|choice| !hinted(&choice.account));
    choices
}

/// Everybody, with what to expect of choosing them.
pub(super) fn offered(tenant: &Tenant, segment: Segment) -> Vec<Choice> {
    let note = |account: &Account| match (segment.admits(account), account.organisation) {
        (Err(SignInError::PersonalAccount), _) => Some("Personal account – not allowed here"),
        (Err(_), _) => Some("Of another tenant – not allowed here"),
        (Ok(()), None) => Some("Personal account – has no presence"),
        (Ok(()), Some(_)) if tenant.consents().has(account, "Presence.Read") => None,
        (Ok(()), Some(own)) if tenant.consents().policy(own) != ConsentPolicy::Users => Some("Needs admin approval"),
        (Ok(()), Some(_)) => Some("Is asked for consent"),
    };
    accounts()
        .map(|account| Choice {
            account,
            note: note(&account),
        })
        .collect()
}

/// One request to the authorize endpoint, and how to refuse it.
struct Visit<'r> {
    shared: &'r Shared,
    headers: &'r HeaderMap,
    segment: &'r str,
    query: &'r str,
    correlation: Correlation,
}

impl<'r> Visit<'r> {
    fn new(shared: &'r Shared, headers: &'r HeaderMap, segment: &'r str, query: Option<&'r str>) -> Self {
        let query = query.unwrap_or_default();
        let own = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "client-request-id");
        let correlation = Correlation::new(shared, headers, own.as_ref().map(|(_, id)| id.as_ref()));
        Self {
            shared,
            headers,
            segment,
            query,
            correlation,
        }
    }

    /// What is asked for and where the answer goes; or the refusal, on the page or on its way.
    fn request(&self) -> Result<(ReturnAddress, AuthorizationRequest), Box<Response>> {
        let known = Segment::parse(self.segment).and_then(|segment| {
            let parameters = Parameters::parse(self.query.as_bytes())?;
            let back = ReturnAddress::check(&parameters, &self.shared.world().tenant.registration)?;
            Ok((segment, parameters, back))
        });
        let (segment, parameters, back) = known.map_err(|error| Box::new(self.stay(&error)))?;
        match AuthorizationRequest::check(&parameters, segment, &back) {
            Ok(request) => Ok((back, request)),
            Err(error) => Err(Box::new(self.refuse(&back, &error))),
        }
    }

    fn refuse(&self, back: &ReturnAddress, error: &SignInError) -> Response {
        if error.stays() {
            self.stay(error)
        } else {
            send_back(back, self.correlation.fields(error))
        }
    }

    fn stay(&self, error: &SignInError) -> Response {
        tracing::debug!(%error, agent = ?self.headers.get(header::USER_AGENT), "a sign-in stays on the page");
        pages::problem(&format!("AADSTS{}: {error}", error.number()), &self.correlation.lines())
    }
}

/// The answer, as the application asked for it.
fn send_back(back: &ReturnAddress, mut fields: Vec<(&'static str, String)>) -> Response {
    if let Some(state) = &back.state {
        fields.push(("state", state.clone()));
    }
    if back.mode == ResponseMode::FormPost {
        return pages::form_post(&back.redirect_uri, &fields);
    }
    let answer = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    (StatusCode::FOUND, no_store(), [(header::LOCATION, back.with(&answer))]).into_response()
}
