//! The cheap checks of an id token.
//!
//! Its signature is not verified: it came straight from the token endpoint over TLS, which `OpenID` Connect Core
//! §3.1.3.7 (6) accepts in its place and Microsoft recommends to native apps ("access-tokens").

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::registration::{Registration, is_guid};
use crate::token::Account;

/// The tenant of every personal account.
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
/// How wrong this machine's clock may be.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Why an id token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenFault {
    /// The answer has none, although `openid` was asked for.
    #[error("the answer names nobody (no id token)")]
    Absent,
    /// Not three base64url parts around a JSON object with the claims that must be there.
    #[error("the id token cannot be read")]
    Malformed,
    /// It belongs to another attempt.
    #[error("the id token belongs to another sign-in (nonce)")]
    Nonce,
    /// It was made for another app.
    #[error("the id token was made for another app (aud)")]
    Audience,
    /// It is over. After a fresh sign-in: this machine's clock is wrong.
    #[error("the id token is out of date already; is the clock of this computer right?")]
    Expired,
    /// Another authority made it.
    #[error("the id token comes from another issuer (iss)")]
    Issuer,
}

/// Why the account is not one to go on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongAccount {
    /// A personal Microsoft account: these have no presence.
    #[error("this is a personal Microsoft account; sign in with a work or school account")]
    Personal,
    /// Not of the configured tenant.
    #[error("this account belongs to another organisation ({tenant_id}) than the configured tenant")]
    OtherTenant {
        /// Where it belongs.
        tenant_id: String,
    },
}

#[derive(Debug)]
pub(crate) enum Unbelieved {
    Fault(IdTokenFault),
    Account(WrongAccount),
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    iss: String,
    nonce: Option<String>,
    oid: String,
    tid: String,
    name: Option<String>,
    preferred_username: Option<String>,
}

/// Who signed in, if the token is of this attempt and this registration. A device code has no `nonce`: its poll is a
/// request of our own, to which nobody else can put an answer.
pub(crate) fn account(
    token: Option<&str>,
    registration: &Registration,
    nonce: Option<&str>,
    now: Timestamp,
) -> Result<Account, Unbelieved> {
    let Claims {
        aud,
        exp,
        iss,
        nonce: found,
        oid,
        tid,
        name,
        preferred_username,
    } = decode(token.ok_or(Unbelieved::Fault(IdTokenFault::Absent))?)
        .ok_or(Unbelieved::Fault(IdTokenFault::Malformed))?;
    let (tid, oid) = (tid.to_ascii_lowercase(), oid.to_ascii_lowercase());
    let fault = if nonce.is_some() && found.as_deref() != nonce {
        Some(IdTokenFault::Nonce)
    } else if !aud.eq_ignore_ascii_case(&registration.client_id) {
        Some(IdTokenFault::Audience)
    } else if !Timestamp::from_second(exp).is_ok_and(|end| end.duration_since(now) > -SKEW) {
        Some(IdTokenFault::Expired)
    } else if !is_guid(&tid) || !is_guid(&oid) {
        Some(IdTokenFault::Malformed)
    } else if !is_from(&iss, registration, &tid) {
        Some(IdTokenFault::Issuer)
    } else {
        None
    };
    if let Some(fault) = fault {
        return Err(Unbelieved::Fault(fault));
    }
    if tid == PERSONAL {
        return Err(Unbelieved::Account(WrongAccount::Personal));
    }
    if registration.tenant.id().is_some_and(|configured| configured != tid) {
        return Err(Unbelieved::Account(WrongAccount::OtherTenant { tenant_id: tid }));
    }
    let username = preferred_username.unwrap_or_default();
    let name = [name.unwrap_or_default(), username.clone(), oid.clone()]
        .into_iter()
        .find(|text| !text.is_empty());
    Ok(Account {
        name: name.unwrap_or_default(),
        username,
        tenant_id: tid,
        id: oid,
    })
}

/// Whether an id token that came with a refresh is for this app and of this person. It has no nonce and its end does not
/// matter: nothing but the name is taken from it.
pub(crate) fn names(token: &str, registration: &Registration, account: &Account) -> bool {
    decode(token).is_some_and(|claims| {
        claims.aud.eq_ignore_ascii_case(&registration.client_id)
            && claims.tid.eq_ignore_ascii_case(&account.tenant_id)
            && claims.oid.eq_ignore_ascii_case(&account.id)
            && is_from(&claims.iss, registration, &account.tenant_id)
    })
}

fn is_from(issuer: &str, registration: &Registration, tenant_id: &str) -> bool {
    !registration.check_issuer || issuer == format!("{}/{tenant_id}/v2.0", registration.authority)
}

