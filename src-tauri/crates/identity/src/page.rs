//! The page a browser shows after the sign-in came back.
//!
//! It claims only what is known when it is shown: nothing was redeemed yet, so it never says "signed in".

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

/// What the pages say, in the language of the person. Plain text; it is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTexts {
    /// Language tag for the `lang` attribute: `en`, `de`, `pt-BR`.
    pub language: String,
    /// The answer arrived; whether it is worth anything is not known yet.
    pub received: Notice,
    /// The service answered with an error; its words are shown below.
    pub refused: Notice,
    /// An answer that belongs to no sign-in of this app.
    pub stray: Notice,
    /// Somebody looked at the address; the sign-in still waits.
    pub waiting: Notice,
}

/// A heading and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The heading, also the title of the tab.
    pub title: String,
    /// The sentence below.
    pub text: String,
}

impl PageTexts {
    /// English pages of an app of this name.
    pub fn english(app: &str) -> Self {
        let notice = |title: &str, text: &str| Notice {
            title: title.replace("{app}", app),
            text: text.replace("{app}", app),
        };
        Self {
            language: "en".to_owned(),
            received: notice("Back to {app}", "You can close this tab and return to {app}."),
            refused: notice(
                "The sign-in did not go through",
                "You can close this tab and return to {app}. Microsoft answered:",
            ),
            stray: notice(
                "This belongs to no sign-in",
                "A sign-in must be started in {app}. If you did not start one, close this tab.",
            ),
            waiting: notice(
                "{app} is waiting for a sign-in",
                "Go on in the tab where you were signing in, or return to {app} and start again.",
            ),
        }
    }
}

/// A page to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    Received,
    /// With the service's own words.
    Refused(String),
    Stray,
    Waiting,
}

impl Page {
    pub(crate) fn render(&self, texts: &PageTexts) -> String {
        let (notice, detail, mark) = match self {
            Page::Received => (&texts.received, "", ARRIVED),
            Page::Refused(detail) => (&texts.refused, detail.as_str(), ATTENTION),
            Page::Stray => (&texts.stray, "", ATTENTION),
            Page::Waiting => (&texts.waiting, "", PAUSE),
        };
        let (language, title, text) = (escape(&texts.language), escape(&notice.title), escape(&notice.text));
        let detail = if detail.is_empty() {
            String::new()
        } else {
            format!("<p class=detail>{}</p>", escape(detail))
        };
        format!(
            "<!doctype html><html lang=\"{language}\"><meta charset=utf-8>\
             <meta name=viewport content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style>\
             <body dir=auto><main>{mark}<h1>{title}</h1><p>{text}</p>{detail}</main></body></html>"
        )
    }
}

/// Headers of every answer. The one style sheet is allowed by its hash; nothing else may load, frame or submit.
pub(crate) fn headers() -> [(&'static str, String); 5] {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    [
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ]
}

/// Drawn, as no page here may load anything. It says nothing that the words do not say.
const ARRIVED: &str = "<svg viewBox='0 0 48 48' aria-hidden=true><circle cx=24 cy=24 r=24 class=calm />\
<path d='M32 17v7a4 4 0 0 1-4 4H16m5-5-5 5 5 5' /></svg>";
const ATTENTION: &str = "<svg viewBox='0 0 48 48' aria-hidden=true><circle cx=24 cy=24 r=24 class=attention />\
<path d='M24 13v13m0 8v.5' /></svg>";
const PAUSE: &str = "<svg viewBox='0 0 48 48' aria-hidden=true><circle cx=24 cy=24 r=24 class=calm />\
<path d='M14 24v.1m10-.1v.1m10-.1v.1' /></svg>";

const STYLE: &str = "\
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;background:#f5f5f5;color:#242424}\
body{display:grid;place-items:center;min-height:100vh;margin:0}\
main{box-sizing:border-box;width:min(30rem,100% - 2rem);margin:1rem;padding:2.5rem 2rem;border-radius:.75rem;\
background:#fff;box-shadow:0 2px 8px #0000001f;text-align:center}\
svg{width:3rem;height:3rem;margin-bottom:1rem;fill:none;stroke:#fff;stroke-width:3.5;stroke-linecap:round;\
stroke-linejoin:round}circle{stroke:none}.calm{fill:#5b5fc7}.attention{fill:#bc4b09}\
h1{font-size:1.375rem;line-height:1.3;margin:0 0 .5rem;text-wrap:balance}p{margin:0;text-wrap:pretty}\
.detail{margin-top:1.25rem;padding:.75rem 1rem;border-radius:.375rem;background:#f0f0f0;font-size:.875rem;\
text-align:start;overflow-wrap:anywhere;user-select:all}\
@media(prefers-color-scheme:dark){:root{background:#1f1f1f;color:#fff}main{background:#292929;\
box-shadow:0 2px 8px #0000005c}.detail{background:#383838}.calm{fill:#7579eb}.attention{fill:#da5b0b}}";

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_said_is_escaped() {
        let page = Page::Refused("<script>alert('1')</script> & \"more\"".into()).render(&PageTexts::english("App"));
        assert!(
            page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;"),
            "{page}"
        );
        assert!(!page.contains("<script"));
    }

    #[test]
    fn no_page_claims_that_somebody_is_signed_in() {
        let texts = PageTexts::english("Presence Tray");
        for page in [Page::Received, Page::Refused("no".into()), Page::Stray, Page::Waiting] {
            let html = page.render(&texts);
            assert!(!html.contains("signed in") && html.contains("Presence Tray"), "{html}");
        }
        assert!(
            Page::Received
                .render(&texts)
                .contains("You can close this tab and return to Presence Tray.")
        );
    }

    #[test]
    fn the_policy_names_the_very_style_that_is_sent() {
        let html = Page::Received.render(&PageTexts::english("App"));
        let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = BASE64_STANDARD.encode(Sha256::digest(style));
        assert!(headers()[1].1.contains(&format!("style-src 'sha256-{hash}';")));
    }
}
