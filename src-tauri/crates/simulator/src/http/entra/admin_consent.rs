//! Where an administrator lets an application in for everybody.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::no_store;
use super::refusal::Correlation;
use crate::http::Shared;
use crate::http::pages;
use crate::tenant::authorization::ReturnAddress;
use crate::tenant::consent::AdminConsentRequest;
use crate::tenant::organisation::Segment;
use crate::tenant::parameters::Parameters;
use crate::tenant::sign_in_error::SignInError;

pub(super) async fn ask(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match check(&shared, &segment, query.as_deref()) {
        Ok((back, request)) => {
            let target = back.as_ref().map(|back| back.redirect_uri.as_str());
            pages::admin_consent(&request, target)
        }
        Err(error) => stay(&shared, &headers, &error),
    }
}

/// The form names the tenant whose administrator decides, and `consent`.
pub(super) async fn choose(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let checked = check(&shared, &segment, query.as_deref());
    let checked = checked.and_then(|checked| Ok((checked, Parameters::parse(&body)?)));
    let ((back, request), form) = match checked {
        Ok(checked) => checked,
        Err(error) => return stay(&shared, &headers, &error),
    };
    let wanted = form.get("tenant").unwrap_or_default();
    let tenant = request.tenants().into_iter().find(|tenant| tenant.id == wanted);
    let mut fields = match (tenant, form.get("consent")) {
        (Some(tenant), Some("accept")) => {
            let permissions = request.permissions();
            shared
                .world()
                .tenant
                .consents_mut()
                .accept_for_everybody(tenant, &permissions);
            vec![
                ("admin_consent", "True".to_owned()),
                ("tenant", tenant.id.to_owned()),
                ("scope", request.scope()),
            ]
        }
        (_, Some("decline")) => {
            let correlation = Correlation::new(&shared, &headers, None);
            let mut fields = correlation.fields(&SignInError::Declined);
            fields.push(("admin_consent", "True".to_owned()));
            fields
        }
        _ => return stay(&shared, &headers, &SignInError::Missing("tenant")),
    };
    let Some(back) = back else {
        return pages::note("Done", "You can close this page.");
    };
    if let Some(state) = &back.state {
        fields.push(("state", state.clone()));
    }
    let answer = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    (StatusCode::FOUND, no_store(), [(header::LOCATION, back.with(&answer))]).into_response()
}

/// Where the answer goes, if anywhere, and what is asked for.
fn check(
    shared: &Shared,
    segment: &str,
    query: Option<&str>,
) -> Result<(Option<ReturnAddress>, AdminConsentRequest), SignInError> {
    let segment = Segment::parse(segment)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes())?;
    let request = AdminConsentRequest::check(&parameters, segment)?;
    let back = parameters
        .get("redirect_uri")
        .map(|_| ReturnAddress::check(&parameters, &shared.world().tenant.registration))
        .transpose()?;
    Ok((back, request))
}

fn stay(shared: &Shared, headers: &HeaderMap, error: &SignInError) -> Response {
    let correlation = Correlation::new(shared, headers, None);
    pages::problem(&format!("AADSTS{}: {error}", error.number()), &correlation.lines())
}