fn decode(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::Scopes;
    use serde_json::{Value, json};

    const TENANT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    const OTHER: &str = "00000000-1111-2222-3333-444444444444";
    const PERSON: &str = "48d31887-5fad-4d73-a9f5-3c356e68a038";

    fn registration(tenant: &str, check_issuer: bool) -> Registration {
        Registration {
            client_id: "app".into(),
            tenant: tenant.parse().unwrap(),
            authority: "https://login.example".parse().unwrap(),
            scopes: Scopes {
                resource: None,
                required: vec![],
                optional: vec![],
            },
            check_issuer,
        }
    }

    /// A good token with some claims changed; `null` takes a claim away.
    fn token(change: &Value) -> String {
        let mut claims = json!({"aud": "app", "exp": 1000, "iss": format!("https://login.example/{TENANT}/v2.0"),
            "nonce": "n", "oid": PERSON, "tid": TENANT, "name": "Ada", "preferred_username": "ada@example.org"});
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        format!("e30.{}.", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    fn check(token: &str, registration: &Registration) -> Result<Account, Unbelieved> {
        account(
            Some(token),
            registration,
            Some("n"),
            Timestamp::from_second(900).unwrap(),
        )
    }

    #[test]
    fn a_good_token_names_the_person() {
        let everyone = registration("organizations", true);
        let ada = |name: &str, username: &str| Account {
            name: name.into(),
            username: username.into(),
            tenant_id: TENANT.into(),
            id: PERSON.into(),
        };
        for (change, account) in [
            (json!({}), ada("Ada", "ada@example.org")),
            (json!({"exp": 601}), ada("Ada", "ada@example.org")),
            (json!({"oid": PERSON.to_uppercase()}), ada("Ada", "ada@example.org")),
            (json!({"name": null}), ada("ada@example.org", "ada@example.org")),
            (json!({"name": "", "preferred_username": null}), ada(PERSON, "")),
        ] {
            assert_eq!(check(&token(&change), &everyone).unwrap(), account, "{change}");
        }
        assert!(check(&token(&json!({})), &registration(TENANT, true)).is_ok());
        assert!(
            check(
                &token(&json!({"iss": "https://elsewhere"})),
                &registration(TENANT, false)
            )
            .is_ok()
        );
    }

    #[test]
    fn each_claim_is_checked() {
        let everyone = registration("organizations", true);
        for (change, expected) in [
            (json!({"nonce": "m"}), IdTokenFault::Nonce),
            (json!({"nonce": null}), IdTokenFault::Nonce),
            (json!({"aud": "another"}), IdTokenFault::Audience),
            (json!({"exp": 600}), IdTokenFault::Expired),
            (json!({"exp": i64::MIN}), IdTokenFault::Expired),
            (json!({"exp": i64::MAX}), IdTokenFault::Expired),
            (json!({"exp": "1000"}), IdTokenFault::Malformed),
            (json!({"tid": "contoso.com"}), IdTokenFault::Malformed),
            (json!({"oid": "../x"}), IdTokenFault::Malformed),
            (json!({"oid": null}), IdTokenFault::Malformed),
            (
                json!({"iss": "https://login.example/{tenantid}/v2.0"}),
                IdTokenFault::Issuer,
            ),
            (json!({"tid": OTHER}), IdTokenFault::Issuer),
        ] {
            let result = check(&token(&change), &everyone);
            assert!(
                matches!(&result, Err(Unbelieved::Fault(fault)) if *fault == expected),
                "{change}: {result:?}"
            );
        }
    }

    #[test]
    fn the_wrong_account_is_told_apart_from_a_bad_token() {
        for (tid, tenant, expected) in [
            (PERSONAL, "organizations", WrongAccount::Personal),
            (
                OTHER,
                TENANT,
                WrongAccount::OtherTenant {
                    tenant_id: OTHER.into(),
                },
            ),
        ] {
            let result = check(&token(&json!({"tid": tid})), &registration(tenant, false));
            assert!(
                matches!(&result, Err(Unbelieved::Account(wrong)) if *wrong == expected),
                "{result:?}"
            );
        }
    }

    #[test]
    fn a_refresh_must_name_the_same_person() {
        let everyone = registration("organizations", true);
        let ada = check(&token(&json!({})), &everyone).unwrap();
        for (change, same) in [
            (json!({}), true),
            (json!({"nonce": null, "exp": 0, "name": "Ada King"}), true),
            (json!({"oid": OTHER}), false),
            (
                json!({"tid": OTHER, "iss": format!("https://login.example/{OTHER}/v2.0")}),
                false,
            ),
            (json!({"aud": "another"}), false),
            (json!({"iss": "https://evil.example"}), false),
            (json!({"oid": null}), false),
        ] {
            assert_eq!(names(&token(&change), &everyone, &ada), same, "{change}");
        }
        assert!(!names("nonsense", &everyone, &ada));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let everyone = registration("organizations", true);
        for text in [
            "",
            "a",
            "a.b",
            "e30.e30.",
            "e30.!!!.x",
            "a.b.c.d",
            "e30.W10.x",
            "e30.bnVsbA.x",
        ] {
            assert!(
                matches!(check(text, &everyone), Err(Unbelieved::Fault(IdTokenFault::Malformed))),
                "{text}"
            );
        }
        let absent = account(None, &everyone, Some("n"), Timestamp::UNIX_EPOCH);
        assert!(matches!(absent, Err(Unbelieved::Fault(IdTokenFault::Absent))));
    }
}
