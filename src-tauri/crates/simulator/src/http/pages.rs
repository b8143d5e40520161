//! The pages a browser shows. Whatever comes from a request is escaped.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::tenant::authorization::AuthorizationRequest;
use crate::tenant::people::{Account, PEOPLE, PERSONAL, TENANT_NAME};

/// Without carriage returns, as a browser hashes it, however the file was checked out.
static STYLE: LazyLock<String> = LazyLock::new(|| include_str!("pages.css").replace('\r', ""));
const SUBMIT: &str = "document.forms[0].submit()";

/// Only the style and the one script written here may act; forms go back here or to the application's listener.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; form-action 'self' http://localhost:*; \
         frame-ancestors 'none'; base-uri 'none'",
        hash(&STYLE),
        hash(SUBMIT)
    )
});

/// Who do you want to be? The form goes to the very address of the page, so the request stays the same.
pub(super) fn sign_in(request: &AuthorizationRequest) -> Response {
    let people: String = PEOPLE.iter().map(|account| person(account, account.mail)).collect();
    let personal = person(&PERSONAL, "Personal account – not allowed here");
    let permissions: Vec<&str> = request.permissions().collect();
    let permissions = if permissions.is_empty() {
        "to know who you are".to_owned()
    } else {
        permissions.join(", ")
    };
    let body = format!(
        "<h1>Sign in to {TENANT_NAME}</h1>\n\
         <p>The application asks for: {permissions}.</p>\n\
         <form method=\"post\">\n<ul>\n{people}{personal}</ul>\n\
         <button class=\"plain\" type=\"submit\" name=\"cancel\" value=\"1\" id=\"cancel\">Cancel</button>\n</form>\n"
    );
    page(StatusCode::OK, "Sign in", &body)
}

/// The answer on its way to the application: posts itself, with a button for browsers without scripts.
pub(super) fn form_post(redirect_uri: &str, fields: &[(&str, String)]) -> Response {
    let inputs: Vec<String> = fields.iter().map(|(name, value)| hidden(name, value)).collect();
    let inputs = inputs.concat();
    let body = format!(
        "<h1>Going back to the application</h1>\n\
         <form method=\"post\" action=\"{}\">\n{inputs}\
         <button class=\"plain\" type=\"submit\" id=\"continue\">Continue</button>\n</form>\n\
         <script>{SUBMIT}</script>\n",
        escaped(redirect_uri)
    );
    page(StatusCode::OK, "Signing in", &body)
}

/// A refusal that the application never hears of.
pub(super) fn problem(text: &str) -> Response {
    let body = format!(
        "<h1>You cannot be signed in</h1>\n<p role=\"alert\" id=\"problem\">{}</p>\n",
        escaped(text)
    );
    page(StatusCode::BAD_REQUEST, "Cannot sign in", &body)
}

fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
        escaped(name),
        escaped(value)
    )
}

fn person(account: &Account, second_line: &str) -> String {
    let initials: String = account
        .name
        .split([' ', '-'])
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    format!(
        "<li><button type=\"submit\" name=\"person\" value=\"{oid}\" id=\"person-{id}\">\
         <span class=\"initials\" aria-hidden=\"true\">{initials}</span>\
         <span><strong>{name}</strong> <small>{second_line}</small></span></button></li>\n",
        oid = account.oid,
        id = account.first_name.to_ascii_lowercase(),
        name = escaped(account.name),
    )
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} – {TENANT_NAME}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>{style}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n\
         <p class=\"note\" role=\"note\">Simulated tenant – nothing leaves this machine</p>\n</body>\n</html>\n",
        style = *STYLE
    );
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // As Entra: the listener may look at the origin of the form; the query stays here.
        (header::REFERRER_POLICY, "strict-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    (status, headers, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_cannot_leave_its_place_in_a_page() {
        assert_eq!(escaped(r#""><script>'&"#), "&quot;&gt;&lt;script&gt;&#39;&amp;");
    }
}
