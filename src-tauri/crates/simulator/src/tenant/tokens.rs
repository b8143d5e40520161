//! Codes, access tokens and refresh tokens.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Tenant;
use super::authorization::{AuthorizationRequest, Parameters, Scope, check_application, check_segment};
use super::people::{Account, TENANT_ID};
use super::sign_in_error::SignInError;

const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// A redeemed code is remembered this long, so that a second redemption can be told from a made-up code.
const CODE_MEMORY: SignedDuration = SignedDuration::from_hours(24);
/// A refresh token ends after this long without use.
const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What somebody allowed an application.
#[derive(Clone)]
pub struct Grant {
    /// Whose data.
    pub oid: &'static str,
    /// Which application.
    pub client_id: String,
    scopes: Vec<Scope>,
}

impl Grant {
    /// Whether one of these permissions was granted, by short name.
    pub fn allows(&self, any_of: &[&str]) -> bool {
        self.scopes.iter().any(|scope| any_of.contains(&scope.name))
    }

    fn has(&self, name: &str) -> bool {
        self.allows(&[name])
    }
}

struct Code {
    request: AuthorizationRequest,
    account: Account,
    issued: Timestamp,
    redeemed: bool,
}

struct Access {
    grant: Grant,
    expires: Timestamp,
}

struct Refresh {
    grant: Grant,
    used: Timestamp,
    revoked: bool,
}

/// Everything that was issued. Neither printable nor serialisable: these are keys.
#[derive(Default)]
pub(super) struct Grants {
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
}

/// Answer of the token endpoint, for the wire only.
#[derive(Serialize)]
pub struct TokenAnswer {
    token_type: &'static str,
    scope: String,
    expires_in: u32,
    ext_expires_in: u32,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
}

/// Why a bearer token does not open anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// Never issued, or revoked.
    #[error("Invalid access token.")]
    Unknown,
    /// Its time is over.
    #[error("Access token has expired or is not yet valid.")]
    Expired,
}

impl Tenant {
    /// `account` agreed to `request`: a code for its application, good once and for ten minutes.
    pub fn authorize(&mut self, request: AuthorizationRequest, account: Account, now: Timestamp) -> String {
        self.grants
            .codes
            .retain(|_, code| now.duration_since(code.issued) < CODE_MEMORY);
        let code = self.random.text();
        self.grants.codes.insert(
            code.clone(),
            Code {
                request,
                account,
                issued: now,
                redeemed: false,
            },
        );
        code
    }

    /// The token endpoint: redeems a code or renews with a refresh token.
    pub fn token(&mut self, segment: &str, form: &Parameters, now: Timestamp) -> Result<TokenAnswer, SignInError> {
        check_segment(segment)?;
        let client_id = check_application(form)?;
        if form.get("client_secret").or(form.get("client_assertion")).is_some() {
            return Err(SignInError::SecretFromPublicClient);
        }
        match form.require("grant_type")? {
            "authorization_code" => self.redeem(segment, client_id, form, now),
            "refresh_token" => self.renew(client_id, form, now),
            other => Err(SignInError::GrantType(other.to_owned())),
        }
    }

    /// What a bearer token stands for.
    pub fn bearer(&self, token: &str, now: Timestamp) -> Result<&Grant, BearerError> {
        let access = self.grants.access.get(token).ok_or(BearerError::Unknown)?;
        if access.expires > now {
            Ok(&access.grant)
        } else {
            Err(BearerError::Expired)
        }
    }

    /// Ends every access token of a person.
    pub fn revoke_access(&mut self, oid: &str) {
        self.grants
            .access
            .retain(|_, access| !access.grant.oid.eq_ignore_ascii_case(oid));
    }

    /// Ends every refresh token of a person.
    pub fn revoke_refresh(&mut self, oid: &str) {
        for refresh in self.grants.refresh.values_mut() {
            refresh.revoked |= refresh.grant.oid.eq_ignore_ascii_case(oid);
        }
    }

    fn redeem(
        &mut self,
        segment: &str,
        client_id: &str,
        form: &Parameters,
        now: Timestamp,
    ) -> Result<TokenAnswer, SignInError> {
        let redirect_uri = form.require("redirect_uri")?;
        let verifier = form.require("code_verifier")?;
        let code = self
            .grants
            .codes
            .get_mut(form.require("code")?)
            .ok_or(SignInError::UnknownCode)?;
        if code.redeemed {
            return Err(SignInError::CodeRedeemed);
        }
        if now.duration_since(code.issued) >= CODE_LIFE {
            return Err(SignInError::CodeExpired);
        }
        if code.request.segment != segment {
            return Err(SignInError::OtherSegment);
        }
        if code.request.redirect_uri != redirect_uri {
            return Err(SignInError::OtherRedirect(redirect_uri.to_owned()));
        }
        if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.request.challenge {
            return Err(SignInError::Verifier);
        }
        let granted = Grant {
            oid: code.account.oid,
            client_id: client_id.to_owned(),
            scopes: code.request.scopes.clone(),
        };
        let asked = narrowed(&granted, form)?;
        code.redeemed = true;
        let (account, nonce) = (code.account, code.request.nonce.clone());
        let refresh_token = granted.has("offline_access").then(|| self.issue_refresh(granted, now));
        Ok(self.answer(account, asked, nonce.as_deref(), refresh_token, form, now))
    }

