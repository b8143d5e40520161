//! What comes in a query or a form, before anybody has looked at it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::sign_in_error::SignInError;

/// Parameters of a query or a form body; each at most once.
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(encoded: &[u8]) -> Result<Self, SignInError> {
        let mut parameters = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if parameters.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(SignInError::Duplicated(name.into_owned()));
            }
        }
        Ok(Self(parameters))
    }

    /// The value, unless absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value, or the error that names the parameter.
    pub fn require(&self, name: &'static str) -> Result<&str, SignInError> {
        self.get(name).ok_or(SignInError::Missing(name))
    }
}

/// What the `claims` parameter asks for (OpenID Connect Core §5.5, and Entra's claims challenge).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClaimsRequest {
    /// The application declares `cp1`: it can answer a claims challenge.
    pub cp1: bool,
    /// The `nbf` of the challenge it answers, in seconds of the epoch.
    pub not_before: Option<i64>,
    /// It wants `login_hint` in the `id_token`.
    pub login_hint: bool,
}

impl ClaimsRequest {
    /// Reads the parameter; nothing is asked for where there is none.
    pub fn of(parameters: &Parameters) -> Result<Self, SignInError> {
        let Some(text) = parameters.get("claims") else {
            return Ok(Self::default());
        };
        let claims: Value = serde_json::from_str(text).map_err(|_| SignInError::Claims)?;
        if !claims.is_object() {
            return Err(SignInError::Claims);
        }
        let capabilities = claims.pointer("/access_token/xms_cc/values").and_then(Value::as_array);
        let not_before = claims.pointer("/access_token/nbf/value");
        Ok(Self {
            cp1: capabilities.is_some_and(|values| {
                let cp1 = |value: &Value| value.as_str().is_some_and(|value| value.eq_ignore_ascii_case("cp1"));
                values.iter().any(cp1)
            }),
            // Entra writes the number as text.
            not_before: not_before.and_then(|value| {
                value
                    .as_i64()
                    .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
            }),
            login_hint: claims.pointer("/id_token/login_hint").is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ClaimsRequest, Parameters, SignInError};

    fn claims(text: &str) -> Result<ClaimsRequest, SignInError> {
        let encoded = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("claims", text)
            .finish();
        Parameters::parse(encoded.as_bytes()).and_then(|parameters| ClaimsRequest::of(&parameters))
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        let error = Parameters::parse(b"state=a&state=b").err().map(|error| error.number());
        assert_eq!(error, Some(9_000_411));
    }

    #[test]
    fn capability_challenge_and_hint_are_found_in_the_claims() {
        let cp1 = r#"{"access_token":{"xms_cc":{"values":["cp1"]},"nbf":{"essential":true,"value":"1772442000"}}}"#;
        let asked = claims(cp1).unwrap();
        assert_eq!(
            (asked.cp1, asked.not_before, asked.login_hint),
            (true, Some(1_772_442_000), false)
        );
        assert!(claims(r#"{"id_token":{"login_hint":null}}"#).unwrap().login_hint);
        for nothing in ["", "{}", r#"{"access_token":{"xms_cc":{"values":"cp1"}}}"#] {
            assert_eq!(claims(nothing), Ok(ClaimsRequest::default()), "{nothing}");
        }
        for flawed in ["[]", "cp1", "{", "\"{}\""] {
            assert_eq!(claims(flawed), Err(SignInError::Claims), "{flawed}");
        }
    }
}
