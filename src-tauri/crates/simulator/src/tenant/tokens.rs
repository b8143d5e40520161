//! Codes, access tokens and refresh tokens.
//!
//! All three are random text that nobody can read anything in, an access token too: Entra promises no more of it. Access
//! and refresh tokens are about as long as Entra's, so that whoever stores them meets the same limits.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Tenant;
use super::authorization::{AccessRequest, AuthorizationRequest};
use super::organisation::Segment;
use super::parameters::{ClaimsRequest, Parameters};
use super::people::{Account, CLIENT_ID};
use super::permission::Scope;
use super::registration::Registration;
use super::ruling::Moment;
use super::sign_in_error::SignInError;
use super::token_answer::TokenAnswer;

const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// A redeemed code is remembered this long, so that a second redemption can be told from a made-up code.
const CODE_MEMORY: SignedDuration = SignedDuration::from_hours(24);
/// A refresh token ends after this long without use.
const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The grant type of a device code.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What somebody allowed an application.
#[derive(Clone)]
pub struct Grant {
    /// Whose data.
    pub oid: &'static str,
    /// Which application.
    pub client_id: String,
    account: Account,
    scopes: Vec<Scope>,
    /// The application answers claims challenges.
    cp1: bool,
    /// The last event of the account that this grant has lived through.
    settled: u64,
}

impl Grant {
    /// Whether one of these permissions was granted, by short name.
    pub fn allows(&self, any_of: &[&str]) -> bool {
        self.scopes.iter().any(|scope| any_of.contains(&scope.name))
    }

    /// Whose data, with names.
    pub fn account(&self) -> &Account {
        &self.account
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.allows(&[name])
    }
}

struct Code {
    request: AuthorizationRequest,
    account: Account,
    issued: Timestamp,
    redeemed: bool,
    settled: u64,
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

/// Why a bearer token does not open anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// Never issued, or revoked.
    #[error("Invalid access token.")]
    Unknown,
    /// Its time is over.
    #[error("Access token has expired or is not yet valid.")]
    Expired,
    /// Something happened to the account: ask for a token with these claims (JSON).
    #[error(
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: \
         TokenCreatedWithOutdatedPolicies"
    )]
    Challenge(String),
}

/// A request to the token endpoint.
pub struct TokenRequest<'r> {
    /// The tenant segment of the address.
    pub segment: Segment,
    /// The form.
    pub form: &'r Parameters,
    /// What stands before `/{tenant}/v2.0` in the issuer of an `id_token`.
    pub authority: &'r str,
}

