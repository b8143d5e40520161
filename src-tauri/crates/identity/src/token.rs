//! The tokens of one account and the name of whom they belong to.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::grants::Grants;
use crate::validity::Validity;

/// Who signed in, for display and as a key. No secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Display name; the user name where the directory gave none.
    pub name: String,
    /// `preferred_username`: often an address, always changeable. For display and as the next sign-in's hint alone.
    pub username: String,
    /// The directory (`tid`), a GUID in lower case.
    pub tenant_id: String,
    /// The person's object id in that directory (`oid`), a GUID in lower case. With `tenant_id` it is the person.
    pub id: String,
}

impl Account {
    /// Whether both are the same person in the same directory, whatever their names are by now.
    pub fn is_same_person(&self, other: &Account) -> bool {
        (&self.tenant_id, &self.id) == (&other.tenant_id, &other.id)
    }
}

/// The tokens of one answer.
#[derive(Debug)]
pub struct Tokens {
    /// For the resource (Graph).
    pub access: AccessToken,
    /// How long the access token is good, and when to get a new one.
    pub validity: Validity,
    /// The next refresh token. `None`: the one used stays good, keep it.
    pub refresh: Option<RefreshToken>,
    /// What was granted.
    pub granted: Grants,
}

/// What a resource is called with. Opaque: never parsed. It cannot be printed or serialised, and lives in memory alone.
#[derive(Clone)]
pub struct AccessToken(String);

/// What new access tokens are got with. It cannot be printed or serialised, and lives in memory and in the keychain.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken(String);

impl AccessToken {
    pub(crate) fn new(token: String) -> Self {
        Self(token)
    }

    /// The bare token, for an `Authorization` header.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl RefreshToken {
    /// Takes a token that came from the service or from a keychain.
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The bare token, for the token endpoint or a keychain.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::validity::Moment;

    #[test]
    fn a_token_is_not_printed() {
        let tokens = Tokens {
            access: AccessToken::new("secret-a".into()),
            validity: Validity::new(Moment::now(), Duration::ZERO, None, 0),
            refresh: Some(RefreshToken::new("secret-r".into())),
            granted: Grants::default(),
        };
        assert!(!format!("{tokens:?}").contains("secret"));
    }
}
