//! Whatever comes from the network, through the parsers: for the fuzzer, for generated input, and for the corpus it found.
//! What has to hold stands here once; see `fuzz/`.

use http::{HeaderMap, HeaderValue, Request, header};
use jiff::Timestamp;

use crate::callback::{Answer as Settled, Callback};
use crate::diagnosis::Diagnosis;
use crate::exchange::{Answer, Exchange, retry_after};
use crate::id_token;
use crate::page::{Page, PageTexts};
use crate::refusal::{EntraError, Refusal};
use crate::registration::{Registration, Scopes};

const STATE: &str = "the-right-state";

/// A request to the listening port: its address and host up to the first line break, then its body.
///
/// # Panics
///
/// If something is believed that must not be.
pub fn callback(data: &[u8]) {
    let callback = Callback::new(5000, STATE.to_owned());
    let (line, body) = data
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or((data, data), |at| (&data[..at], &data[at + 1..]));
    if let Ok(head) = std::str::from_utf8(line).map(|line| Request::post(line).header(header::HOST, "localhost:5000"))
        && let Ok(request) = head.body(())
    {
        let judged = callback.head(&request.into_parts().0);
        assert!(judged.is_err(), "without a content type nothing goes through");
    }
    match callback.form(body) {
        Ok(Settled::Code(code)) => {
            let fields: Vec<_> = url::form_urlencoded::parse(body).collect();
            let all = |name| {
                fields
                    .iter()
                    .filter(move |(key, _)| key == name)
                    .map(|(_, value)| value)
            };
            assert!(all("state").eq([STATE]) && all("code").eq([code.as_str()]) && !code.is_empty());
        }
        Ok(Settled::Error(refusal)) => shown(&refusal),
        Err(_) => {}
    }
}

/// A body of the token endpoint, and each of the parts that hold parsers of their own.
///
/// # Panics
///
/// If something is believed that must not be.
pub fn token_answer(data: &[u8]) {
    let registration = Registration {
        client_id: "app".to_owned(),
        tenant: "organizations".parse().expect("a tenant"),
        authority: "https://login.example".parse().expect("an endpoint"),
        scopes: Scopes {
            resource: None,
            required: vec!["Presence.Read".to_owned()],
            optional: Vec::new(),
        },
        check_issuer: true,
    };
    if let Ok(answer) = serde_json::from_slice::<Answer>(data) {
        let http = reqwest::Client::new();
        if let Ok(tokens) = Exchange::new(&http).tokens(&registration.scopes, &answer) {
            assert!(tokens.granted.has("Presence.Read"));
            assert!(tokens.validity.ends() >= Timestamp::UNIX_EPOCH);
        }
        signed(answer.extra_fields().id_token.as_deref(), &registration);
    }
    if let Ok(entra) = serde_json::from_slice::<EntraError>(data) {
        shown(&Refusal::from(entra));
    }
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    signed(Some(text), &registration);
    let _ = Diagnosis::of_text(text);
    if let Ok(value) = HeaderValue::from_str(text) {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value)]);
        let _ = retry_after(&headers, Timestamp::UNIX_EPOCH);
    }
}

fn signed(id_token: Option<&str>, registration: &Registration) {
    let now = Timestamp::from_second(1_000_000_000).expect("a time");
    if let Ok(account) = id_token::account(id_token, registration, Some("nonce"), now) {
        assert_eq!((account.tenant_id.len(), account.id.len()), (36, 36));
    }
}

/// What is shown of a refusal is one short line, and no markup in the page.
fn shown(refusal: &Refusal) {
    let text = refusal.to_string();
    assert!(
        text.chars().count() < 700 && !text.chars().any(char::is_control),
        "{text:?}"
    );
    let page = Page::Refused(text).render(&PageTexts::english("App"));
    let detail = page.split("<p class=detail>").nth(1).unwrap_or_default();
    let detail = detail.split("</p>").next().unwrap_or_default();
    assert!(!detail.contains(['<', '>', '"', '\'']), "{detail}");
    let _ = Diagnosis::from(refusal).reference();
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    /// Pieces that make up real callbacks and answers, in any order, with noise between them.
    fn pieces(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            6 => proptest::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..8),
        ];
        proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_callback_is_believed_without_its_one_state(data in pieces(&[
            "/\n", "/?code=c\n", "state=", STATE, "&", "code=", "error=", "error_description=", "%0D%0A", "<script>", "c",
            "AADSTS90094: x", "Trace ID: ", "=", "%ff", "+",
        ])) {
            callback(&data);
        }

        #[test]
        fn no_answer_breaks_a_parser(data in pieces(&[
            "{", "}", "\"access_token\":\"a\"", "\"token_type\":\"Bearer\"", ",", "\"expires_in\":", "18446744073709551615", "-1",
            "\"scope\":\"Presence.Read\"", "\"id_token\":\"e30.e30.x\"", "\"error\":\"invalid_grant\"", "\"error_codes\":[",
            "]", "50076", "null", "\"suberror\":\"bad_token\"", "\"refresh_in\":0", "e30", ".", "AADSTS", "\r\n",
            "Sun, 06 Nov 1994 08:49:37 GMT",
        ])) {
            token_answer(&data);
        }
    }

    #[test]
    fn what_the_fuzzer_found_holds() {
        let replay = |name: &str, target: fn(&[u8])| {
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
            let files: Vec<_> = std::fs::read_dir(corpus).unwrap().collect();
            assert!(files.len() > 5, "{name}");
            for file in files {
                target(&std::fs::read(file.unwrap().path()).unwrap());
            }
        };
        replay("callback", callback);
        replay("token_answer", token_answer);
    }
}
