//! What every page has around its content: the style, the note that it is simulated, and a strict policy.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::tenant::people::TENANT_NAME;

/// The one script there is: a form that goes on by itself.
pub(super) const SUBMIT: &str = "document.forms[0].submit()";

/// Without carriage returns, as a browser hashes it, however the file was checked out.
static STYLE: LazyLock<String> = LazyLock::new(|| include_str!("../pages.css").replace('\r', ""));
/// Only the style and the one script written here may act.
static SOURCES: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!("style-src {}; script-src {}", hash(&STYLE), hash(SUBMIT))
});

/// A page about to be sent.
pub(super) struct Page {
    title: String,
    body: String,
    status: StatusCode,
    target: Option<String>,
}

impl Page {
    pub(super) fn new(title: &str, body: String) -> Self {
        Self {
            title: escaped(title),
            body,
            status: StatusCode::OK,
            target: None,
        }
    }

    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Its form may end at this address, too.
    pub(super) fn answering(self, redirect_uri: Option<&str>) -> Self {
        let target = redirect_uri.and_then(|uri| url::Url::parse(uri).ok());
        Self {
            target: target.map(|target| target.origin().ascii_serialization()),
            ..self
        }
    }

    pub(super) fn respond(self) -> Response {
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} – {TENANT_NAME}</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>{style}</style>\n</head>\n\
             <body>\n<main>\n{body}</main>\n\
             <p class=\"note\" role=\"note\">Simulated tenant – nothing leaves this machine</p>\n</body>\n</html>\n",
            title = self.title,
            body = self.body,
            style = *STYLE
        );
        let policy = format!(
            "default-src 'none'; {}; form-action 'self' {}; frame-ancestors 'none'; base-uri 'none'",
            *SOURCES,
            self.target.as_deref().unwrap_or_default()
        );
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // As Entra: the listener may look at the origin of the form; the query stays here.
            (header::REFERRER_POLICY, "strict-origin"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        (self.status, headers, Html(html)).into_response()
    }
}

pub(super) fn hidden(fields: &[(&'static str, String)]) -> String {
    let field = |(name, value): &(&'static str, String)| {
        format!(
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
            escaped(name),
            escaped(value)
        )
    };
    fields.iter().map(field).collect()
}

pub(super) fn escaped(text: &str) -> String {
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