impl Tenant {
    pub(super) fn issue_code(&mut self, request: AuthorizationRequest, account: Account, now: Timestamp) -> String {
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
                settled: self.security.lived_through(&account),
            },
        );
        code
    }

    /// The token endpoint: redeems a code, renews with a refresh token, or looks after a device code.
    pub fn token(&mut self, request: &TokenRequest, now: Timestamp) -> Result<TokenAnswer, SignInError> {
        let form = request.form;
        let client_id = Registration::check_client(form)?;
        if form.get("client_secret").or(form.get("client_assertion")).is_some() {
            return Err(SignInError::SecretFromPublicClient);
        }
        match form.require("grant_type")? {
            "authorization_code" => self.redeem(request, now),
            "refresh_token" => self.renew(request, client_id, now),
            DEVICE_CODE => self.poll(request, now),
            other => Err(SignInError::GrantType(other.to_owned())),
        }
    }

    /// What a bearer token stands for.
    pub fn bearer(&self, token: &str, now: Timestamp) -> Result<&Grant, BearerError> {
        let access = self.grants.access.get(token).ok_or(BearerError::Unknown)?;
        if access.expires <= now {
            return Err(BearerError::Expired);
        }
        let grant = &access.grant;
        let challenge = grant
            .cp1
            .then(|| self.security.challenge(&grant.account, grant.settled))
            .flatten();
        challenge.map_or(Ok(grant), |claims| Err(BearerError::Challenge(claims)))
    }

    /// An access token without a sign-in, whatever was consented to: for a simulation that is about something else. It
    /// is good for an hour.
    pub fn admit(&mut self, account: Account, scopes: &str, now: Timestamp) -> Result<String, SignInError> {
        let grant = Grant {
            oid: account.oid,
            client_id: CLIENT_ID.to_owned(),
            account,
            scopes: Scope::list(scopes)?,
            cp1: false,
            settled: self.security.lived_through(&account),
        };
        let token = self.random.text();
        let expires = now.checked_add(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MAX);
        self.grants.access.insert(token.clone(), Access { grant, expires });
        Ok(token)
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

    fn redeem(&mut self, request: &TokenRequest, now: Timestamp) -> Result<TokenAnswer, SignInError> {
        let form = request.form;
        let redirect_uri = form.require("redirect_uri")?;
        let verifier = form.require("code_verifier")?;
        let presented = form.require("code")?;
        let code = self.grants.codes.get(presented).ok_or(SignInError::UnknownCode)?;
        if code.redeemed {
            return Err(SignInError::CodeRedeemed);
        }
        if now.duration_since(code.issued) >= CODE_LIFE {
            return Err(SignInError::CodeExpired);
        }
        let asked = &code.request;
        if asked.access.segment != request.segment {
            return Err(SignInError::OtherSegment);
        }
        if asked.redirect_uri != redirect_uri {
            return Err(SignInError::OtherRedirect(redirect_uri.to_owned()));
        }
        if !is_verifier(verifier) {
            return Err(SignInError::VerifierShape);
        }
        if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != asked.challenge {
            return Err(SignInError::Verifier);
        }
        let (access, nonce) = (asked.access.clone(), asked.nonce.clone());
        let (account, settled) = (code.account, code.settled);
        self.rulings.meets(Moment::Code, account.oid)?;
        self.security.check_enabled(&account)?;
        let answer = self.first_tokens(request, &access, account, settled, nonce.as_deref(), now)?;
        if let Some(code) = self.grants.codes.get_mut(presented) {
            code.redeemed = true;
        }
        Ok(answer)
    }

    /// Tokens for somebody who has just agreed on a page.
    pub(super) fn first_tokens(
        &mut self,
        request: &TokenRequest,
        access: &AccessRequest,
        account: Account,
        settled: u64,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Result<TokenAnswer, SignInError> {
        let mut claims = ClaimsRequest::of(request.form)?;
        claims.login_hint |= access.claims.login_hint;
        let whole = Grant {
            oid: account.oid,
            client_id: access.client_id.clone(),
            account,
            scopes: access.scopes.clone(),
            cp1: access.claims.cp1 || claims.cp1,
            settled,
        };
        let granted = self.narrowed(&whole, request.form)?;
        let refresh_token = whole.has("offline_access").then(|| self.issue_refresh(whole, now));
        Ok(self.answer(request, granted, claims, nonce, refresh_token, now))
    }

    fn renew(&mut self, request: &TokenRequest, client_id: &str, now: Timestamp) -> Result<TokenAnswer, SignInError> {
        let presented = request.form.require("refresh_token")?;
        let claims = ClaimsRequest::of(request.form)?;
        let known = self.grants.refresh.get(presented);
        let known = known.ok_or(SignInError::UnknownRefreshToken)?;
        let (mut grant, revoked) = (known.grant.clone(), known.revoked);
        let idle = now.duration_since(known.used) >= REFRESH_LIFE;
        if !grant.client_id.eq_ignore_ascii_case(client_id) {
            return Err(SignInError::UnknownRefreshToken);
        }
        // Good for every tenant its account can sign in to, not for one alone.
        request.segment.admits(&grant.account)?;
        self.rulings.meets(Moment::Refresh, grant.oid)?;
        self.security.check_enabled(&grant.account)?;
        if revoked {
            return Err(SignInError::Revoked);
        }
        if idle {
            return Err(SignInError::RefreshTokenIdle);
        }
        self.security.check_factor(&grant.account, grant.settled)?;
        grant.cp1 |= claims.cp1;
        grant.settled = self.security.settled(&grant.account, grant.settled, claims.not_before);
        let granted = self.narrowed(&grant, request.form)?;
        // Entra hands out a new one each time and leaves the old one good.
        if let Some(known) = self.grants.refresh.get_mut(presented) {
            known.used = now;
        }
        let refresh_token = self.issue_refresh(grant, now);
        Ok(self.answer(request, granted, claims, None, Some(refresh_token), now))
    }

    /// The grant with the scopes of this token request alone, or all of them where it names none; never more than is
    /// consented to at this moment.
    fn narrowed(&self, whole: &Grant, form: &Parameters) -> Result<Grant, SignInError> {
        let account = &whole.account;
        let (asked, named) = match form.get("scope") {
            Some(text) => (Scope::list(text)?, true),
            None => (whole.scopes.clone(), false),
        };
        let granted = self.consents.granted(account);
        let mut scopes: Vec<Scope> = Vec::new();
        let mut lacking = None;
        for scope in asked.into_iter().flat_map(|scope| scope.expanded(&granted)) {
            match scope.permission() {
                Some(permission) if !self.consents.has(account, permission.name) => lacking = Some(scope.asked),
                Some(permission) if !self.consents.below_ceiling(account, permission.name) => {}
                _ => scopes.push(scope),
            }
        }
        let any = scopes.iter().any(|scope| scope.permission().is_some());
        match lacking {
            Some(lacking) if named || !any => Err(SignInError::NotConsented(lacking)),
            _ => Ok(Grant {
                scopes,
                ..whole.clone()
            }),
        }
    }

    fn issue_refresh(&mut self, grant: Grant, now: Timestamp) -> String {
        self.grants
            .refresh
            .retain(|_, refresh| now.duration_since(refresh.used) < REFRESH_LIFE);
        let token = format!("1.A{}", self.long_text(26));
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
        request: &TokenRequest,
        grant: Grant,
        claims: ClaimsRequest,
        nonce: Option<&str>,
        refresh_token: Option<String>,
        now: Timestamp,
    ) -> TokenAnswer {
        // 60 to 90 minutes, or 20 to 28 hours where a challenge can end it early; drawn, as Entra does.
        let expires_in = if grant.cp1 {
            72_000 + self.random.below(28_800)
        } else {
            3_600 + self.random.below(1_800)
        };
        let life = SignedDuration::from_secs(i64::from(expires_in));
        let expires = now.checked_add(life).unwrap_or(Timestamp::MAX);
        let id_claims = grant
            .has("openid")
            .then(|| self.id_claims(request.authority, &grant, claims, nonce, now));
        let client_info = json!({ "uid": grant.oid, "utid": grant.account.tenant_id() }).to_string();
        let access_token = format!("EwB{}", self.long_text(36));
        let scopes = grant.scopes.iter().filter(|scope| scope.name != "offline_access");
        let scope = scopes.map(|scope| scope.asked.as_str()).collect::<Vec<_>>().join(" ");
        let refresh_in = grant.cp1.then_some(expires_in / 2);
        // Kept for a day after its end, so that "expired" can be told from "never issued".
        self.grants
            .access
            .retain(|_, access| now.duration_since(access.expires) < CODE_MEMORY);
        self.grants
            .access
            .insert(access_token.clone(), Access { grant, expires });
        let wants_info = request.form.get("client_info") == Some("1");
        TokenAnswer {
            scope,
            expires_in,
            refresh_in,
            access_token,
            refresh_token,
            id_claims,
            client_info: wants_info.then(|| URL_SAFE_NO_PAD.encode(client_info)),
        }
    }

    /// This many times 43 characters of randomness.
    fn long_text(&mut self, times: usize) -> String {
        (0..times).map(|_| self.random.text()).collect()
    }
}

/// 43 to 128 unreserved characters (RFC 7636 §4.1).
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
