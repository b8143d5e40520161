//! The `WWW-Authenticate` header (RFC 9110, section 11.6.1), as far as a claims challenge needs it.

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The claims of the first challenge that wants more than the token has, decoded: `Bearer error="insufficient_claims", claims="…"`, where `…` is
/// a JSON object in Base64.
///
/// There may be several headers, several challenges in one, and their fields come in any order; the claims have to stand in the same challenge as
/// the error (page «Claims challenges, claims requests and client capabilities»).
pub(crate) fn claims<'a>(headers: impl Iterator<Item = &'a str>) -> Option<String> {
    headers
        .flat_map(challenges)
        .filter(|challenge| challenge.scheme.eq_ignore_ascii_case("Bearer"))
        .filter(|challenge| challenge.field("error") == Some("insufficient_claims"))
        .find_map(|challenge| decoded(challenge.field("claims")?))
}

/// In either alphabet, with or without padding: which one is used is not documented.
fn decoded(claims: &str) -> Option<String> {
    let bytes = [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, CONFIG).decode(claims).ok())?;
    let json = String::from_utf8(bytes).ok()?;
    serde_json::from_str::<Map<String, Value>>(&json).ok()?;
    Some(json)
}

#[derive(Debug, PartialEq, Eq)]
struct Challenge<'a> {
    scheme: &'a str,
    fields: Vec<(&'a str, String)>,
}

impl Challenge<'_> {
    fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A word with a `=` behind it is a field of the challenge before it; a word without one begins the next challenge.
fn challenges(header: &str) -> Vec<Challenge<'_>> {
    let mut challenges: Vec<Challenge<'_>> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',', '=', '"']);
        if rest.is_empty() {
            return challenges;
        }
        let (word, behind) = split_word(rest);
        let Some(value) = behind.trim_start().strip_prefix('=') else {
            challenges.push(Challenge {
                scheme: word,
                fields: Vec::new(),
            });
            rest = behind;
            continue;
        };
        let value = value.trim_start();
        let (value, behind) = if let Some(quoted) = value.strip_prefix('"') {
            split_quoted(quoted)
        } else {
            let (value, behind) = split_word(value);
            (value.to_owned(), behind)
        };
        if let Some(challenge) = challenges.last_mut() {
            challenge.fields.push((word, value));
        }
        rest = behind;
    }
}

fn split_word(text: &str) -> (&str, &str) {
    text.split_at(text.find([' ', '\t', ',', '=', '"']).unwrap_or(text.len()))
}

/// `text` begins behind the opening quote. A backslash takes the next character as it is; a missing closing quote is at the end.
fn split_quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => value.push(character),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_taken_from_the_challenge_that_wants_them_and_no_other() {
        const A: &str = r#"{"a":"?>"}"#;
        for (headers, found) in [
            (
                &[
                    r#"Bearer realm="", authorization_uri="https://login/a", error="insufficient_claims", claims="eyJhIjoiPz4ifQ==""#,
                ][..],
                Some(A),
            ),
            (
                &[r#"bearer claims="eyJhIjoiPz4ifQ",error="insufficient_claims""#],
                Some(A),
            ),
            (&["Bearer error=insufficient_claims, claims=e30"], Some("{}")),
            (
                &[
                    "Negotiate",
                    r#"PoP error="insufficient_claims", claims="e30=""#,
                    r#"Bearer error="insufficient_claims", claims="eyJhIjoiPz4ifQ==""#,
                ],
                Some(A),
            ),
            (
                &[
                    r#"Basic realm="a, Bearer error=x", Negotiate YII=, Bearer Error = "insufficient_claims" , claims = "e\30=""#,
                ],
                Some("{}"),
            ),
            (&[r#"Bearer claims="e30=", Bearer error="insufficient_claims""#], None),
            (&[r#"Bearer error="invalid_token", claims="e30=""#], None),
            (&[r#"Bearer error="insufficient_claims""#], None),
            (&[r#"Bearer error="insufficient_claims", claims="""#], None),
            (&[r#"Bearer error="insufficient_claims", claims="not Base64!""#], None),
            (&[r#"Bearer error="insufficient_claims", claims="/////w==""#], None),
            (&[r#"Bearer error="insufficient_claims", claims="WzFd""#], None),
            (&[r#"Bearer realm="error=\"insufficient_claims\", claims=e30=""#], None),
            (&["", ",,= \"\" \\", "=", "\"", "Bearer error=\"\\"], None),
        ] {
            assert_eq!(claims(headers.iter().copied()).as_deref(), found, "{headers:?}");
        }
    }

    #[test]
    fn the_alphabet_does_not_matter() {
        for claims in ["eyJhIjoifn4/Pz8ifQ==", "eyJhIjoifn4_Pz8ifQ"] {
            assert_eq!(decoded(claims).as_deref(), Some(r#"{"a":"~~???"}"#), "{claims}");
        }
    }
}