    fn renew(&mut self, client_id: &str, form: &Parameters, now: Timestamp) -> Result<TokenAnswer, SignInError> {
        let presented = form.require("refresh_token")?;
        let known = self
            .grants
            .refresh
            .get_mut(presented)
            .ok_or(SignInError::RefreshToken)?;
        if known.revoked {
            return Err(SignInError::Revoked);
        }
        let idle = now.duration_since(known.used) >= REFRESH_LIFE;
        if idle || !known.grant.client_id.eq_ignore_ascii_case(client_id) {
            return Err(SignInError::RefreshToken);
        }
        let asked = narrowed(&known.grant, form)?;
        // Entra hands out a new one each time and leaves the old one good.
        known.used = now;
        let granted = known.grant.clone();
        let account = self.account(granted.oid).ok_or(SignInError::RefreshToken)?;
        let refresh_token = self.issue_refresh(granted, now);
        Ok(self.answer(account, asked, None, Some(refresh_token), form, now))
    }

    fn account(&self, oid: &str) -> Option<Account> {
        self.people()
            .iter()
            .map(super::Person::account)
            .find(|account| account.oid == oid)
            .copied()
    }

    fn issue_refresh(&mut self, grant: Grant, now: Timestamp) -> String {
        self.grants
            .refresh
            .retain(|_, refresh| now.duration_since(refresh.used) < REFRESH_LIFE);
        let token = self.random.text();
        self.grants.refresh.insert(
            token.clone(),
            Refresh {
                grant,
                used: now,
                revoked: false,
            },
        );
        token
    }

    fn answer(
        &mut self,
        account: Account,
        grant: Grant,
        nonce: Option<&str>,
        refresh_token: Option<String>,
        form: &Parameters,
        now: Timestamp,
    ) -> TokenAnswer {
        // Between 60 and 90 minutes, as Entra draws it.
        let expires_in = 3_600 + self.random.below(1_800);
        let life = SignedDuration::from_secs(i64::from(expires_in));
        let expires = now.checked_add(life).unwrap_or(Timestamp::MAX);
        let id_token = grant.has("openid").then(|| self.id_token(account, &grant, nonce, now));
        let client_info = json!({ "uid": account.oid, "utid": TENANT_ID }).to_string();
        let access_token = self.random.text();
        let scopes: Vec<&str> = grant
            .scopes
            .iter()
            .filter(|s| s.name != "offline_access")
            .map(|s| s.asked.as_str())
            .collect();
        let scope = scopes.join(" ");
        // Kept for a day after its end, so that "expired" can be told from "never issued".
        self.grants
            .access
            .retain(|_, access| now.duration_since(access.expires) < CODE_MEMORY);
        self.grants
            .access
            .insert(access_token.clone(), Access { grant, expires });
        TokenAnswer {
            token_type: "Bearer",
            scope,
            expires_in,
            ext_expires_in: expires_in,
            access_token,
            refresh_token,
            id_token,
            client_info: (form.get("client_info") == Some("1")).then(|| URL_SAFE_NO_PAD.encode(client_info)),
        }
    }

    /// An `id_token` with Entra's claims and **without a signature that could be checked**: its header says `HS256`,
    /// its third part is random. Native apps take it from TLS, or loopback, and check claims alone.
    fn id_token(&mut self, account: Account, grant: &Grant, nonce: Option<&str>, now: Timestamp) -> String {
        let issued = now.as_second();
        let pairwise = Sha256::new()
            .chain_update(&grant.client_id)
            .chain_update(account.oid)
            .finalize();
        let mut claims = json!({
            "aud": grant.client_id,
            "iss": format!("{}/{TENANT_ID}/v2.0", self.authority),
            "iat": issued,
            "nbf": issued,
            "exp": issued.saturating_add(3_600),
            "sub": URL_SAFE_NO_PAD.encode(pairwise),
            "tid": TENANT_ID,
            "ver": "2.0",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        if grant.has("profile") {
            claims["oid"] = account.oid.into();
            claims["name"] = account.name.into();
            claims["preferred_username"] = account.mail.into();
        }
        let header = json!({ "typ": "JWT", "alg": "HS256" });
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.{}", part(header), part(claims), self.random.text())
    }
}

/// The grant with the scopes of this token request alone; all of them where it names none.
fn narrowed(granted: &Grant, form: &Parameters) -> Result<Grant, SignInError> {
    let Some(text) = form.get("scope") else {
        return Ok(granted.clone());
    };
    let scopes = Scope::list(text)?;
    match scopes.iter().find(|scope| !granted.has(scope.name)) {
        Some(foreign) => Err(SignInError::NotConsented(foreign.asked.clone())),
        None => Ok(Grant {
            scopes,
            ..granted.clone()
        }),
    }
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
